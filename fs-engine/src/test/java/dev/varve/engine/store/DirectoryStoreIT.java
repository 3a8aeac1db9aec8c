package dev.varve.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.engine.model.NoSpaceException;
import dev.varve.engine.testing.Require;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// [DirectoryStore] on file systems that are small.
class DirectoryStoreIT {
    @TempDir Path directory;

    @AfterEach
    void unmount() throws Exception {
        Path mountPoint = directory.resolve("mnt");
        if (Files.exists(mountPoint)) {
            new ProcessBuilder("umount", mountPoint.toString()).start().waitFor();
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), String.join(" ", command) + ": " + output);
    }

    private Path mount(String... options) throws Exception {
        Path mountPoint = Files.createDirectory(directory.resolve("mnt"));
        String[] command =
                Stream.of(Stream.of("mount"), Stream.of(options), Stream.of(mountPoint.toString()))
                        .flatMap(part -> part)
                        .toArray(String[]::new);
        run(command);
        return mountPoint;
    }

    @Test
    void aFullDiskIsToldAndLeavesNothingBehind() throws Exception {
        Require.root();
        Path root = mount("-t", "tmpfs", "-o", "size=1m", "varve-test");
        try (DirectoryStore store = new DirectoryStore(root.resolve("pool"))) {
            store.create("heads/1", List.of(ByteBuffer.allocate(100)));
            List<ByteBuffer> large = List.of(ByteBuffer.allocate(3 << 20));
            assertThrows(NoSpaceException.class, () -> store.create("packs/1", large));
            assertFalse(store.list("packs/").advance());
            store.create("heads/2", List.of(ByteBuffer.allocate(500_000)));
            assertEquals(100, store.get("heads/1", new ByteRange.Last(1)).objectSizeBytes());
        }
    }
}
