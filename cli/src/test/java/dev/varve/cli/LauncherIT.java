package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The installed layout, as `package` left it, started through its launcher.
class LauncherIT {
    @TempDir private Path scratch;
    private Path home = Path.of("");
    private Path cache = Path.of("");

    @BeforeEach
    void installIt() throws IOException {
        home = scratch.resolve("home");
        cache = scratch.resolve("cache");
        try (Stream<Path> built = Files.list(Path.of("target", "varve"))) {
            copy(built.findFirst().orElseThrow(), home);
        }
    }

    @Test
    void runsThroughASymbolicLinkFromAnotherDirectory() throws Exception {
        Path links = Files.createDirectories(scratch.resolve("links"));
        Files.createSymbolicLink(links.resolve("one"), Path.of("../home/bin/varve"));
        Path link = Files.createSymbolicLink(links.resolve("two"), Path.of("one"));
        assertEquals(0, run(link, Map.of(), "version").exitCode());
    }

    @Test
    void passesTheExitCodeThrough() throws Exception {
        assertEquals(2, run(launcher(), Map.of(), "no-such-command").exitCode());
        String nowhere = scratch.resolve("nowhere").toString();
        assertEquals(10, run(launcher(), Map.of(), "-P", nowhere, "snapshots").exitCode());
    }

    @Test
    void passesOverAJavaThatIsTooOld() throws Exception {
        Path old = scratch.resolve("old");
        Files.createDirectories(old.resolve("bin"));
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
        Path java = Files.writeString(old.resolve("bin/java"), "#!/bin/sh\nexit 99\n");
        assertTrue(java.toFile().setExecutable(true));
        assertEquals(0, run(launcher(), Map.of("JAVA_HOME", old.toString()), "version").exitCode());
    }

    @Test
    void saysTheProgramsVersionWithoutStartingIt() throws Exception {
        Result program = run(launcher(), Map.of(), "version");
        assertEquals(1, program.text().lines().count(), program.text());
        assertEquals(program, run(launcher(), Map.of(), "--version"));
    }

    @Test
    void replacedJarsGetAStartUpCacheOfTheirOwn() throws Exception {
        Map<String, String> cached = Map.of("VARVE_CACHE", cache.toString());
        run(launcher(), cached, "version");
        List<Path> before = caches();
        assertEquals(1, before.size());
        Path jar = jarOfCli();
        Path copy = Files.copy(jar, scratch.resolve("copy.jar"));
        Files.delete(jar);
        Files.move(copy, jar);
        Result result = run(launcher(), cached, "version");
        assertEquals(1, result.text().lines().count(), result.text());
        List<Path> after = caches();
        assertEquals(2, after.size());
        assertTrue(after.containsAll(before));
    }

    @Test
    void aSmallerHeapMayBeAskedFor() throws Exception {
        Map<String, String> small =
                Map.of("VARVE_JAVA_OPTS", "-Xmx128m", "VARVE_CACHE", cache.toString());
        assertEquals(2, run(launcher(), small, "import").exitCode());
        assertEquals(2, run(launcher(), small, "restore").exitCode());
    }

    @Test
    void warningsOfTheJvmStayOutOfTheOutput() throws Exception {
        String text = textBesideError("NewSize", "-Xmx64m -XX:NewSize=200m");
        assertEquals(run(launcher(), Map.of(), "version").text(), text);
    }

    @Test
    void complaintsOfAJvmThatCannotStartStayOutOfTheOutput() throws Exception {
        assertEquals("", textBesideError("maximum heap", "-Xmx1k"));
    }

    /// What `varve version` writes to standard output where the JVM says something else.
    private String textBesideError(String expected, String options) throws IOException {
        Map<String, String> odd = Map.of("VARVE_JAVA_OPTS", options);
        Process process = builder(launcher(), odd, "version").start();
        process.getOutputStream().close();
        String errors = text(process.getErrorStream());
        assertTrue(errors.contains(expected), errors);
        return text(process.getInputStream());
    }

    @Test
    void needsNoTemporaryDirectory() throws Exception {
        String nowhere = "-Djava.io.tmpdir=" + scratch.resolve("nowhere");
        Map<String, String> without = Map.of("VARVE_JAVA_OPTS", nowhere);
        String pool = scratch.resolve("pool").toString();
        String source = Files.createDirectory(scratch.resolve("source")).toString();
        Files.writeString(Path.of(source, "file"), "text\n");
        String restored = scratch.resolve("restored").toString();
        for (List<String> command :
                List.of(
                        List.of("init", pool),
                        List.of("-P", pool, "import", source, "/docs"),
                        List.of("-P", pool, "restore", "/docs", restored))) {
            Result result = run(launcher(), without, command.toArray(String[]::new));
            assertEquals(0, result.exitCode(), result.text());
        }
        assertEquals("text\n", Files.readString(Path.of(restored, "file")));
    }

    @Test
    void saysWhereALibraryIsUnpackedThatCannotBe() throws Exception {
        try (Stream<Path> brought = Files.walk(home.resolve("lib/native"))) {
            for (Path file : brought.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        String nowhere = "-Djava.io.tmpdir=" + scratch.resolve("nowhere");
        Map<String, String> without = Map.of("VARVE_JAVA_OPTS", nowhere);
        String pool = scratch.resolve("pool").toString();
        run(launcher(), without, "init", pool);
        Result result = run(launcher(), without, "-P", pool, "subvolume", "create", "/a");
        assertEquals(1, result.exitCode(), result.text());
        assertTrue(result.text().contains("a library cannot be loaded: "), result.text());
        assertTrue(result.text().contains("-Djava.io.tmpdir=DIR"), result.text());
        assertFalse(result.text().contains("\tat "), result.text());
    }

    private Path launcher() {
        return home.resolve("bin/varve");
    }

    private Path jarOfCli() throws IOException {
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            return jars.filter(jar -> jar.toString().contains("/cli-")).findFirst().orElseThrow();
        }
    }

    private List<Path> caches() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.toList();
        }
    }

    private Result run(Path program, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Process process =
                builder(program, environment, arguments).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = text(process.getInputStream());
        return new Result(process.waitFor(), text);
    }

    private ProcessBuilder builder(
            Path program, Map<String, String> environment, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(program.toString());
        builder.command().addAll(List.of(arguments));
        builder.directory(scratch.toFile());
        builder.environment().remove("VARVE_POOL");
        builder.environment().put("VARVE_CACHE", "");
        builder.environment().putAll(environment);
        return builder;
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private record Result(int exitCode, String text) {}
}
