package dev.varve.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class OpenFileTest {
    private static final int MIB = 1 << 20;

    @TempDir private Path temp;
    private Directory directory;
    private OpenFile file;

    @BeforeEach
    void open() throws IOException {
        directory = Directory.open(temp);
        file = directory.createFile("f".getBytes(StandardCharsets.UTF_8), 0640);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
        directory.close();
    }

    private static ByteBuffer bytes(int length, int value) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(length);
        for (int i = 0; i < length; i++) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        file.write(bytes(3 * MIB, 7), 5);
        assertEquals(3 * MIB + 5, Files.size(temp.resolve("f")));
        ByteBuffer target = ByteBuffer.allocateDirect(10);
        target.position(2);
        assertEquals(8, file.read(target, 0));
        byte[] read = new byte[10];
        target.flip().get(read);
        assertArrayEquals(new byte[] {0, 0, 0, 0, 0, 0, 0, 7, 7, 7}, read);
        assertEquals(0, file.read(target.clear(), 3 * MIB + 5));
    }

    @Test
    void heapBuffersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> file.read(ByteBuffer.allocate(1), 0));
    }

    @Test
    void holesAndPreallocatedRangesAreSeen() throws Exception {
        file.truncate(8 * MIB);
        file.write(bytes(MIB, 1), 2 * MIB);
        file.allocate(4 * MIB, MIB);
        file.sync();
        assertEquals(Optional.of(2L * MIB), file.nextData(0));
        assertEquals(3 * MIB, file.nextHole(2 * MIB));
        assertFalse(file.nextData(6 * MIB).isPresent());
        List<FileExtent> extents = file.extents(0);
        assertTrue(
                extents.stream()
                        .filter(FileExtent::isPreallocated)
                        .allMatch(e -> e.offset() >= 4L * MIB && e.offset() < 5L * MIB));
        long preallocated =
                extents.stream()
                        .filter(FileExtent::isPreallocated)
                        .mapToLong(FileExtent::length)
                        .sum();
        assertEquals(MIB, preallocated);
        assertTrue(extents.getLast().isLast());
        String filefrag = Shell.run(temp, "filefrag -v f | grep -c '^ *[0-9]*: '");
        assertEquals(Integer.parseInt(filefrag), extents.size());
        file.punchHole(2 * MIB, MIB);
        assertEquals(8 * MIB, file.status().sizeBytes());
        assertEquals(0, file.nextHole(0));
    }

    @Test
    void metadataIsSetOnTheDescriptor() throws Exception {
        file.setPermissions(06711);
        file.setTimes(new FileTimes(1, 2, 3, 4));
        file.setTimes(new FileTimes(0, FileTimes.OMIT, 5, 6));
        assertEquals("6711 1.000000002 5.000000006", Shell.run(temp, "stat -c '%a %.9X %.9Y' f"));
        byte[] name = "user.x".getBytes(StandardCharsets.UTF_8);
        file.setXattr(name, new byte[] {9});
        assertArrayEquals(name, file.xattrs().getFirst());
        assertArrayEquals(new byte[] {9}, file.xattr(name).orElseThrow());
        file.removeXattr(name);
        assertTrue(file.xattrs().isEmpty());
    }

    @Test
    void inodeFlagsAreThoseOfChattr() throws Exception {
        Shell.run(temp, "chattr +d f");
        int flags = file.inodeFlags();
        assertEquals(0x40, flags & 0x40);
        file.setInodeFlags(flags & ~0x40);
        assertFalse(Shell.run(temp, "lsattr f | cut -d' ' -f1").contains("d"));
    }

    @Test
    void rangesAreCopied() throws Exception {
        file.write(bytes(MIB, 3), 0);
        try (OpenFile copy = directory.createFile("g".getBytes(StandardCharsets.UTF_8), 0600)) {
            long copied = 0;
            while (copied < MIB) {
                copied += copy.copyRange(file, copied, MIB - copied, copied + 4096);
            }
        }
        Shell.run(temp, "tail -c +4097 g | cmp - f");
    }

    @Test
    void aClosedFileIsNotUsed() throws Exception {
        file.close();
        file.close();
        assertEquals(Errno.EBADF, assertThrows(PosixException.class, () -> file.status()).errno());
    }
}
