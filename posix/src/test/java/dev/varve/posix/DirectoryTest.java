package dev.varve.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class DirectoryTest {
    @TempDir private Path temp;
    private Directory directory;

    @BeforeEach
    void open() throws IOException {
        directory = Directory.open(temp);
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    private static byte[] name(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String shell(String script) throws IOException, InterruptedException {
        return Shell.run(temp, script);
    }

    @Test
    void statusIsWhatStatTells() throws Exception {
        shell("printf hello > f; ln f g; touch -a -d '1960-02-03 04:05:06.123456789Z' f");
        FileStatus status = directory.status(name("f"));
        String expected = shell("stat -c '%i %f %h %u %g %s %b %.9X %.9Y %.9Z %.9W' f");
        String actual =
                "%d %x %d %d %d %d %d %s %s %s %s"
                        .formatted(
                                status.inode(),
                                status.mode(),
                                status.links(),
                                status.uid(),
                                status.gid(),
                                status.sizeBytes(),
                                status.blocks(),
                                decimal(status.accessSeconds(), status.accessNanos()),
                                decimal(status.modifySeconds(), status.modifyNanos()),
                                decimal(status.changeSeconds(), status.changeNanos()),
                                decimal(status.birthSeconds(), status.birthNanos()));
        assertEquals(expected, actual);
        assertTrue(status.isRegular());
    }

    // stat(1) prints times before 1970 as one negative decimal number.
    private static String decimal(long seconds, int nanos) {
        return new java.math.BigDecimal(seconds)
                .add(java.math.BigDecimal.valueOf(nanos, 9))
                .toPlainString();
    }

    @Test
    void entriesAreTheNamesWithoutDots() throws Exception {
        shell(
                "i=0; while [ $i -lt 3000 ]; do : > \"a-rather-long-file-name-$i\"; i=$((i+1));"
                        + " done");
        Set<String> names = new TreeSet<>();
        for (int pass = 0; pass < 2; pass++) {
            names.clear();
            List<DirectoryEntry> batch = directory.nextEntries();
            assertTrue(batch.size() < 3000, "the test must need more than one call");
            while (!batch.isEmpty()) {
                batch.forEach(e -> names.add(new String(e.name(), StandardCharsets.UTF_8)));
                batch = directory.nextEntries();
            }
            directory.rewind();
        }
        assertEquals(shell("ls -1 | LC_ALL=C sort"), String.join("\n", names));
    }

    @Test
    void namesAreBytes() throws Exception {
        byte[] odd = {(byte) 0xff, (byte) 0xfe, '\n', (byte) 0x80};
        directory.createFile(odd, 0600).close();
        assertArrayEquals(odd, directory.nextEntries().getFirst().name());
        assertEquals(0, directory.status(odd).sizeBytes());
    }

    @Test
    void linksAreNotFollowed() throws Exception {
        shell("mkdir real; ln -s real link; ln -s /etc/passwd file");
        int enotdir =
                assertThrows(PosixException.class, () -> directory.openDirectory(name("link")))
                        .errno();
        assertEquals(Errno.ENOTDIR, enotdir);
        int eloop =
                assertThrows(PosixException.class, () -> directory.openForReading(name("file")))
                        .errno();
        assertEquals(Errno.ELOOP, eloop);
        assertTrue(directory.status(name("link")).isSymlink());
        assertEquals("real", new String(directory.readLink(name("link")), StandardCharsets.UTF_8));
    }

    @Test
    void openBeneathRefusesToLeave() throws Exception {
        shell("mkdir -p a/b/c; ln -s / a/out");
        try (Directory inner = directory.openBeneath(name("a/b/c"))) {
            assertEquals(temp + "/a/b/c", inner.toString());
        }
        assertThrows(PosixException.class, () -> directory.openBeneath(name("../")));
        assertThrows(PosixException.class, () -> directory.openBeneath(name("/etc")));
        assertThrows(PosixException.class, () -> directory.openBeneath(name("a/out/etc")));
    }

    @Test
    void entriesOfEveryKindAreMadeAndMoved() throws Exception {
        directory.makeDirectory(name("d"), 0755);
        directory.makeSymlink(name("s"), name("some target"));
        directory.createFile(name("f"), 0644).close();
        directory.makeNode(name("p"), 0010600, 0);
        try (Directory inner = directory.openDirectory(name("d"))) {
            directory.link(name("f"), inner, name("g"));
            directory.rename(name("p"), inner, name("p"), Directory.Rename.NO_REPLACE);
            directory.rename(name("s"), directory, name("f"), Directory.Rename.EXCHANGE);
        }
        assertEquals(
                "./d directory\n./d/g regular empty file\n./d/p fifo\n./f symbolic link\n"
                        + "./s regular empty file",
                shell("find . -mindepth 1 | LC_ALL=C sort | xargs stat -c '%n %F'"));
        assertThrows(PosixException.class, () -> directory.removeDirectory(name("d")));
        directory.unlink(name("f"));
        assertFalse(directory.findStatus(name("f")).isPresent());
    }

    @Test
    void modesAndTimesAreSetOnTheNameItself() throws Exception {
        shell("ln -s nowhere l; mkfifo p");
        directory.setTimes(name("l"), new FileTimes(-5, 7, 9_000_000_000L, 999_999_999));
        directory.setPermissions(name("p"), 04751);
        assertEquals("9000000000.999999999", shell("stat -c %.9Y l"));
        assertEquals(-5, directory.status(name("l")).accessSeconds());
        assertEquals(7, directory.status(name("l")).accessNanos());
        assertEquals("4751", shell("stat -c %a p"));
        assertThrows(PosixException.class, () -> directory.setPermissions(name("l"), 0600));
    }

    @Test
    void ownersAndDevicesAreSetByRoot() throws Exception {
        Assumptions.assumeTrue(Kernel.effectiveUserId() == 0, "needs root");
        shell("ln -s nowhere l");
        directory.setOwner(name("l"), 1234, 4_000_000_000L);
        directory.makeNode(name("c"), 0020600, 259 << 8 | 0x45 | 0x123 << 20);
        assertEquals("1234 4000000000", shell("stat -c '%u %g' l"));
        assertEquals("103 12345", shell("stat -c '%t %T' c"));
        assertEquals(259 << 8 | 0x45 | 0x123 << 20, directory.status(name("c")).rdev());
    }

    @Test
    void attributesOfANameAreWhatGetfattrTells() throws Exception {
        Assumptions.assumeTrue(Kernel.effectiveUserId() == 0, "needs root");
        shell("ln -s nowhere l; : > f; setfattr -n user.a -v 0x00ff10 f");
        directory.setXattr(name("l"), name("trusted.b"), name("on the link"));
        directory.setXattr(name("f"), name("user.c"), new byte[0]);
        assertEquals(
                "trusted.b=\"on the link\"",
                shell("getfattr -h -d -m - l | grep -v '^#' | grep ."));
        assertArrayEquals(
                new byte[] {0, (byte) 0xff, 16},
                directory.xattr(name("f"), name("user.a")).orElseThrow());
        assertEquals(2, directory.xattrs(name("f")).size());
        directory.removeXattr(name("f"), name("user.a"));
        assertFalse(directory.xattr(name("f"), name("user.a")).isPresent());
    }

    @Test
    void failuresNameTheCallTheReasonAndThePath() {
        PosixException e =
                assertThrows(PosixException.class, () -> directory.status(name("missing")));
        assertEquals(Errno.ENOENT, e.errno());
        assertEquals(temp + "/missing: statx: no such file or directory", e.getMessage());
    }

    @Test
    void pathsThatNoCallCouldTakeAreRefused() {
        assertThrows(PosixException.class, () -> directory.status(new byte[4096]));
        assertThrows(PosixException.class, () -> directory.status(new byte[] {'a', 0}));
    }
}
