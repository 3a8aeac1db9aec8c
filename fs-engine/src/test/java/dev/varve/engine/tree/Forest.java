package dev.varve.engine.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.format.NodeFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Several trees over the same counted blocks, and what must hold for all of them. A value of
/// eleven bytes or more that starts with [#BLOCK_TAG] refers to a block.
final class Forest {
    static final byte BLOCK_TAG = (byte) 0xb1;

    final CountedBlocks blocks = new CountedBlocks();
    final NodeCache nodes;
    long generation;

    Forest(long cacheBytes) {
        nodes = new NodeCache(blocks, cacheBytes);
    }

    /// A tree and what it should hold.
    static final class Tree {
        TreeRoot root = TreeRoot.EMPTY;
        final TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);

        Tree copy() {
            Tree copy = new Tree();
            copy.root = root;
            copy.model.putAll(model);
            return copy;
        }
    }

    static long blockOf(
            byte[] page, int keyOffset, int keyLength, int valueOffset, int valueLength) {
        if (valueLength < 9 || page[valueOffset] != BLOCK_TAG) {
            return ItemReferences.NONE;
        }
        return ByteBuffer.wrap(page).getLong(valueOffset + 1);
    }

    static long blockOf(byte[] value) {
        return blockOf(value, 0, 0, 0, value.length);
    }

    static byte[] blockValue(long address, int length) {
        byte[] value = new byte[length];
        value[0] = BLOCK_TAG;
        ByteBuffer.wrap(value).putLong(1, address);
        return value;
    }

    TreeWriter writer(TreeRoot root) {
        return new TreeWriter(nodes, blocks, blocks, Forest::blockOf, root, ++generation);
    }

    TreeReader reader(TreeRoot root) {
        return new TreeReader(nodes, root);
    }

    Tree snapshot(Tree tree) {
        if (!tree.root.isEmpty()) {
            blocks.retain(tree.root.address());
        }
        return tree.copy();
    }

    /// Counts by walking all trees are the counts that were kept, so nothing is lost or left over.
    void assertCounts(Iterable<Tree> trees) throws IOException {
        Map<Long, Long> expected = new HashMap<>();
        Set<Long> walked = new HashSet<>();
        for (Tree tree : trees) {
            if (!tree.root.isEmpty()) {
                count(tree.root.address(), expected, walked);
            }
        }
        assertEquals(expected, blocks.counts());
    }

    private void count(long address, Map<Long, Long> counts, Set<Long> walked) throws IOException {
        counts.merge(address, 1L, Long::sum);
        if (walked.add(address)) {
            byte[] page = blocks.read(address);
            NodeFormat.check(page, address);
            if (NodeFormat.level(page) == 0) {
                NodeReferences.of(
                        page, Forest::blockOf, block -> counts.merge(block, 1L, Long::sum));
            } else {
                NodeReferences.of(page, Forest::blockOf, child -> count(child, counts, walked));
            }
        }
    }

    /// A cursor meets exactly the model's items, both ways.
    static void assertContent(TreeMap<byte[], byte[]> model, TreeCursor cursor) throws IOException {
        Iterator<Map.Entry<byte[], byte[]>> up = model.entrySet().iterator();
        for (boolean on = cursor.seekFirst(); on; on = cursor.next()) {
            assertTrue(up.hasNext(), "too many items");
            assertItem(up.next(), cursor);
        }
        assertFalse(up.hasNext(), "too few items");
        Iterator<Map.Entry<byte[], byte[]>> down = model.descendingMap().entrySet().iterator();
        for (boolean on = cursor.seekLast(); on; on = cursor.previous()) {
            assertTrue(down.hasNext(), "too many items on the way back");
            assertItem(down.next(), cursor);
        }
        assertFalse(down.hasNext(), "too few items on the way back");
    }

    /// The diff is what comparing the models item by item gives.
    void assertDiff(Tree older, Tree newer) throws IOException {
        TreeDiff diff = new TreeDiff(reader(older.root), reader(newer.root));
        TreeMap<byte[], byte[]> keys = new TreeMap<>(older.model);
        keys.putAll(newer.model);
        for (byte[] key : keys.keySet()) {
            byte[] was = older.model.get(key);
            byte[] is = newer.model.get(key);
            if (!Arrays.equals(was, is)) {
                assertTrue(diff.advance(), "too few differences");
                assertArrayEquals(key, diff.key());
                assertArrayEquals(was, diff.olderValue());
                assertArrayEquals(is, diff.newerValue());
                assertEquals(was != null, diff.hasOlder());
                assertEquals(is != null, diff.hasNewer());
            }
        }
        assertFalse(diff.advance(), "too many differences");
        assertFalse(diff.advance());
    }

    /// The walker finds nothing wrong and meets every item.
    void assertSound(Tree tree) throws IOException {
        WalkRecord record = new WalkRecord();
        new TreeWalker(nodes, record).walk(tree.root);
        assertEquals(List.of(), record.findings);
        assertEquals(tree.model.size(), record.items);
    }

    /// What a walk met; enters every node once.
    static final class WalkRecord implements TreeVisitor {
        final Set<Long> entered = new HashSet<>();
        final List<TreeFinding> findings = new ArrayList<>();
        int references;
        int items;

        @Override
        public boolean enter(NodeReference reference) {
            references++;
            return entered.add(reference.address());
        }

        @Override
        public void item(long leaf, TreeItem item) {
            assertTrue(entered.contains(leaf));
            assertTrue(item.keyLength() > 0);
            items++;
        }

        @Override
        public void found(TreeFinding finding) {
            findings.add(finding);
        }
    }

    static void assertItem(Map.Entry<byte[], byte[]> expected, TreeItem item) {
        assertArrayEquals(expected.getKey(), item.key());
        assertArrayEquals(expected.getValue(), item.value());
        assertTrue(item.keyStartsWith(expected.getKey()));
    }
}
