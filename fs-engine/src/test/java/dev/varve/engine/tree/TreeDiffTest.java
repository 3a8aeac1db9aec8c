package dev.varve.engine.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TreeDiffTest {
    private final Forest forest = new Forest(64 << 20);

    /// Long enough that a tree of some thousand items has three levels.
    private static byte[] key(long number) {
        return ByteBuffer.allocate(808).putLong(800, number).array();
    }

    private TreeRoot tree(int count) throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        for (int i = 0; i < count; i++) {
            writer.put(key(2L * i), new byte[8]);
        }
        return writer.flush();
    }

    private TreeDiff coldDiff(TreeRoot older, TreeRoot newer) {
        NodeCache cold = new NodeCache(forest.blocks, 64 << 20);
        return new TreeDiff(new TreeReader(cold, older), new TreeReader(cold, newer));
    }

    private static int count(TreeDiff diff) throws IOException {
        int count = 0;
        while (diff.advance()) {
            count++;
        }
        return count;
    }

    @Test
    void showsWhatIsOnlyOnOneSideAndWhatHasAnotherValue() throws IOException {
        TreeRoot older = tree(100);
        forest.blocks.retain(older.address());
        TreeWriter writer = forest.writer(older);
        writer.remove(key(10));
        writer.put(key(11), new byte[1]);
        writer.put(key(12), new byte[2]);
        TreeDiff diff = coldDiff(older, writer.flush());

        assertTrue(diff.advance());
        assertArrayEquals(key(10), diff.key());
        assertArrayEquals(new byte[8], diff.olderValue());
        assertNull(diff.newerValue());
        assertThrows(IllegalStateException.class, diff::newer);

        assertTrue(diff.advance());
        assertArrayEquals(key(11), diff.newer().key());
        assertFalse(diff.hasOlder());
        assertEquals(1, diff.newer().valueLength());

        assertTrue(diff.advance());
        assertArrayEquals(key(12), diff.key());
        assertEquals(8, diff.older().valueLength());
        assertEquals(2, diff.newer().valueLength());
        assertFalse(diff.advance());
    }

    @Test
    void theSameTreeIsNotReadAtAll() throws IOException {
        TreeRoot root = tree(10_000);
        long reads = forest.blocks.reads();
        assertEquals(0, count(coldDiff(root, root)));
        assertEquals(0, count(coldDiff(TreeRoot.EMPTY, TreeRoot.EMPTY)));
        assertEquals(reads, forest.blocks.reads());
    }

    @Test
    void anEmptySideLeavesAllOfTheOther() throws IOException {
        TreeRoot root = tree(10_000);
        assertEquals(10_000, count(coldDiff(TreeRoot.EMPTY, root)));
        assertEquals(10_000, count(coldDiff(root, TreeRoot.EMPTY)));
    }

    /// Law 3: a diff reads nodes in proportion to what changed, wherever the changes are.
    @Test
    void readsOnlyTheNodesThatDiffer() throws IOException {
        int items = 40_000;
        TreeRoot older = tree(items);
        assertEquals(3, older.level() + 1);
        long nodes = forest.blocks.counts().size();
        Random random = new Random(1);
        for (int changes : new int[] {1, 5, 25}) {
            forest.blocks.retain(older.address());
            TreeWriter writer = forest.writer(older);
            for (int i = 0; i < changes; i++) {
                writer.put(key(2L * random.nextInt(items) + random.nextInt(2)), new byte[3]);
            }
            long appended = forest.blocks.appended();
            TreeRoot newer = writer.flush();
            long written = forest.blocks.appended() - appended;
            long reads = forest.blocks.reads();
            assertEquals(changes, count(coldDiff(older, newer)));
            reads = forest.blocks.reads() - reads;
            assertTrue(reads <= 2 * written, reads + " reads for " + written + " new nodes");
            assertTrue(reads < nodes / 4, reads + " reads of " + nodes + " nodes");
        }
    }

    /// The trees then differ in height and the shared nodes hang at other depths.
    @Test
    void readsLittleWhenOneTreeIsTaller() throws IOException {
        TreeRoot older = tree(700);
        assertEquals(1, older.level());
        forest.blocks.retain(older.address());
        TreeWriter writer = forest.writer(older);
        int added = 0;
        for (long number = 601; added < 1200; number += 2) {
            writer.put(key(number), new byte[3]);
            added++;
        }
        TreeRoot newer = writer.flush();
        assertEquals(2, newer.level());
        long shared = forest.blocks.counts().values().stream().filter(n -> n > 1).count();
        long all = forest.blocks.counts().size();
        long reads = forest.blocks.reads();
        assertEquals(added, count(coldDiff(older, newer)));
        reads = forest.blocks.reads() - reads;
        assertTrue(shared > 3, "nothing is shared");
        assertTrue(reads <= all - shared + 4, reads + " reads, " + shared + " of " + all);
    }

    /// What is left of the right end gets other lower bounds than it had.
    @Test
    void readsLittleWhenTheLeftPartIsGone() throws IOException {
        int items = 40_000;
        TreeRoot older = tree(items);
        forest.blocks.retain(older.address());
        TreeWriter writer = forest.writer(older);
        int removed = 200;
        for (int i = 0; i < removed; i++) {
            assertTrue(writer.remove(key(2L * i)));
        }
        long appended = forest.blocks.appended();
        TreeRoot newer = writer.flush();
        long written = forest.blocks.appended() - appended;
        long reads = forest.blocks.reads();
        assertEquals(removed, count(coldDiff(older, newer)));
        reads = forest.blocks.reads() - reads;
        long gone = removed / 39 + 1L;
        assertTrue(reads <= 2 * written + gone + 6, reads + " reads, " + written + " written");
    }
}
