package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `replicate`
class ReplicateCommandTest {
    @TempDir Path directory;
    private Path source;
    private Shell here;
    private Shell there;

    @BeforeEach
    void makePools() throws IOException {
        source = Files.createDirectories(directory.resolve("source/dir")).getParent();
        here = Shell.onNewPool(directory.resolve("here"));
        there = Shell.onNewPool(directory.resolve("there"));
        snapshot(here, 1);
        snapshot(here, 2);
    }

    /// Changes the source and takes its snapshot `/snaps/docs.N`.
    private void snapshot(Shell shell, int number) throws IOException {
        Files.writeString(source.resolve("dir/file"), "state " + number + "\n");
        Files.write(source.resolve("big." + number), new byte[300_000]);
        shell.ok("import", source.toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs." + number);
    }

    @Test
    void copiesEachSnapshotUnderItsPathAndOnlyWhatChanged() {
        Shell.Result result =
                here.ok("replicate", "/snaps/docs.2", "/snaps/docs.1", "--to", path("there"));

        assertEquals(
                """
                Copying /snaps/docs.1
                Copying /snaps/docs.2 from /snaps/docs.1
                """,
                result.out());
        assertEquals("state 1\n", there.ok("cat", "/snaps/docs.1/dir/file").out());
        assertEquals("state 2\n", there.ok("cat", "/snaps/docs.2/dir/file").out());
        assertEquals(
                "/snaps/docs.1 is there already\n",
                here.ok("replicate", "/snaps/docs.1", "--to", path("there")).out());
        there.ok("check", "--read-data");
    }

    @Test
    void incrementsGoOnTheOtherWayAfterTheOriginalIsLost() throws IOException {
        here.ok("replicate", "/snaps/docs.1", "/snaps/docs.2", "--to", path("there"));
        Shell again = Shell.onNewPool(directory.resolve("again"));
        there.ok("replicate", "/snaps/docs.1", "/snaps/docs.2", "--to", path("again"));

        Shell.Result result =
                here.ok("--json", "replicate", "-n", "/snaps/docs.2", "--to", path("again"));
        assertTrue(result.out().contains("\"already_there\":true"), result.out());

        // What is restored is what everything goes on from.
        again.ok("subvolume", "snapshot", "/snaps/docs.2", "/docs");
        again.ok("import", source.toString(), "/docs");
        again.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs.3");
        assertEquals(
                "Copying /snaps/docs.3 from /snaps/docs.2\n",
                again.ok("replicate", "/snaps/docs.3", "--to", path("there")).out());
        assertEquals("state 2\n", there.ok("cat", "/snaps/docs.3/dir/file").out());
    }

    @Test
    void dryRunTellsTheBytesAndCopiesNothing() {
        Shell.Result result =
                here.ok("replicate", "-n", "/snaps/docs.1", "--to", path("there"), "--into", "/in");

        assertTrue(result.out().matches("Would copy /snaps/docs.1, [0-9]+ bytes\n"), result.out());
        there.run("ls", "/in").failed(ExitCode.ERROR, "/in");
    }

    @Test
    void whatIsNestedArrivesWhereItStands() throws IOException {
        here.ok("subvolume", "create", "/set");
        here.ok("import", source.toString(), "/set/top");
        here.ok("subvolume", "create", "/set/top/dir/inner");
        here.ok("import", source.toString(), "/set/top/dir/inner/deep");
        here.ok("subvolume", "snapshot", "-r", "-R", "/set/top", "/sets/top.1");
        Files.writeString(source.resolve("dir/file"), "state 9\n");
        here.ok("import", source.toString(), "/set/top/dir/inner/deep");
        here.ok("subvolume", "snapshot", "-r", "-R", "/set/top", "/sets/top.2");

        Shell.Result result =
                here.ok("replicate", "-R", "/sets/top.2", "/sets/top.1", "--to", path("there"));

        assertEquals(
                """
                Copying /sets/top.1
                Copying /sets/top.1/dir/inner
                Copying /sets/top.1/dir/inner/deep
                Copying /sets/top.2 from /sets/top.1
                Copying /sets/top.2/dir/inner from /sets/top.1/dir/inner
                Copying /sets/top.2/dir/inner/deep from /sets/top.1/dir/inner/deep
                """,
                result.out());
        assertEquals("state 2\n", there.ok("cat", "/sets/top.1/dir/inner/deep/dir/file").out());
        assertEquals("state 9\n", there.ok("cat", "/sets/top.2/dir/inner/deep/dir/file").out());
        assertEquals(6, there.ok("subvolume", "list", "-r").lines().size());
        there.ok("check", "--read-data");
        // The outer one is still what was sent: an increment builds on it, there and back.
        Shell again = Shell.onNewPool(directory.resolve("again"));
        there.ok("replicate", "-R", "/sets/top.1", "/sets/top.2", "--to", path("again"));
        assertEquals("state 9\n", again.ok("cat", "/sets/top.2/dir/inner/deep/dir/file").out());
        assertEquals(
                here.ok("diff", "/sets/top.1", "/sets/top.2").out(),
                again.ok("diff", "/sets/top.1", "/sets/top.2").out());
        assertEquals(
                6,
                again.ok("replicate", "-R", "/sets/top.1", "/sets/top.2", "--to", path("here"))
                                .out()
                                .split("is there already", -1)
                                .length
                        - 1);
    }

    @Test
    void aNestedOneThatCanBeWrittenToIsRefused() {
        here.ok("subvolume", "create", "/set");
        here.ok("subvolume", "create", "/set/inner");
        here.ok("property", "set", "/set", "ro", "true");
        here.run("replicate", "-R", "/set", "--to", path("there"))
                .failed(ExitCode.ERROR, "/set/inner", "not read-only");
        there.run("subvolume", "show", "/set").failed(ExitCode.ERROR);
    }

    @Test
    void saysWhatIsWrong() {
        here.run("replicate", "/snaps/docs.1").failed(ExitCode.USAGE, "--to");
        here.run("replicate", "/docs", "--to", path("there"))
                .failed(ExitCode.ERROR, "/docs", "not read-only");
        here.run("replicate", "/snaps/docs.1", "--to", path("nowhere"))
                .failed(ExitCode.NOT_THERE, "nowhere");
        here.run("replicate", "/snaps/docs.1", "--to", path("here"))
                .failed(ExitCode.USAGE, "the same pool");
        there.ok("subvolume", "create", "/snaps");
        there.ok("subvolume", "create", "/snaps/docs.1");
        here.run("replicate", "/snaps/docs.1", "--to", path("there"))
                .failed(ExitCode.ERROR, "docs.1");
    }

    private String path(String pool) {
        return directory.resolve(pool).toString();
    }
}
