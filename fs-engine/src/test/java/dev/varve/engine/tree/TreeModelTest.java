package dev.varve.engine.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.pack.BlockKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Random work on many trees that share nodes, against sorted maps. `-Dseed=` replays one run.
final class TreeModelTest {
    private static final int RUNS = 5;
    private static final int PHASES = 40;

    @Test
    void treesHoldWhatSortedMapsHoldAndCountsAreExact() throws IOException {
        Long given = Long.getLong("seed");
        long first = given == null ? System.nanoTime() : given;
        for (long seed = first; seed < first + (given == null ? RUNS : 1); seed++) {
            try {
                new Run(seed).run();
            } catch (AssertionError | RuntimeException | IOException e) {
                throw new AssertionError("replay with -Dseed=" + seed, e);
            }
        }
    }

    private static final class Run {
        final Random random;
        final Forest forest;
        final List<Forest.Tree> trees = new ArrayList<>();

        /// How long keys and values get and how much all keys share, so that some runs have tall
        /// trees of few items per node.
        final int keyBytes;

        final int sharedBytes;
        final int valueBytes;

        Run(long seed) {
            random = new Random(seed);
            forest = new Forest(random.nextBoolean() ? 1 << 20 : 1 << 14);
            keyBytes = random.nextInt(4) == 0 ? 300 : 12;
            sharedBytes = random.nextInt(2) * (NodeFormat.MAX_KEY_BYTES - keyBytes);
            valueBytes = random.nextInt(4) == 0 ? NodeFormat.MAX_VALUE_BYTES : 60;
        }

        void run() throws IOException {
            trees.add(new Forest.Tree());
            for (int phase = 0; phase < PHASES; phase++) {
                int choice = random.nextInt(10);
                if (choice < 6 || trees.isEmpty()) {
                    if (trees.isEmpty()) {
                        trees.add(new Forest.Tree());
                    }
                    change(anyTree());
                } else if (choice < 8) {
                    trees.add(forest.snapshot(anyTree()));
                } else {
                    drop(trees.remove(random.nextInt(trees.size())));
                }
                forest.assertCounts(trees);
            }
            for (Forest.Tree tree : trees) {
                Forest.assertContent(tree.model, forest.reader(tree.root).cursor());
                forest.assertDiff(tree, anyTree());
                forest.assertSound(tree);
            }
            while (!trees.isEmpty()) {
                drop(trees.removeLast());
                forest.assertCounts(trees);
            }
            assertEquals(Map.of(), forest.blocks.counts());
        }

        private Forest.Tree anyTree() {
            return trees.get(random.nextInt(trees.size()));
        }

        private void change(Forest.Tree tree) throws IOException {
            TreeWriter writer = forest.writer(tree.root);
            int batches = random.nextInt(6);
            for (int batch = 0; batch < batches; batch++) {
                switch (random.nextInt(8)) {
                    case 0 -> removeRange(writer, tree);
                    case 1 -> putRun(writer, tree, random.nextInt(1000));
                    case 2 -> tree.root = writer.flush();
                    case 3 -> tree.root = writer.flush(List.of(anyKey(tree), anyKey(tree)));
                    case 4 -> writer.spillBeyond(random.nextLong(1 << 20));
                    default -> putAndRemove(writer, tree, random.nextInt(400));
                }
                probe(writer, tree);
            }
            Forest.assertContent(tree.model, writer.cursor());
            tree.root = writer.flush();
            assertEquals(0, writer.dirtyBytes());
            assertEquals(tree.model.isEmpty(), tree.root.isEmpty());
            Forest.assertContent(tree.model, writer.cursor());
            Forest.assertContent(tree.model, forest.reader(tree.root).cursor());
        }

        private void putAndRemove(TreeWriter writer, Forest.Tree tree, int count)
                throws IOException {
            for (int i = 0; i < count; i++) {
                byte[] key = anyKey(tree);
                if (random.nextInt(3) == 0) {
                    remove(writer, tree, key);
                } else {
                    put(writer, tree, key);
                }
            }
        }

        private void putRun(TreeWriter writer, Forest.Tree tree, int count) throws IOException {
            byte[] key = newKey(Math.max(4, random.nextInt(keyBytes)));
            for (int i = 0; i < count; i++) {
                put(writer, tree, key);
                key = key.clone();
                increment(key);
            }
        }

