package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.testing.Require;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What only a real process can show: signals, other users, arguments that are no UTF-8.
class ProcessIT {
    private static final long PATIENCE_SECONDS = 120;

    @TempDir Path directory;

    private record Result(int status, String out, String err) {}

    private List<String> java(String classPath) {
        return java(classPath, 256);
    }

    private List<String> java(String classPath, int heapMebibytes) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ArrayList<>(
                List.of(
                        java,
                        "-Xmx" + heapMebibytes + "m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath,
                        "dev.varve.cli.Main"));
    }

    private Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.redirectOutput(directory.resolve("out").toFile());
        builder.redirectError(directory.resolve("err").toFile());
        return builder.start();
    }

    private Result finish(Process process) throws Exception {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "still running");
        return new Result(
                process.exitValue(),
                Files.readString(directory.resolve("out"), StandardCharsets.ISO_8859_1),
                Files.readString(directory.resolve("err")));
    }

    private Result run(String... argv) throws Exception {
        List<String> command = java(System.getProperty("java.class.path"));
        command.addAll(List.of(argv));
        return finish(start(command));
    }

    /// Files of 8 MiB: what is equal would be stored once, and that is over too soon.
    private Path randomFiles(int count) throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        byte[] content = new byte[8 << 20];
        Random random = new Random(1);
        for (int i = 0; i < count; i++) {
            random.nextBytes(content);
            Files.write(source.resolve("file" + i), content);
        }
        return source;
    }

    /// Whichever thread it meets first.
    @Test
    void lackOfMemoryIsOneLineAndThePoolUnchanged() throws Exception {
        Path source = randomFiles(20);
        String pool = directory.resolve("pool").toString();
        assertEquals(0, run("init", pool).status());
        for (int mebibytes = 32; mebibytes <= 72; mebibytes += 8) {
            List<String> command = java(System.getProperty("java.class.path"), mebibytes);
            command.addAll(List.of("-P", pool, "import", source.toString(), "/docs"));
            Result result = finish(start(command));

            assertEquals(1, result.status(), result.err());
            assertEquals(1, result.err().lines().count(), result.err());
            assertTrue(result.err().startsWith("varve: out of memory ("), result.err());
            assertTrue(result.err().contains("VARVE_JAVA_OPTS=-Xmx"), result.err());
            assertEquals("", run("-P", pool, "ls").out());
        }
        assertEquals(0, run("-P", pool, "check").status());
    }

    @Test
    void ctrlCEndsAnImportWithThePoolUnchanged() throws Exception {
        Path source = randomFiles(60);
        String pool = directory.resolve("pool").toString();
        assertEquals(0, run("init", pool).status());
        List<String> command = java(System.getProperty("java.class.path"));
        command.addAll(List.of("-P", pool, "import", source.toString(), "/docs"));

        long before = packs(Path.of(pool));
        Process process = start(command);
        // In the middle: one of some fifteen packs is there.
        while (packs(Path.of(pool)) == before && process.isAlive()) {
            Thread.sleep(5);
        }
        assertTrue(process.isAlive(), "the import was over too soon to be interrupted");
        assertEquals(0, new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor());
        Result result = finish(process);

        assertEquals(130, result.status(), result.err());
        assertEquals(
                "varve: interrupted; the pool is unchanged since generation 1\n", result.err());
        assertEquals("", run("-P", pool, "subvolume", "list").out());
        assertEquals(0, run("-P", pool, "subvolume", "create", "/docs").status());
    }

    private static long packs(Path pool) throws IOException {
        Path packs = pool.resolve("packs");
        if (!Files.isDirectory(packs)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(packs)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void aNameThatIsNoUtf8IsTypedAndPrintedByteForByte() throws Exception {
        String pool = directory.resolve("pool").toString();
        assertEquals(0, run("init", pool).status());
        Path script = directory.resolve("script");
        String java = String.join(" ", java(System.getProperty("java.class.path")));
        Files.writeString(
                script,
                "name=$(printf '/caf\\351 \\303\\251')\n%1$s -P %2$s subvolume create \"$name\"\n"
                        .formatted(java, pool));

        assertEquals(0, finish(start(List.of("sh", script.toString()))).status());

        assertEquals("caf\u00e9 \u00c3\u00a9\n", run("-P", pool, "ls").out());
    }

    @Test
    void aMissingPermissionIsNamed() throws Exception {
        Require.root();
        Require.program("setpriv");
        Path home = Files.createDirectory(directory.resolve("home"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path pool = directory.resolve("pool");
        assertEquals(0, run("init", pool.toString()).status());
        List<String> nobody =
                new ArrayList<>(
                        List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        nobody.addAll(java(readableClassPath(home)));

        Files.setPosixFilePermissions(pool, PosixFilePermissions.fromString("rwx------"));
        requireDenied(nobody, pool.toString(), "-P", pool.toString(), "ls");
        Files.setPosixFilePermissions(pool, PosixFilePermissions.fromString("rwxr-xr-x"));
        String object = pool.resolve("lock").toString();
        requireDenied(nobody, object, "-P", pool.toString(), "subvolume", "create", "/x");
        String hidden = home.resolve("new").toString();
        requireDenied(nobody, hidden, "init", hidden);
    }

    private void requireDenied(List<String> java, String object, String... argv) throws Exception {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(argv));

        Result result = finish(start(command));

        assertEquals(1, result.status(), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains(object), result.err());
        assertTrue(result.err().endsWith("permission denied\n"), result.err());
    }

    /// Copies the class path to where everybody may read it.
    private static String readableClassPath(Path home) throws IOException {
        List<Path> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry);
            if (Files.exists(from)) {
                Path to = home.resolve(copies.size() + "-" + from.getFileName());
                copy(from, to);
                copies.add(to);
            }
        }
        return copies.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path path, BasicFileAttributes attributes) throws IOException {
                        Files.createDirectories(to.resolve(from.relativize(path).toString()));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
                            throws IOException {
                        Files.copy(path, to.resolve(from.relativize(path).toString()));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
