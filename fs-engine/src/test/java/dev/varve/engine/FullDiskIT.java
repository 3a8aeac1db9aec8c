package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.NoSpaceException;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.DirectoryStore;
import dev.varve.engine.testing.Require;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Fills a small ext4.
class FullDiskIT {
    private static final int FILE_BYTES = 1_500_000;

    @TempDir Path directory;

    private Path mount;
    private boolean mounted;

    @BeforeEach
    void mountSmallDisk() throws Exception {
        Require.loopDevices();
        Require.program("mkfs.ext4");
        mount = Files.createDirectory(directory.resolve("mount"));
        Path image = directory.resolve("image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(32 << 20);
        }
        run("mkfs.ext4", "-q", "-F", image.toString());
        run("mount", "-o", "loop", image.toString(), mount.toString());
        mounted = true;
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", mount.toString());
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, process.waitFor(), () -> String.join(" ", command));
    }

    private static byte[] content(int index) {
        byte[] content = new byte[FILE_BYTES];
        new Random(index).nextBytes(content);
        return content;
    }

    private static void addFile(Pool pool, int index) throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeWriter top = tx.edit(SubvolumeId.TOP_LEVEL);
            Attributes plain = Attributes.of(0644, Timestamp.EPOCH);
            long file = top.createFile(Inode.ROOT, FileName.of("f" + index), plain);
            top.write(file, 0, ByteBuffer.wrap(content(index)));
            tx.commit();
        }
    }

    private static void checkFiles(Pool pool, int count) throws IOException {
        try (ReadView view = pool.read()) {
            FileTree top = view.open(SubvolumeId.TOP_LEVEL);
            for (int i = 0; i < count; i++) {
                ByteBuffer found = ByteBuffer.allocate(FILE_BYTES);
                long file = top.lookup(Inode.ROOT, FileName.of("f" + i)).orElseThrow().target();
                top.read(file, 0, found);
                assertArrayEquals(content(i), found.array());
            }
            assertTrue(top.lookup(Inode.ROOT, FileName.of("f" + count)).isEmpty());
        }
    }

    @Test
    void aFullDiskRefusesACommitAndHarmsNothing() throws IOException {
        Path ballast = mount.resolve("ballast");
        Files.write(ballast, new byte[6 << 20]);
        try (DirectoryStore store = new DirectoryStore(mount.resolve("pool"))) {
            Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
            try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
                int committed = 0;
                boolean full = false;
                while (!full) {
                    try {
                        addFile(pool, committed);
                        committed++;
                    } catch (NoSpaceException _) {
                        full = true;
                    }
                }
                assertTrue(committed > 5, "only " + committed + " commits fit");
                checkFiles(pool, committed);
                int next = committed;
                assertThrows(NoSpaceException.class, () -> addFile(pool, next));
                checkFiles(pool, committed);
                ReferenceAudit.audit(store, pool.settings());
                Files.delete(ballast);
                addFile(pool, committed);
                checkFiles(pool, committed + 1);
                ReferenceAudit.audit(store, pool.settings());
            }
        }
    }
}
