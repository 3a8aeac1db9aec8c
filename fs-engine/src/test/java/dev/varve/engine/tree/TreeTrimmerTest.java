package dev.varve.engine.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TreeTrimmerTest {
    private final Forest forest = new Forest(64 << 20);

    private TreeRoot tree(int count) throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        for (int i = 0; i < count; i++) {
            writer.put(TreeWriterTest.key(i), new byte[50]);
        }
        return writer.flush();
    }

    private TreeRoot trim(TreeRoot root, int maxNodes) throws IOException {
        long generation = ++forest.generation;
        return new TreeTrimmer(
                        forest.nodes,
                        forest.blocks,
                        forest.blocks,
                        Forest::blockOf,
                        root,
                        generation)
                .trim(maxNodes);
    }

    @Test
    void aSnapshotThatSharesAllCostsOneReference() throws IOException {
        TreeRoot root = tree(50_000);
        Map<Long, Long> before = forest.blocks.counts();
        forest.blocks.retain(root.address());
        long reads = forest.blocks.reads();
        assertEquals(TreeRoot.EMPTY, trim(root, 1));
        assertEquals(before, forest.blocks.counts());
        assertEquals(reads, forest.blocks.reads());
    }

    @Test
    void oneCallDoesABoundedPieceAndLeavesASoundTree() throws IOException {
        TreeRoot root = tree(50_000);
        int all = forest.blocks.counts().size();
        TreeRoot rest = trim(root, 30);
        assertNotEquals(TreeRoot.EMPTY, rest);
        int left = forest.blocks.counts().size();
        assertTrue(left <= all - 28 && left >= all - 32, left + " of " + all);
        Forest.WalkRecord record = new Forest.WalkRecord();
        new TreeWalker(forest.nodes, record).walk(rest);
        assertTrue(record.findings.isEmpty());
        assertEquals(left, record.entered.size());
    }

    @Test
    void deletingASnapshotFreesOnlyWhatItAloneHolds() throws IOException {
        TreeRoot root = tree(50_000);
        forest.blocks.retain(root.address());
        TreeWriter writer = forest.writer(root);
        writer.put(TreeWriterTest.key(25_000), new byte[1]);
        TreeRoot changed = writer.flush();
        int before = forest.blocks.counts().size();
        assertEquals(TreeRoot.EMPTY, trim(root, Integer.MAX_VALUE));
        assertEquals(before - 2, forest.blocks.counts().size());
        assertEquals(TreeRoot.EMPTY, trim(changed, Integer.MAX_VALUE));
        assertEquals(Map.of(), forest.blocks.counts());
    }
}
