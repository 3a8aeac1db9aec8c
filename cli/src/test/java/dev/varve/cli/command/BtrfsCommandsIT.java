package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import dev.varve.engine.testing.Require;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `import --btrfs` and `send --to-btrfs`, between a pool and a btrfs on a loop device.
class BtrfsCommandsIT {
    @TempDir Path directory = Path.of("");
    private Path mount = Path.of("");
    private Shell shell = Shell.withoutPool();

    @BeforeEach
    void makeBtrfs() throws IOException {
        Require.loopDevices();
        Require.program("mkfs.btrfs");
        Require.program("btrfs");
        Path image = directory.resolve("image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(512 << 20);
        }
        run("mkfs.btrfs", "-q", image.toString());
        mount = Files.createDirectory(directory.resolve("mount with blank"));
        run("mount", "-o", "loop", image.toString(), mount.toString());
        shell = Shell.onNewPool(directory.resolve("pool"));
        run("btrfs", "subvolume", "create", mount + "/docs");
        Files.createDirectories(mount.resolve("snaps"));
    }

    @AfterEach
    void unmount() throws IOException {
        if (!mount.toString().isEmpty()) {
            run("umount", mount.toString());
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
    }

    private String snapshot(int number, String content) throws IOException {
        Files.writeString(mount.resolve("docs/file"), content);
        String path = mount + "/snaps/docs." + number;
        run("btrfs", "subvolume", "snapshot", "-r", mount + "/docs", path);
        return path;
    }

    @Test
    void aKernelSnapshotComesInAsTheChangesSinceTheNearestOneHere() throws IOException {
        shell.ok("import", "--btrfs", snapshot(1, "one\n"), "/in");
        snapshot(2, "two\n");
        Shell.Result third = shell.ok("import", "-v", "--btrfs", snapshot(3, "three\n"), "/in");

        assertTrue(third.err().contains("changes since " + mount + "/snaps/docs.1"), third.err());
        assertEquals("At subvol /in/docs.3\n", third.out());
        assertEquals("one\n", shell.ok("cat", "/in/docs.1/file").out());
        assertEquals("three\n", shell.ok("cat", "/in/docs.3/file").out());
        shell.run("import", "--btrfs", mount + "/docs", "/in")
                .failed(ExitCode.ERROR, "/docs", "not read-only");
        shell.run("import", "--btrfs", mount + "/snaps", "/in").failed(ExitCode.ERROR, "snaps");
        shell.run("import", "--btrfs", "/proc/self", "/in").failed(ExitCode.ERROR);
        shell.run("import", "--btrfs", mount + "/snaps/docs.1", "/in")
                .failed(ExitCode.ERROR, "/in/docs.1", "exists");
    }

    @Test
    void aPoolsSnapshotGoesOutAsTheChangesSinceTheBestOneThere() throws IOException {
        Path back = Files.createDirectory(mount.resolve("back"));
        String[] send = {"send", "-v", "--auto", "--to-btrfs", back.toString(), ""};
        shell.ok("import", "--btrfs", snapshot(1, "one\n"), "/in");
        run("btrfs", "subvolume", "delete", mount + "/snaps/docs.1");
        send[5] = "/in/docs.1";
        Shell.Result first = shell.ok(send);
        assertTrue(first.err().contains("sending everything"), first.err());
        shell.ok("subvolume", "snapshot", "/in/docs.1", "/work");
        Path file = Files.writeString(directory.resolve("file"), "two\n");
        shell.ok("import", directory(file).toString(), "/work");
        shell.ok("subvolume", "snapshot", "-r", "/work", "/in/docs.2");
        send[5] = "/in/docs.2";
        Shell.Result second = shell.ok(send);

        assertTrue(second.err().contains("parent is /in/docs.1"), second.err());
        assertEquals("one\n", Files.readString(back.resolve("docs.1/file")));
        assertEquals("two\n", Files.readString(back.resolve("docs.2/file")));
        send[1] = "-q";
        shell.run(send).failed(ExitCode.ERROR, "btrfs receive", "docs.2");
        shell.run("send", "-q", "/in/docs.2", "--to-btrfs", directory.toString())
                .failed(ExitCode.ERROR, "btrfs receive");
    }

    private Path directory(Path file) throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        Files.move(file, source.resolve("file"));
        return source;
    }
}
