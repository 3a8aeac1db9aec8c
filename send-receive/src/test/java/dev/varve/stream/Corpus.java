package dev.varve.stream;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Streams made by a real kernel: a small set kept with the tests, and the large one that
/// `-Dvarve.corpus=DIR` names (`shared/corpus` beside the checkout without it).
public final class Corpus {
    private static final Path BUNDLED = Path.of("src/test/resources/corpus");

    private Corpus() {}

    /// The directories that hold a corpus here: the small set alone, or the large one too.
    public static List<Path> roots() {
        List<Path> roots = new ArrayList<>(List.of(BUNDLED));
        Path large = Path.of(System.getProperty("varve.corpus", "../../shared/corpus"));
        if (Files.isDirectory(large)) {
            roots.add(large);
        } else if (Boolean.getBoolean("varve.it.required")) {
            fail("no corpus at " + large.toAbsolutePath());
        }
        return roots;
    }

    /// All files below the roots whose names end like this.
    public static List<Path> files(String end) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path root : roots()) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(file -> file.getFileName().toString().endsWith(end))
                        .sorted()
                        .forEach(found::add);
            }
        }
        return found;
    }

    /// All streams that a kernel made, without the empty files of sends that failed.
    public static List<Path> kernelStreams() throws IOException {
        List<Path> streams = new ArrayList<>();
        for (Path file : files(".stream")) {
            boolean handMade = file.toString().contains("90_hostile");
            boolean cut = file.getFileName().toString().contains(".cut.");
            if (!handMade && !cut && Files.size(file) > 0) {
                streams.add(file);
            }
        }
        return streams;
    }

    /// Case directories of this name, one per root that has it.
    public static List<Path> cases(String name) {
        return roots().stream().map(root -> root.resolve(name)).filter(Files::isDirectory).toList();
    }
}
