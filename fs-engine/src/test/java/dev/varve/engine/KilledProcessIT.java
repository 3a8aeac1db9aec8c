package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.store.DirectoryStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a process that writes to a pool, at random moments. `-Dvarve.kills=` says how often.
class KilledProcessIT {
    private static final int KILLS = Integer.getInteger("varve.kills", 15);

    @TempDir Path directory;

    private final long seed = Long.getLong("seed", new Random().nextLong());

    @Test
    void whatAKilledProcessWasToldIsCommittedIsThereAndNoLockStays() throws Exception {
        Random random = new Random(seed);
        Path pool = directory.resolve("pool");
        long last = 0;
        try (DirectoryStore store = new DirectoryStore(pool)) {
            Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        }
        for (int kill = 0; kill < KILLS; kill++) {
            last = Math.max(last, killed(pool, random.nextInt(700)));
            last = check(pool, last);
        }
        assertTrue(last > KILLS, "only " + last + " commits, -Dseed=" + seed);
    }

    /// Starts a writer, kills it some time after its first commit, and returns the last it told.
    private static long killed(Path pool, int millis) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx128m",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledWriter.class.getName(),
                                pool.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader told = process.inputReader()) {
            String line = told.readLine();
            assertTrue(line != null, "the writer ended by itself");
            Thread.sleep(millis);
            // Through the handle, which leaves the pipe open: what it told is still to be read.
            process.toHandle().destroyForcibly();
            long last = 0;
            for (; line != null; line = told.readLine()) {
                last = Long.parseLong(line);
            }
            return last;
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private long check(Path directory, long told) throws IOException {
        String where = "-Dseed=" + seed + ", told " + told;
        try (DirectoryStore store = new DirectoryStore(directory);
                Pool pool = Pool.open(store, PoolOptions.defaults())) {
            long round = KilledWriter.lastRound(pool);
            assertTrue(round == told || round == told + 1, where + ", found " + round);
            try (ReadView view = pool.read()) {
                FileTree top = view.open(SubvolumeId.TOP_LEVEL);
                for (int i = 0; i < KilledWriter.FILES; i++) {
                    long inode =
                            top.lookup(Inode.ROOT, FileName.of("f" + i)).orElseThrow().target();
                    assertEquals(round, top.inode(inode).modifyTime().seconds(), where);
                    long written = round - Math.floorMod(round - i, KilledWriter.FILES);
                    byte[] expected = written > 0 ? KilledWriter.content(written) : new byte[0];
                    assertEquals(expected.length, top.inode(inode).sizeBytes(), where);
                    ByteBuffer found = ByteBuffer.allocate(expected.length);
                    top.read(inode, 0, found);
                    assertArrayEquals(expected, found.array(), where);
                }
            }
            ReferenceAudit.audit(store, pool.settings());
            pool.begin().close();
            return round;
        }
    }
}
