package dev.varve.send;

import dev.varve.engine.testing.Require;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A fresh btrfs on a loop device, gone when closed.
final class BtrfsMount implements Closeable {
    private static final long SIZE_BYTES = 2L << 30;

    private final Path image;
    private final Path directory;

    private BtrfsMount(Path image, Path directory) {
        this.image = image;
        this.directory = directory;
    }

    static void require() {
        Require.loopDevices();
        Require.program("mkfs.btrfs");
        Require.program("btrfs");
        Require.program("getfattr");
    }

    static BtrfsMount create() throws IOException {
        Path image = Files.createTempFile("varve-btrfs-", ".img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(SIZE_BYTES);
        }
        Path directory = Files.createTempDirectory("varve-btrfs-");
        BtrfsMount mount = new BtrfsMount(image, directory);
        run(List.of("mkfs.btrfs", "-q", "-f", image.toString()));
        run(List.of("mount", "-o", "loop,noatime", image.toString(), directory.toString()));
        return mount;
    }

    Path directory() {
        return directory;
    }

    /// Runs a command and returns what it printed.
    ///
    /// @throws IOException with what it printed, if it fails
    static String run(List<String> command) throws IOException {
        return run(command, ProcessBuilder.Redirect.PIPE);
    }

    static String run(List<String> command, ProcessBuilder.Redirect input) throws IOException {
        Process process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectInput(input).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(command + " failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }

    @Override
    public void close() {
        try {
            run(List.of("umount", "-l", directory.toString()));
            Files.delete(directory);
            Files.delete(image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
