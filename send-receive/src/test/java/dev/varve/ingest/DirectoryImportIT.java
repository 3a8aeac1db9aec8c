package dev.varve.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.store.DirectoryStore;
import dev.varve.engine.testing.Require;
import dev.varve.local.Shell;
import dev.varve.local.TestPool;
import dev.varve.local.UnprivilegedRun;
import dev.varve.restore.RestoreOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an import does when the source is awkward: unreadable, changing, several file systems.
class DirectoryImportIT {
    @TempDir private Path temp;
    private Path source;
    private Path target;
    private TestPool pool;

    @BeforeEach
    void prepare() throws Exception {
        Require.root();
        Require.program("rsync");
        source = temp.resolve("source");
        target = temp.resolve("target");
        Shell.run(temp, "mkdir source target pool");
        pool = new TestPool(new DirectoryStore(temp.resolve("pool")));
    }

    @AfterEach
    void close() throws IOException {
        pool.close();
    }

    private void restore() throws IOException {
        assertEquals(List.of(), pool.restoreTo(target, RestoreOptions.everything()).failures());
    }

    @Test
    void whatCannotBeReadIsReportedAndKeptAsItWas() throws Exception {
        Shell.run(source, "mkdir open shut; echo a > open/a; echo b > shut/b; echo c > c");
        pool.importFrom(source);
        Shell.run(
                source,
                """
                echo new > open/a; echo new > shut/b; echo new > c; echo new > d; echo new > e
                chmod 700 shut; chmod 600 c d
                """);
        Shell.run(temp, "chown -R 65534 pool");
        String failures =
                UnprivilegedRun.run(
                        temp,
                        temp.resolve("pool").toString(),
                        pool.subvolume().toString(),
                        "import",
                        source.toString());
        assertEquals(
                "c: permission denied\nd: permission denied\nshut: permission denied",
                String.join("\n", failures.lines().sorted().toList()));
        restore();
        assertEquals("new\nb\nc\nnew", Shell.run(target, "cat open/a shut/b c e"));
        assertEquals("c e open shut", Shell.run(target, "ls | xargs"));
    }

    @Test
    void aFileThatKeepsChangingIsImportedAndReported() throws Exception {
        Shell.run(source, "head -c 30000000 /dev/urandom > busy; echo x > calm");
        AtomicBoolean isDone = new AtomicBoolean();
        Thread writer =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                change(source.resolve("busy"), isDone);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        ImportResult result;
        try {
            result = pool.importFrom(source);
        } finally {
            isDone.set(true);
            writer.join();
        }
        assertEquals("[busy: changed while it was read]", result.failures().toString());
        assertEquals(30_000_000L * 3 + 2, result.bytesRead());
        assertEquals(List.of(), pool.importFrom(source).failures());
        restore();
        Shell.run(temp, "cmp source/busy target/busy; cmp source/calm target/calm");
    }

    private static void change(Path file, AtomicBoolean isDone) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; !isDone.get(); i++) {
                channel.write(ByteBuffer.wrap(new byte[] {(byte) i}), i % 30_000_000);
            }
        }
    }

    @Test
    void anInterruptedImportLeavesTheSubvolumeAsItWas() throws Exception {
        Shell.run(source, "mkdir a; echo old > a/file");
        pool.importFrom(source);
        long generation;
        try (ReadView view = pool.pool().read()) {
            generation = view.generation();
        }
        Shell.run(source, "echo new > a/file; mv a b; head -c 3000000 /dev/urandom > more");
        try (DirectoryImport walk = new DirectoryImport(pool.importOptions(), source);
                WriteTransaction transaction = pool.pool().begin()) {
            Thread.currentThread().interrupt();
            assertThrows(
                    InterruptedIOException.class,
                    () -> walk.run(transaction, pool.subvolume(), _ -> {}));
        } finally {
            assertTrue(Thread.interrupted());
        }
        try (ReadView view = pool.pool().read()) {
            assertEquals(generation, view.generation());
        }
        restore();
        assertEquals("old", Shell.run(target, "cat a/file"));
        assertFalse(pool.importFrom(source).isPartial());
    }

    @Test
    void snapshotsOfOneSubvolumeAreTheSameSource() throws Exception {
        Require.loopDevices();
        Require.program("btrfs");
        Shell.run(temp, "truncate -s 300M image; mkfs.btrfs -q image; mount -o loop image source");
        try {
            Shell.run(
                    source,
                    """
                    btrfs -q subvolume create v; mkdir v/d; echo x > v/d/x; ln v/d/x v/twin
                    head -c 1000000 /dev/urandom > v/big; cp --reflink v/big v/clone
                    btrfs -q subvolume create v/nested; echo y > v/nested/y; chattr +C v/d
                    btrfs -q subvolume create v/nested2
                    btrfs -q subvolume snapshot -r v s1
                    mv v/d v/moved; mv v/big v/moved/; echo more >> v/twin
                    btrfs -q subvolume snapshot -r v s2
                    """);
            pool.importFrom(source.resolve("s1"));
            ImportResult second = pool.importFrom(source.resolve("s2"));
            assertEquals(0, second.created(), second.toString());
            assertEquals(2, second.moved());
            assertEquals(4 + 1_000_000, second.bytesRead(), 8);
            assertTrue(second.bytesWritten() < 10, second.toString());
            assertTrue(pool.importFrom(source.resolve("s2")).isUnchanged());
            assertEquals(
                    "[moved: chattr flags not restored: operation not supported]",
                    pool.restoreTo(target, RestoreOptions.everything()).failures().toString());
            // The times of the placeholders are not theirs, see SourceEntry.
            String rsync = "rsync -aHAXincO --delete source/s2/ target/ | (! grep .)";
            Shell.run(temp, rsync);
        } finally {
            Shell.run(temp, "umount source");
        }
    }

    @Test
    void aSnapshotInsideTheSourceIsNotTakenForTheOriginal() throws Exception {
        Require.loopDevices();
        Require.program("btrfs");
        Shell.run(temp, "truncate -s 300M image; mkfs.btrfs -q image; mount -o loop image source");
        try {
            Shell.run(
                    source,
                    """
                    mkdir d; echo x > d/x; ln d/x twin; btrfs -q subvolume snapshot . snap
                    mkdir other; mount -t tmpfs none other; echo z > other/z; ln other/z other/zz
                    """);
            ImportResult first = pool.importFrom(source);
            assertEquals(List.of(), first.failures());
            assertTrue(pool.importFrom(source).isUnchanged());
            restore();
            Shell.run(temp, "rsync -aHAXinc --delete source/ target/ | (! grep .)");
            assertEquals("2 2", Shell.run(target, "stat -c %h d/x snap/d/x | xargs"));
        } finally {
            Shell.run(temp, "umount source/other; umount source");
        }
    }
}
