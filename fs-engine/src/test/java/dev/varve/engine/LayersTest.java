package dev.varve.engine;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The order of the engine's rooms: a package imports only what stands below it.
class LayersTest {
    private static final String ROOT = "dev.varve.engine";

    /// Top to bottom; what shares a line may import each other.
    private static final List<Set<String>> ORDER =
            List.of(
                    Set.of(""),
                    Set.of("scrub", "repair", "inspect"),
                    Set.of("check"),
                    Set.of("file"),
                    Set.of("commit"),
                    Set.of("tree"),
                    Set.of("pack", "seal"),
                    Set.of("format"),
                    Set.of("store"),
                    Set.of("model"));

    private static final List<String> LIBRARIES =
            List.of("com.github.luben.zstd", "com.dynatrace.hash4j", "org.bouncycastle");

    private final JavaClasses engine =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    @Test
    void noPackageImportsAPackageAboveIt() {
        List<String> upward =
                dependencies()
                        .filter(d -> isOurs(target(d)))
                        .filter(d -> rank(origin(d)) > rank(target(d)))
                        .map(Dependency::getDescription)
                        .distinct()
                        .toList();
        assertEquals(List.of(), upward);
    }

    @Test
    void aLibraryIsImportedByOnePackageAlone() {
        Map<String, Set<String>> importers =
                dependencies()
                        .flatMap(d ->
                                LIBRARIES.stream()
                                        .filter(target(d)::startsWith)
                                        .map(library -> Map.entry(library, origin(d))))
                        .collect(
                                groupingBy(
                                        Map.Entry::getKey, mapping(Map.Entry::getValue, toSet())));
        importers.values().removeIf(packages -> packages.size() == 1);
        assertEquals(Map.of(), importers);
    }

    @Test
    void theTestSeesTheEngine() {
        assertFalse(engine.isEmpty());
        assertEquals(0, rank(ROOT));
        assertEquals(ORDER.size() - 1, rank(ROOT + ".model"));
    }

    private Stream<Dependency> dependencies() {
        return engine.stream().flatMap(c -> c.getDirectDependenciesFromSelf().stream());
    }

    private static String origin(Dependency dependency) {
        return dependency.getOriginClass().getPackageName();
    }

    private static String target(Dependency dependency) {
        return dependency.getTargetClass().getBaseComponentType().getPackageName();
    }

    private static boolean isOurs(String packageName) {
        return packageName.equals(ROOT) || packageName.startsWith(ROOT + ".");
    }

    private static int rank(String packageName) {
        String room = packageName.substring(Math.min(packageName.length(), ROOT.length() + 1));
        for (int i = 0; i < ORDER.size(); i++) {
            if (ORDER.get(i).contains(room.split("\\.", 2)[0])) {
                return i;
            }
        }
        throw new AssertionError("a new package needs its place in the order: " + packageName);
    }
}
