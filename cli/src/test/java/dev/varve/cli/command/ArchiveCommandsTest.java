package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `archive create`, `list`, `verify`, `restore` and `prune`
class ArchiveCommandsTest {
    @TempDir Path directory;
    private Path source;
    private Shell here;
    private Shell there;

    @BeforeEach
    void makeSnapshots() throws IOException {
        source = Files.createDirectories(directory.resolve("source/dir")).getParent();
        here = Shell.onNewPool(directory.resolve("here"));
        there = Shell.onNewPool(directory.resolve("there"));
        for (int number = 1; number <= 3; number++) {
            Files.writeString(source.resolve("dir/file"), "state " + number + "\n");
            byte[] random = new byte[300_000];
            new Random(number).nextBytes(random);
            Files.write(source.resolve("big." + number), random);
            here.ok("import", source.toString(), "/docs");
            here.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs." + number);
        }
    }

    private String archive() {
        return directory.resolve("archive").toString();
    }

    private Shell.Result create(String... more) {
        return here.ok(
                Stream.concat(Stream.of("archive", "create", "--to", archive()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private List<Path> parts() throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve("archive/streams"))) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private void requireAllThere() {
        for (int number = 1; number <= 3; number++) {
            String path = "/snaps/docs." + number;
            assertEquals("state " + number + "\n", there.ok("cat", path + "/dir/file").out());
        }
        there.ok("check", "--read-data");
    }

    @Test
    void restoresWhatItArchivedInParts() throws IOException {
        Shell.Result result =
                create("--part-bytes", "65536", "/snaps/docs.2", "/snaps/docs.1", "/snaps/docs.3");

        assertEquals(
                """
                Archiving /snaps/docs.1
                Archiving /snaps/docs.2 from /snaps/docs.1
                Archiving /snaps/docs.3 from /snaps/docs.1
                """,
                result.out());
        assertTrue(parts().size() > 12, () -> "several parts each");
        assertEquals("/snaps/docs.2 is there already\n", create("/snaps/docs.2").out());
        assertEquals(4, here.ok("archive", "list", "--to", archive()).lines().size());
        here.ok("archive", "verify", "--to", archive());
        there.ok("archive", "restore", "--from", archive());
        requireAllThere();
    }

    @Test
    void restoresIntoDirectoriesAndOnlyWhatIsNotThere() throws IOException {
        create("/snaps/docs.1", "/snaps/docs.2");
        Shell nowhere = Shell.withoutPool();
        Path back = directory.resolve("back");
        String[] restore = {
            "archive", "restore", "--from", archive(), "--to-directory", back.toString()
        };

        Shell.Result dry = nowhere.ok(with(restore, "-n"));
        assertTrue(dry.out().contains("Would restore /snaps/docs.2: 1 objects"), dry.out());
        assertTrue(dry.out().contains("\n2 requests, " + stored() + " bytes\n"), dry.out());
        assertFalse(Files.exists(back));
        nowhere.ok(restore);
        assertEquals("state 1\n", Files.readString(back.resolve("docs.1/dir/file")));
        assertEquals("state 2\n", Files.readString(back.resolve("docs.2/dir/file")));

        create("/snaps/docs.3");
        assertTrue(nowhere.ok(with(restore, "-n")).out().contains("\n1 requests, "));
        assertEquals("Restoring /snaps/docs.3\n", nowhere.ok(restore).out());
        assertEquals("state 3\n", Files.readString(back.resolve("docs.3/dir/file")));
        nowhere.run(with(restore, "--into", "/x")).failed(ExitCode.USAGE, "one of --into");
    }

    private static String[] with(String[] words, String... more) {
        return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
    }

    private long stored() throws IOException {
        long bytes = 0;
        for (Path part : parts()) {
            bytes += Files.size(part);
        }
        return bytes;
    }

    @Test
    void onlyTheRightPassphraseOpens() throws IOException {
        Path right = Files.writeString(directory.resolve("right"), "correct horse\n");
        Path wrong = Files.writeString(directory.resolve("wrong"), "wrong horse\n");
        create("--archive-passphrase-file", right.toString(), "/snaps/docs.1", "/snaps/docs.2");
        String[] restore = {
            "archive", "restore", "--from", archive(), "--archive-passphrase-file", ""
        };

        there.run("archive", "restore", "--from", archive())
                .failed(ExitCode.WRONG_KEY, "/snaps/docs.1", "encrypted");
        restore[5] = wrong.toString();
        there.run(restore).failed(ExitCode.WRONG_KEY, "OpenPGP");
        restore[5] = right.toString();
        there.ok(restore);
        assertEquals("state 2\n", there.ok("cat", "/snaps/docs.2/dir/file").out());
        here.ok("archive", "verify", "--to", archive());
        here.ok(
                "archive",
                "verify",
                "--to",
                archive(),
                "--archive-passphrase-file",
                right.toString());
    }

    @Test
    void aFlippedOrMissingByteIsToldAndNothingIsReceived() throws IOException {
        create("--part-bytes", "65536", "/snaps/docs.1");
        Path part = parts().get(2);
        byte[] bytes = Files.readAllBytes(part);
        bytes[1000] ^= 1;
        Files.write(part, bytes);

        Shell.Result verified = here.run("archive", "verify", "--to", archive());
        assertEquals(ExitCode.CORRUPT, verified.code());
        assertTrue(verified.err().contains(part.getFileName().toString()), verified.err());
        there.run("archive", "restore", "--from", archive()).failed(ExitCode.CORRUPT, "SHA-256");
        there.run("ls", "/snaps/docs.1").failed(ExitCode.ERROR, "/snaps");
        Files.delete(part);
        there.run("archive", "restore", "--from", archive())
                .failed(ExitCode.CORRUPT, "no such object");
    }

    @Test
    void pruningAParentSendsItsChildrenAgain() throws IOException {
        create("/snaps/docs.1", "/snaps/docs.2", "/snaps/docs.3");

        Shell.Result result = here.ok("archive", "prune", "--to", archive(), "/snaps/docs.1");

        assertEquals(
                """
                Archiving /snaps/docs.2
                Archiving /snaps/docs.3 from /snaps/docs.2
                Deleting /snaps/docs.1
                """,
                result.out());
        assertEquals(2, parts().size());
        here.ok("archive", "verify", "--to", archive());
        there.ok("archive", "restore", "--from", archive());
        assertEquals("state 3\n", there.ok("cat", "/snaps/docs.3/dir/file").out());
        there.run("ls", "/snaps/docs.1").failed(ExitCode.ERROR, "docs.1");
    }

    @Test
    void nothingIsPrunedThatAnotherNeedsAndThePoolCannotSend() throws IOException {
        create("/snaps/docs.1", "/snaps/docs.2");
        here.ok("subvolume", "delete", "/snaps/docs.2");

        here.run("archive", "prune", "--to", archive(), "/snaps/docs.1")
                .failed(ExitCode.ERROR, "/snaps/docs.2", "not in the pool");
        assertEquals(2, parts().size());
        there.ok("archive", "restore", "--from", archive(), "/snaps/docs.2");
        assertEquals("state 2\n", there.ok("cat", "/snaps/docs.2/dir/file").out());
    }

    @Test
    void whatAnEarlyEndLeftBehindIsInNobodysWay() throws IOException {
        create("/snaps/docs.1");
        try (Stream<Path> manifests = Files.list(directory.resolve("archive/manifests"))) {
            Files.delete(manifests.findFirst().orElseThrow());
        }
        assertEquals("Archiving /snaps/docs.1\n", create("/snaps/docs.1").out());
        assertEquals(2, parts().size());
        here.ok("archive", "prune", "--to", archive());
        assertEquals(1, parts().size());
        here.ok("archive", "verify", "--to", archive());
    }

    @Test
    void whoHasNoPoolLeftIsToldTheWaysWithoutOne() throws IOException {
        create("/snaps/docs.1");
        Path none = directory.resolve("none");
        String[] restore = {"archive", "restore", "--from", archive()};
        String[] without = {"--to-directory", "--to-btrfs", "--to-tar"};
        Shell.on(none)
                .run(restore)
                .failed(
                        ExitCode.NOT_THERE,
                        with(
                                without,
                                "no pool at "
                                        + none
                                        + ": no such directory; make one with varve"
                                        + " init"));
        Shell.on(source)
                .run(restore)
                .failed(ExitCode.NOT_THERE, with(without, "no pool at " + source, "varve init"));
        Shell.withoutPool()
                .run(restore)
                .failed(ExitCode.USAGE, with(without, "no pool named: give -P POOL"));
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        here.run("archive", "list").failed(ExitCode.USAGE, "--to");
        here.run("archive", "list", "--to", archive()).failed(ExitCode.NOT_THERE, "archive");
        here.run("archive", "create", "--to", archive(), "/docs")
                .failed(ExitCode.ERROR, "/docs", "not read-only");
        assertFalse(Files.exists(directory.resolve("archive")));
        here.run("archive", "create", "--to", archive(), "--part-bytes", "7", "/snaps/docs.1")
                .failed(ExitCode.USAGE, "--part-bytes");
        create("/snaps/docs.1");
        here.run("archive", "restore", "--from", archive(), "/snaps/docs.9")
                .failed(ExitCode.ERROR, "/snaps/docs.9", "no such snapshot");
    }
}
