package dev.varve.engine.tree;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.UnsupportedFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Nodes with random changes that no checksum caught: whatever is done with the tree ends, and
/// fails with nothing but a typed error.
final class TreeDamageTest {
    private static final int ITEMS = 3_000;
    private static final int RUNS = 150;

    private int refusals;

    @Test
    void workOnADamagedTreeEndsWithATypedErrorOrNone() throws IOException {
        Long given = Long.getLong("seed");
        long first = given == null ? System.nanoTime() : given;
        for (long seed = first; seed < first + (given == null ? RUNS : 1); seed++) {
            try {
                run(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("replay with -Dseed=" + seed, e);
            }
        }
        assertTrue(given != null || refusals > RUNS, () -> "only " + refusals + " refusals");
    }

    private void run(Random random) throws IOException {
        Forest forest = new Forest(0);
        TreeWriter writer = writer(forest, TreeRoot.EMPTY);
        for (int i = 0; i < ITEMS; i++) {
            writer.put(TreeWriterTest.key(i), new byte[random.nextInt(300)]);
        }
        TreeRoot older = writer.flush();
        for (int i = 0; i < 5; i++) {
            writer.put(TreeWriterTest.key(random.nextInt(ITEMS)), new byte[1]);
        }
        TreeRoot newer = writer.flush();
        List<Long> addresses = new ArrayList<>(forest.blocks.counts().keySet());
        for (int i = random.nextInt(5); i >= 0; i--) {
            damage(forest, addresses.get(random.nextInt(addresses.size())), random);
        }
        tolerate(() -> get(forest.reader(newer)));
        tolerate(() -> scan(forest.reader(newer).cursor()));
        tolerate(() -> drain(new TreeDiff(forest.reader(older), forest.reader(newer))));
        tolerate(() -> new TreeWalker(forest.nodes, new Forest.WalkRecord()).walk(newer));
        tolerate(() -> change(writer(forest, newer), random));
        tolerate(() -> trim(forest, older));
    }

    /// Changes bytes, or puts a whole other node there.
    private static void damage(Forest forest, long address, Random random) throws IOException {
        byte[] page = forest.blocks.read(address).clone();
        if (random.nextInt(3) == 0) {
            List<Long> all = new ArrayList<>(forest.blocks.counts().keySet());
            page = forest.blocks.read(all.get(random.nextInt(all.size())));
        } else {
            for (int flips = random.nextInt(3); flips >= 0; flips--) {
                int at = random.nextInt(random.nextBoolean() ? page.length : 16);
                page[at] = (byte) random.nextInt();
            }
        }
        forest.blocks.damage(address, page);
    }

    private interface Work {
        void run() throws IOException;
    }

    private void tolerate(Work work) throws IOException {
        try {
            work.run();
        } catch (CorruptionException | UnsupportedFormatException _) {
            refusals++;
        }
    }

    private static void get(TreeReader reader) throws IOException {
        for (int i = 0; i < ITEMS; i += 50) {
            byte[] value = reader.get(TreeWriterTest.key(i));
            assertTrue(value == null || value.length < 9_000);
        }
    }

    private static void scan(TreeCursor cursor) throws IOException {
        for (boolean on = cursor.seekFirst(); on; on = cursor.next()) {
            assertTrue(cursor.key().length > 0);
        }
        for (boolean on = cursor.seekLast(); on; on = cursor.previous()) {
            assertTrue(cursor.value().length < 9_000);
        }
    }

    private static void drain(TreeDiff diff) throws IOException {
        while (diff.advance()) {
            assertTrue(diff.hasOlder() || diff.hasNewer());
        }
    }

    private static void change(TreeWriter writer, Random random) throws IOException {
        for (int i = 0; i < ITEMS; i++) {
            byte[] key = TreeWriterTest.key(random.nextInt(ITEMS));
            if (random.nextInt(4) > 0) {
                writer.remove(key);
            } else {
                writer.put(key, new byte[random.nextInt(400)]);
            }
        }
        writer.flush();
    }

    private static void trim(Forest forest, TreeRoot root) throws IOException {
        TreeRoot rest = root;
        while (!rest.isEmpty()) {
            rest =
                    new TreeTrimmer(
                                    forest.nodes,
                                    forest.blocks,
                                    new NoSharing(),
                                    Forest::blockOf,
                                    rest,
                                    ++forest.generation)
                            .trim(20);
        }
    }

    private static TreeWriter writer(Forest forest, TreeRoot root) {
        return new TreeWriter(
                forest.nodes,
                forest.blocks,
                new NoSharing(),
                Forest::blockOf,
                root,
                ++forest.generation);
    }

    /// Keeps every block, because a damaged tree may free anything.
    private static final class NoSharing implements Sharing {
        @Override
        public boolean isShared(long address) {
            return false;
        }

        @Override
        public void retain(long address) {}

        @Override
        public void release(long address) {}
    }
}
