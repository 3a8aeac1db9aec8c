package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import dev.varve.cli.output.Console;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `archive restore --to-tar`
class ArchiveTarTest {
    private static final String LATEST = "/snaps/docs.2";

    @TempDir Path directory;
    private Path source;
    private Path place;
    private Path temporary;
    private Shell here;
    private Shell nowhere;

    @BeforeEach
    void archiveTwoSnapshots() throws IOException {
        source = Files.createDirectories(directory.resolve("source/dir")).getParent();
        place = Files.createDirectory(directory.resolve("place"));
        temporary = Files.createDirectory(directory.resolve("temporary"));
        here = Shell.onNewPool(directory.resolve("here"));
        nowhere = Shell.in(Map.of("TMPDIR", temporary.toString()));
        Files.write(source.resolve("dir/kept"), random(700_000, 1));
        Files.write(source.resolve("dir/changed"), random(300_000, 2));
        Files.writeString(source.resolve("dir/goes"), "gone in the second\n");
        snapshot(1);
        try (FileChannel changed =
                FileChannel.open(source.resolve("dir/changed"), StandardOpenOption.WRITE)) {
            changed.write(ByteBuffer.wrap(random(5_000, 3)), 123_456);
            changed.write(ByteBuffer.wrap(random(7, 4)), 9_000_000); // behind a hole
        }
        Files.createLink(source.resolve("hard"), source.resolve("dir/kept"));
        Files.createSymbolicLink(source.resolve("link"), Path.of("dir/nothing"));
        Files.delete(source.resolve("dir/goes"));
        Path moved = Files.move(source.resolve("dir"), source.resolve("moved"));
        xattr(moved.resolve("changed"));
        Files.setLastModifiedTime(
                moved.resolve("kept"), FileTime.from(Instant.ofEpochSecond(-7, 123_456_789)));
        snapshot(2);
        here.ok("archive", "create", "--to", archive(), "/snaps/docs.1", LATEST);
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void xattr(Path file) throws IOException {
        FileStore store = Files.getFileStore(file);
        if (store.supportsFileAttributeView(UserDefinedFileAttributeView.class)) {
            Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                    .write("colour", ByteBuffer.wrap(new byte[] {0, 'r', 'e', 'd', (byte) 0xff}));
        }
    }

    private void snapshot(int number) {
        here.ok("import", source.toString(), "/docs");
        here.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs." + number);
    }

    private String archive() {
        return directory.resolve("archive").toString();
    }

    private Path tar() {
        return place.resolve("docs.tar");
    }

    private String[] restore(String... more) {
        return Stream.concat(Stream.of("archive", "restore", "--from", archive()), Stream.of(more))
                .toArray(String[]::new);
    }

    private byte[] exported(String snapshot) {
        return here.ok("export", "--format", "tar", snapshot).bytes();
    }

    private void requireOnly(Path... expected) throws IOException {
        List<Path> there = new ArrayList<>();
        for (Path where : List.of(place, temporary)) {
            try (Stream<Path> names = Files.list(where)) {
                names.forEach(there::add);
            }
        }
        assertEquals(List.of(expected), there.stream().sorted().toList());
    }

    @Test
    void anIncrementBecomesWhatExportWritesOfTheSnapshot() throws IOException {
        Shell.Result result = nowhere.ok(restore("--to-tar", tar().toString(), LATEST));

        assertEquals("Restoring /snaps/docs.1\nRestoring /snaps/docs.2\n", result.out());
        assertArrayEquals(exported(LATEST), Files.readAllBytes(tar()));
        requireOnly(tar());
        Path own = Files.createFile(directory.resolve("own"));
        assertEquals(Files.getPosixFilePermissions(own), Files.getPosixFilePermissions(tar()));
    }

    @Test
    void standardOutputTakesTheTarAndNothingElse() throws IOException {
        Shell.Result result = nowhere.ok(restore("--to-tar", "-", LATEST));

        assertArrayEquals(exported(LATEST), result.bytes());
        assertEquals("Restoring /snaps/docs.1\nRestoring /snaps/docs.2\n", result.err());
        requireOnly();
        Shell.Result json = nowhere.run(restore("--to-tar", "-", LATEST, "--json"));
        assertEquals(ExitCode.USAGE, json.code());
        assertTrue(json.err().contains("name a file with --to-tar"), json.err());
        nowhere.withTerminal(Console.Stream.OUT)
                .run(restore("--to-tar", "-", LATEST))
                .failed(ExitCode.USAGE, "terminal", "--to-tar");
        requireOnly();
    }

    @Test
    void aDirectoryForItThatIsNoneIsNamed() {
        String none = directory.resolve("none").toString();
        Shell.in(Map.of("TMPDIR", none))
                .run(restore("--to-tar", "-", LATEST))
                .failed(ExitCode.ERROR, none, "no such file or directory");
    }

    @Test
    void oneSnapshotGoesIntoATar() throws IOException {
        nowhere.run(restore("--to-tar", tar().toString()))
                .failed(ExitCode.USAGE, "--to-tar takes one snapshot, these are 2");
        nowhere.run(restore("--to-tar", tar().toString(), "/snaps/docs.1", LATEST))
                .failed(ExitCode.USAGE, "these are 2");
        nowhere.run(restore("-n", "--to-tar", tar().toString())).failed(ExitCode.USAGE);
        requireOnly();
        nowhere.ok(restore("--to-tar", tar().toString(), LATEST, LATEST));
        assertArrayEquals(exported(LATEST), Files.readAllBytes(tar()));
    }

    @Test
    void theOnlySnapshotNeedsNoName() throws IOException {
        Path other = directory.resolve("other");
        here.ok("archive", "create", "--to", other.toString(), "/snaps/docs.1");
        nowhere.ok("archive", "restore", "--from", other + "", "--to-tar", tar().toString());
        assertArrayEquals(exported("/snaps/docs.1"), Files.readAllBytes(tar()));
    }

    @Test
    void snapshotsOfOneNameAreNotInEachOthersWay() throws IOException {
        here.ok("subvolume", "snapshot", "-r", "/docs", "/a/same");
        Files.writeString(source.resolve("later"), "later\n");
        here.ok("import", source.toString(), "/docs");
        here.ok("subvolume", "snapshot", "-r", "/docs", "/b/same");
        here.ok("archive", "create", "--to", archive(), "/a/same", "/b/same");
        nowhere.ok(restore("--to-tar", tar().toString(), "/b/same"));
        assertArrayEquals(exported("/b/same"), Files.readAllBytes(tar()));
    }

    @Test
    void aDryRunTellsTheCostAndMakesNothing() throws IOException {
        for (String target : List.of(tar().toString(), "-")) {
            Shell.Result dry =
                    nowhere.withTerminal(Console.Stream.OUT)
                            .ok(restore("-n", "--to-tar", target, LATEST));
            assertTrue(dry.out().contains("Would restore /snaps/docs.1: 1 objects"), dry.out());
            assertTrue(dry.out().contains("\n2 requests, "), dry.out());
            requireOnly();
        }
        String json = nowhere.ok(restore("-n", "--json", "--to-tar", "-", LATEST)).out();
        assertTrue(json.contains("\"dry_run\":true,\"requests\":2"), json);
    }

    @Test
    void jsonTellsOfTheTar() {
        String json = nowhere.ok(restore("--json", "--to-tar", tar().toString(), LATEST)).out();
        assertTrue(json.contains("\"requests\":2"), json);
        assertTrue(json.contains("\"entries\":6,"), json);
        assertTrue(json.endsWith("\"failure_count\":0,\"failures\":[]}\n"), json);
    }

    @Test
    void aTarThatIsThereIsReplacedAndNobodyCanReadItWhoCouldNotBefore() throws IOException {
        Path other = Files.writeString(place.resolve("other.tar"), "older");
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(tar(), other);

        nowhere.ok(restore("--to-tar", tar().toString(), LATEST));

        assertTrue(Files.isSymbolicLink(tar()));
        assertArrayEquals(exported(LATEST), Files.readAllBytes(other));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(other)));
        requireOnly(tar(), other);
    }

    @Test
    void whatIsNoFileIsWrittenAsItIs() throws IOException {
        nowhere.ok(restore("--to-tar", "/dev/null", LATEST));
        assertFalse(Files.isRegularFile(Path.of("/dev/null")));
        requireOnly();
    }

    @Test
    void damageLeavesNoTarAndTheOneThatIsThereAlone() throws IOException {
        Path part;
        try (Stream<Path> all = Files.walk(directory.resolve("archive/streams"))) {
            // Both streams: so it comes to the second with the pool there already.
            part = all.filter(Files::isRegularFile).filter(this::isLast).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(part);
        bytes[bytes.length / 2] ^= 1;
        Files.write(part, bytes);

        nowhere.run(restore("--to-tar", tar().toString(), LATEST))
                .failed(ExitCode.CORRUPT, "SHA-256");
        requireOnly();
        Files.writeString(tar(), "older");
        nowhere.run(restore("--to-tar", tar().toString(), LATEST))
                .failed(ExitCode.CORRUPT, "SHA-256");
        requireOnly(tar());
        assertEquals("older", Files.readString(tar()));
        Shell.Result piped = nowhere.run(restore("--to-tar", "-", LATEST));
        assertEquals(ExitCode.CORRUPT, piped.code());
        assertTrue(piped.err().contains("Restoring " + LATEST), piped.err());
        requireOnly(tar());
    }

    /// Whether a part belongs to the snapshot that builds on the other.
    private boolean isLast(Path part) {
        try {
            String manifest = part.getParent().getFileName() + ".json";
            return Files.readString(directory.resolve("archive/manifests").resolve(manifest))
                    .contains('"' + LATEST + '"');
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void withoutTheKeyNothingIsMade() throws IOException {
        Path pass = Files.writeString(directory.resolve("pass"), "correct horse\n");
        Path sealed = directory.resolve("sealed");
        String[] create = {
            "archive", "create", "--to", sealed + "", "--archive-passphrase-file", pass + "", LATEST
        };
        here.ok(create);
        String[] restore = {
            "archive", "restore", "--from", sealed + "", "--to-tar", tar() + "", LATEST
        };
        nowhere.run(restore).failed(ExitCode.WRONG_KEY, LATEST);
        requireOnly();
        String[] keyed =
                Stream.concat(
                                Stream.of(restore),
                                Stream.of("--archive-passphrase-file", pass.toString()))
                        .toArray(String[]::new);
        nowhere.ok(keyed);
        assertArrayEquals(exported(LATEST), Files.readAllBytes(tar()));
    }

    @Test
    void whatTarDoesNotKnowIsToldAndTheRestIsThere() throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(source.resolve("socket")));
            snapshot(3);
        }
        here.ok("archive", "create", "--to", archive(), "/snaps/docs.3");
        Shell.Result result = nowhere.run(restore("--to-tar", tar().toString(), "/snaps/docs.3"));
        assertEquals(ExitCode.PARTIAL, result.code());
        assertTrue(result.err().contains("/snaps/docs.3/socket: tar does not know"), result.err());
        Shell.Result export = here.run("export", "--format", "tar", "/snaps/docs.3");
        assertArrayEquals(export.bytes(), Files.readAllBytes(tar()));
    }

    @Test
    void saysWhatIsWrongWithTheTarget() throws IOException {
        nowhere.run(restore("--to-tar", place.toString(), LATEST))
                .failed(ExitCode.ERROR, place.toString(), "is a directory");
        Path none = directory.resolve("none");
        nowhere.run(restore("--to-tar", none.resolve("x.tar") + "", LATEST))
                .failed(ExitCode.ERROR, none + ": no such file or directory");
        for (String other : List.of("--into", "--to-directory", "--to-btrfs")) {
            nowhere.run(restore("--to-tar", tar() + "", other, "/x", LATEST))
                    .failed(ExitCode.USAGE, "one of --into", "--to-tar");
        }
        nowhere.run(restore("--to-tar", tar() + "", "/snaps/docs.9"))
                .failed(ExitCode.ERROR, "/snaps/docs.9", "no such snapshot");
        requireOnly();
    }

    @Test
    void anInterruptLeavesNothingBehind() throws IOException {
        Thread.currentThread().interrupt();
        Shell.Result result = nowhere.run(restore("--to-tar", tar().toString(), LATEST));
        assertFalse(Thread.interrupted());
        assertEquals(ExitCode.INTERRUPTED, result.code());
        assertEquals("varve: interrupted\n", result.err());
        requireOnly();
    }
}
