package dev.varve.receive;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A fresh btrfs in a file, mounted below a temporary directory. Needs root.
final class LoopMount implements Closeable {
    private static final long SIZE_BYTES = 1L << 30;

    private final Path base;

    private LoopMount(Path base) {
        this.base = base;
    }

    static LoopMount btrfs() throws IOException {
        return btrfs("noatime");
    }

    /// @param options of `mount`, beside `loop`
    static LoopMount btrfs(String options) throws IOException {
        Path base = Files.createTempDirectory("varve-btrfs-");
        Path image = base.resolve("image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(SIZE_BYTES);
        }
        LoopMount mount = new LoopMount(base);
        Files.createDirectory(mount.path());
        run("mkfs.btrfs", "-q", image.toString());
        run("mount", "-o", "loop," + options, image.toString(), mount.path().toString());
        return mount;
    }

    Path path() {
        return base.resolve("mnt");
    }

    static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }

    @Override
    public void close() throws IOException {
        run("umount", path().toString());
        Files.delete(path());
        Files.delete(base.resolve("image"));
        Files.delete(base);
    }
}