        private static void increment(byte[] key) {
            for (int i = key.length - 1; i >= 0 && ++key[i] == 0; ) {
                i--;
            }
        }

        /// Deletes with a cursor that goes on over its own removals.
        private void removeRange(TreeWriter writer, Forest.Tree tree) throws IOException {
            TreeCursor cursor = writer.cursor();
            int count = random.nextInt(1 + tree.model.size());
            boolean up = random.nextBoolean();
            boolean on = up ? cursor.seek(anyKey(tree)) : cursor.seekFloor(anyKey(tree));
            for (; on && count > 0; on = up ? cursor.next() : cursor.previous()) {
                remove(writer, tree, cursor.key());
                count--;
            }
        }

        private void put(TreeWriter writer, Forest.Tree tree, byte[] key) throws IOException {
            byte[] value = newValue(tree);
            byte[] old = tree.model.put(key, value);
            writer.put(key, value);
            if (old != null) {
                release(old);
            }
        }

        private void remove(TreeWriter writer, Forest.Tree tree, byte[] key) throws IOException {
            byte[] old = tree.model.remove(key);
            assertEquals(old != null, writer.remove(key));
            if (old != null) {
                release(old);
            }
        }

        private void release(byte[] value) {
            if (Forest.blockOf(value) != ItemReferences.NONE) {
                forest.blocks.release(Forest.blockOf(value));
            }
        }

        /// Plain bytes, a new block, or a block that the tree holds already.
        private byte[] newValue(Forest.Tree tree) {
            int length = random.nextInt(valueBytes + 1);
            int choice = random.nextInt(5);
            if (choice == 0) {
                return Forest.blockValue(
                        forest.blocks.append(BlockKind.DATA, new byte[1]), 9 + random.nextInt(9));
            }
            if (choice == 1 && !tree.model.isEmpty()) {
                byte[] other = tree.model.get(anyOf(tree.model));
                if (other != null && Forest.blockOf(other) != ItemReferences.NONE) {
                    forest.blocks.retain(Forest.blockOf(other));
                    return other;
                }
            }
            return new byte[length];
        }

        private byte[] anyKey(Forest.Tree tree) {
            if (!tree.model.isEmpty() && random.nextBoolean()) {
                return anyOf(tree.model);
            }
            return newKey(1 + random.nextInt(keyBytes));
        }

        private byte[] newKey(int length) {
            byte[] key = new byte[sharedBytes + length];
            for (int i = sharedBytes; i < key.length; i++) {
                key[i] = (byte) (random.nextInt(7) * 50);
            }
            return key;
        }

        private byte[] anyOf(TreeMap<byte[], byte[]> model) {
            byte[] key = model.floorKey(newKey(1 + random.nextInt(keyBytes)));
            return key == null ? model.firstKey() : key;
        }

        /// Asks about one key in every way there is.
        private void probe(TreeWriter writer, Forest.Tree tree) throws IOException {
            for (int i = 0; i < 20; i++) {
                byte[] key = anyKey(tree);
                TreeMap<byte[], byte[]> model = tree.model;
                assertArrayEquals(model.get(key), writer.get(key));
                TreeCursor cursor = writer.cursor();
                assertOn(model.ceilingEntry(key), cursor.seek(key), cursor);
                assertOn(model.higherEntry(key), cursor.seekAfter(key), cursor);
                assertOn(model.lowerEntry(key), cursor.seekBefore(key), cursor);
                assertOn(model.floorEntry(key), cursor.seekFloor(key), cursor);
            }
        }

        private static void assertOn(
                Map.Entry<byte[], byte[]> expected, boolean on, TreeCursor cursor) {
            assertEquals(expected != null, on);
            assertEquals(on, cursor.isOnItem());
            if (expected != null) {
                Forest.assertItem(expected, cursor);
            }
        }

        private void drop(Forest.Tree tree) throws IOException {
            while (!tree.root.isEmpty()) {
                TreeTrimmer trimmer =
                        new TreeTrimmer(
                                forest.nodes,
                                forest.blocks,
                                forest.blocks,
                                Forest::blockOf,
                                tree.root,
                                ++forest.generation);
                tree.root = trimmer.trim(1 + random.nextInt(20));
                List<Forest.Tree> all = new ArrayList<>(trees);
                all.add(tree);
                forest.assertCounts(all);
            }
            assertFalse(forest.reader(tree.root).cursor().seekFirst());
        }
    }
}
