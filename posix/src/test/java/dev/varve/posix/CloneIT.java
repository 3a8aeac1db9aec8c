package dev.varve.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class CloneIT {
    private static final int FIEMAP_SHARED = 0x2000;

    @TempDir private Path temp;

    @Test
    void aClonedRangeSharesItsStorage() throws Exception {
        boolean canMount =
                Kernel.effectiveUserId() == 0
                        && Files.exists(Path.of("/dev/loop-control"))
                        && Files.exists(Path.of("/usr/bin/btrfs"));
        if (Boolean.getBoolean("varve.it.required")) {
            assertTrue(canMount, "needs root, loop devices and btrfs-progs");
        }
        Assumptions.assumeTrue(canMount, "needs root, loop devices and btrfs-progs");
        Shell.run(temp, "truncate -s 200M i; mkfs.btrfs -q i; mkdir m; mount -o loop i m");
        try (Directory directory = Directory.open(temp.resolve("m"));
                OpenFile source = directory.createFile(name("a"), 0600);
                OpenFile clone = directory.createFile(name("b"), 0600)) {
            source.write(ByteBuffer.allocateDirect(1 << 20), 0);
            clone.cloneRange(source, 65536, 131072, 4096);
            assertEquals(131072 + 4096, clone.status().sizeBytes());
            clone.sync();
            FileExtent extent = clone.extents(0).getFirst();
            assertEquals(4096, extent.offset());
            assertTrue((extent.flags() & FIEMAP_SHARED) != 0);
            directory.file().syncFileSystem();
        } finally {
            Shell.run(temp, "umount m");
        }
    }

    private static byte[] name(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
