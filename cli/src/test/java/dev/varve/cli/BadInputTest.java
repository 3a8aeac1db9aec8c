package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.varve.cli.command.ExitCode;
import dev.varve.cli.pool.PoolPlace;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.PoolOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every kind of bad input is answered by one line that names the object, and its exit code.
class BadInputTest {
    @TempDir Path directory;
    private Path pool;
    private Shell shell;

    @BeforeEach
    void makePool() throws IOException {
        pool = directory.resolve("pool");
        Path source = Files.createDirectories(directory.resolve("source/dir"));
        byte[] content = new byte[20_000];
        new Random(3).nextBytes(content);
        Files.write(source.resolve("file"), content);
        Files.writeString(source.resolve("small"), "small");
        shell = Shell.onNewPool(pool);
        shell.ok("import", directory.resolve("source").toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snap");
    }

    @Test
    void aWrongPoolPathIsTen() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        Path nowhere = directory.resolve("nowhere");
        Path source = directory.resolve("source");

        Shell.on(nowhere).run("ls").failed(ExitCode.NOT_THERE, nowhere.toString());
        Shell.on(file).run("ls").failed(ExitCode.NOT_THERE, file.toString());
        Shell.on(source).run("ls").failed(ExitCode.NOT_THERE, source.toString());
        Shell.on(source).run("import", "/etc", "/e").failed(ExitCode.NOT_THERE, source.toString());
        Shell.withoutPool().run("ls").failed(ExitCode.USAGE, "-P", "VARVE_POOL");
    }

    @Test
    void initLeavesAloneWhatIsThere() throws IOException {
        Path source = directory.resolve("source");

        shell.run("init", source.toString()).failed(ExitCode.ERROR, source.toString(), "not empty");
        shell.run("init", pool.toString()).failed(ExitCode.ERROR, pool.toString(), "already");
        Shell.on(source).run("backup", source.toString()).failed(ExitCode.NOT_THERE);
        shell.run("init", "--checksum", "md5", "x").failed(ExitCode.USAGE, "md5");
        shell.run("init", "--level", "20", "x").failed(ExitCode.USAGE, "20");
    }

    @Test
    void namesThatDoNotExistAreNamed() {
        for (String command :
                List.of("ls", "cat", "stat", "du", "subvolume show", "subvolume delete", "send")) {
            String[] argv = (command + " /snap/nowhere/at/all").split(" ");
            shell.run(argv).failed(ExitCode.ERROR, "/snap/nowhere: no such file or directory");
        }
        String target = directory.resolve("new").toString();
        shell.run("restore", "/gone", target).failed(ExitCode.ERROR, "/gone");
        assertTrue(Files.notExists(Path.of(target)));
        shell.run("diff", "/snap", "/gone").failed(ExitCode.ERROR, "/gone");
        shell.run("subvolume", "snapshot", "/gone", "/x").failed(ExitCode.ERROR, "/gone");
        shell.run("import", "/no/such/dir", "/x").failed(ExitCode.ERROR, "/no/such/dir");
        shell.run("receive", "-f", "/no/such/file", "/x").failed(ExitCode.ERROR, "/no/such/file");
        shell.run("ls", "/snap/dir/file/x").failed(ExitCode.ERROR, "/snap/dir/file");
        shell.run("subvolume", "show", "/snap/dir").failed(ExitCode.ERROR, "/snap/dir");
        shell.run("subvolume", "create", "/docs").failed(ExitCode.ERROR, "/docs", "exists");
        assertEquals("docs\nsnap\n", shell.ok("ls").out());
    }

    @Test
    void whatMakesNoSenseIsTwo() {
        shell.run("frobnicate").failed(ExitCode.USAGE, "frobnicate");
        shell.run().failed(ExitCode.USAGE, "varve demo");
        shell.run("ls", "--frob").failed(ExitCode.USAGE, "--frob");
        shell.run("subvolume", "create").failed(ExitCode.USAGE, "PATH");
        shell.run("subvolume", "create", "docs").failed(ExitCode.USAGE, "'docs'", "absolute");
        shell.run("ls", "/docs/../snap").failed(ExitCode.USAGE, "..");
        shell.run("restore", "/snap", "x", "--overwrite", "maybe").failed(ExitCode.USAGE, "maybe");
        shell.run("subvolume", "list", "--sort=size").failed(ExitCode.USAGE, "size");
    }

    @Test
    void anErrorIsOneObjectWhenJsonIsWanted() {
        Shell.Result result = shell.run("ls", "/nowhere", "--json");

        assertEquals(ExitCode.ERROR, result.code());
        assertEquals(
                "{\"schema\":1,\"error\":{\"message\":\"/nowhere: no such file or directory\","
                        + "\"kind\":\"error\",\"exit_code\":1}}\n",
                result.err());
    }

    @Test
    void aSecondWriterIsEleven() throws IOException {
        try (PoolSession session =
                        PoolSession.open(
                                new PoolPlace(pool.toString(), Map.of()), PoolOptions.defaults());
                var _ = session.begin()) {
            shell.run("subvolume", "create", "/x").failed(ExitCode.BUSY, "pool");
            shell.ok("ls", "/snap");
        }
        shell.ok("subvolume", "create", "/x");
    }

