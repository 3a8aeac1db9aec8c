package dev.varve.engine.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Rates of the tree alone, blocks in memory: run with `-Dvarve.throughput=true`. Prints figures,
/// decides nothing.
@EnabledIfSystemProperty(named = "varve.throughput", matches = "true")
final class TreeThroughputTest {
    private static final int ITEMS = 2_000_000;
    private static final int ROUNDS = 4;
    private static final int VALUE_BYTES = 40;
    private static final long SPILL_BYTES = 64 << 20;

    private final Forest forest = new Forest(256 << 20);

    @Test
    void rates(TestReporter reporter) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            long start = cpuNanos();
            TreeRoot ascending = ascending();
            report(reporter, "ascending puts", start, ITEMS);

            start = cpuNanos();
            drop(imported());
            report(reporter, "import-like puts", start, ITEMS);

            start = cpuNanos();
            get(ascending);
            report(reporter, "random gets", start, ITEMS);

            start = cpuNanos();
            scan(ascending);
            report(reporter, "scanned", start, ITEMS);

            forest.blocks.retain(ascending.address());
            start = cpuNanos();
            TreeRoot changed = randomPuts(ascending);
            report(reporter, "random puts on a snapshot", start, ITEMS / 4);

            start = cpuNanos();
            diff(ascending, changed);
            report(reporter, "diff, items of both sides", start, 2 * ITEMS);

            drop(ascending);
            start = cpuNanos();
            drop(removeAll(changed));
            report(reporter, "ascending removes", start, ITEMS);
        }
    }

    private static void report(TestReporter reporter, String what, long start, int count) {
        double seconds = (cpuNanos() - start) / 1e9;
        reporter.publishEntry(what, "%.2f M/s".formatted(count / seconds / 1e6));
    }

    /// CPU time, so that other work on the machine does not count.
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static byte[] key(long number, int type) {
        return ByteBuffer.allocate(17).putLong(number).put((byte) type).putLong(0).array();
    }

    private TreeRoot ascending() throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        byte[] value = new byte[VALUE_BYTES];
        for (int i = 0; i < ITEMS; i++) {
            writer.put(key(i, 0), value);
            writer.spillBeyond(SPILL_BYTES);
        }
        return writer.flush();
    }

    /// An inode and an extent at the right end, an entry in a directory further left.
    private TreeRoot imported() throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        byte[] value = new byte[VALUE_BYTES];
        long directory = 0;
        for (int i = 0; i < ITEMS / 3; i++) {
            if (i % 30 == 0) {
                directory = i;
            }
            byte[] entry = ByteBuffer.allocate(17).putLong(directory).put((byte) 1).array();
            ByteBuffer.wrap(entry).putLong(9, i);
            writer.put(key(i + 1, 0), value);
            writer.put(key(i + 1, 2), value);
            writer.put(entry, value);
            writer.spillBeyond(SPILL_BYTES);
        }
        return writer.flush();
    }

    private void get(TreeRoot root) throws IOException {
        TreeReader reader = forest.reader(root);
        Random random = new Random(1);
        for (int i = 0; i < ITEMS; i++) {
            assertTrue(reader.get(key(random.nextInt(ITEMS), 0)) != null);
        }
    }

    private void scan(TreeRoot root) throws IOException {
        int count = 0;
        TreeCursor cursor = forest.reader(root).cursor();
        for (boolean on = cursor.seekFirst(); on; on = cursor.next()) {
            count += cursor.valueLength() / VALUE_BYTES;
        }
        assertEquals(ITEMS, count);
    }

    private TreeRoot randomPuts(TreeRoot root) throws IOException {
        TreeWriter writer = forest.writer(root);
        Random random = new Random(2);
        for (int i = 0; i < ITEMS / 4; i++) {
            writer.put(key(random.nextInt(ITEMS), 0), new byte[VALUE_BYTES + 1]);
        }
        return writer.flush();
    }

    private void diff(TreeRoot older, TreeRoot newer) throws IOException {
        TreeDiff diff = new TreeDiff(forest.reader(older), forest.reader(newer));
        int count = 0;
        while (diff.advance()) {
            count++;
        }
        assertTrue(count > ITEMS / 5);
    }

    private TreeRoot removeAll(TreeRoot root) throws IOException {
        TreeWriter writer = forest.writer(root);
        for (int i = 0; i < ITEMS; i++) {
            assertTrue(writer.remove(key(i, 0)));
        }
        return writer.flush();
    }

    private void drop(TreeRoot root) throws IOException {
        long generation = ++forest.generation;
        new TreeTrimmer(
                        forest.nodes,
                        forest.blocks,
                        forest.blocks,
                        Forest::blockOf,
                        root,
                        generation)
                .trim(Integer.MAX_VALUE);
    }
}