    @Test
    void aNewerFormatIsFourteen() throws IOException {
        for (Path object : objects()) {
            byte[] bytes = Files.readAllBytes(object);
            if (bytes.length < 12 || bytes[0] != 'V' || isOldHead(object)) {
                continue;
            }
            byte[] newer = bytes.clone();
            newer[8]++;
            Files.write(object, newer);
            Shell.Result result = readAll();
            Files.write(object, bytes);
            String name = pool.relativize(object).toString();
            // A pack is read from its end; its header only says what it is to people and tools.
            if (!name.startsWith("writers/") && !name.startsWith("packs/")) {
                assertEquals(ExitCode.UNSUPPORTED, result.code(), name + ": " + result.err());
                assertTrue(result.err().contains("version"), result.err());
            }
        }
    }

    @Test
    void aTruncatedOrMissingPackIsThirteen() throws IOException {
        for (Path object : objects()) {
            String name = pool.relativize(object).toString();
            if (!name.startsWith("packs/")) {
                continue;
            }
            byte[] bytes = Files.readAllBytes(object);
            for (int length : List.of(0, 7, bytes.length / 2, bytes.length - 1)) {
                truncate(object, length);
                requireSameOrDamaged(readAll(), name + " cut to " + length, false);
                Files.write(object, bytes);
            }
            Files.delete(object);
            requireSameOrDamaged(readAll(), name + " missing", false);
            Files.write(object, bytes);
        }
    }

    private static void truncate(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    @Test
    void aFlippedBitAnywhereIsFoundOrHarmless() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        int damaged = 0;
        for (Path object : objects()) {
            byte[] bytes = Files.readAllBytes(object);
            String name = pool.relativize(object).toString();
            for (int i = 0; i < 24 && bytes.length > 0; i++) {
                int at = i < 8 ? i * bytes.length / 8 : random.nextInt(bytes.length);
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(object, flipped);
                String what = name + " at " + at + ", -Dseed=" + seed;
                damaged += requireSameOrDamaged(readAll(), what, true);
            }
            Files.write(object, bytes);
        }
        assertTrue(damaged > 20, "only " + damaged + " flips were noticed");
        assertEquals(ExitCode.OK, readAll().code());
    }

    @Test
    void checkNamesTheFilesThatDamageTakes() throws IOException {
        assertTrue(shell.ok("check", "--read-data").out().contains("0 errors, 0 warnings"));
        Path pack =
                objects().stream()
                        .filter(path -> pool.relativize(path).startsWith("packs"))
                        .max(Comparator.comparingLong(path -> path.toFile().length()))
                        .orElseThrow();
        byte[] bytes = Files.readAllBytes(pack);
        bytes[bytes.length / 2] ^= 1;
        Files.write(pack, bytes);

        Shell.Result result = shell.run("check", "--read-data");

        assertEquals(ExitCode.CORRUPT, result.code());
        assertTrue(result.out().contains("error: /snap: /dir/file: lost: "), result.out());
        assertTrue(shell.run("check", "--read-data", "--json").out().contains("\"lost_file\""));
    }

    /// Reads all names and all content.
    private Shell.Result readAll() {
        Shell.Result names = shell.run("ls", "-lR", "/");
        if (names.code() != ExitCode.OK) {
            return names;
        }
        Shell.Result content = shell.run("cat", "/snap/dir/file", "/snap/dir/small");
        if (content.code() == ExitCode.OK) {
            byte[] expected = expectedContent();
            assertArrayEquals(expected, content.bytes());
        }
        return content;
    }

    private byte[] expectedContent() {
        try {
            byte[] file = Files.readAllBytes(directory.resolve("source/dir/file"));
            byte[] both = Arrays.copyOf(file, file.length + 5);
            System.arraycopy("small".getBytes(StandardCharsets.UTF_8), 0, both, file.length, 5);
            return both;
        } catch (IOException e) {
            return fail(e);
        }
    }

    /// @return 1 if the damage was noticed
    private static int requireSameOrDamaged(Shell.Result result, String what, boolean mayBeNewer) {
        if (result.code() == ExitCode.OK) {
            return 0;
        }
        boolean right =
                result.code() == ExitCode.CORRUPT
                        || (mayBeNewer && result.code() == ExitCode.UNSUPPORTED);
        assertTrue(right, what + ": " + result.code() + " " + result.err());
        assertEquals(1, result.err().lines().count(), what + ": " + result.err());
        return 1;
    }

    private List<Path> objects() throws IOException {
        List<Path> objects = new ArrayList<>();
        try (Stream<Path> found = Files.walk(pool)) {
            found.filter(Files::isRegularFile)
                    .filter(path -> !path.getFileName().toString().equals("lock"))
                    .sorted()
                    .forEach(objects::add);
        }
        return objects;
    }

    private boolean isOldHead(Path object) throws IOException {
        List<Path> heads =
                objects().stream()
                        .filter(path -> pool.relativize(path).startsWith("heads"))
                        .sorted()
                        .toList();
        return heads.contains(object) && !object.equals(heads.getLast());
    }
}
