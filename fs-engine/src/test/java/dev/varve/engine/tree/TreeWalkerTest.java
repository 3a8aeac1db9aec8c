package dev.varve.engine.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.tree.TreeFinding.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TreeWalkerTest {
    private final Forest forest = new Forest(0);
    private final TreeRoot root;

    TreeWalkerTest() throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        for (int i = 0; i < 5_000; i++) {
            writer.put(TreeWriterTest.key(i), new byte[50]);
        }
        root = writer.flush();
    }

    private byte[] rootPage() throws IOException {
        return forest.blocks.read(root.address()).clone();
    }

    private List<Problem> walk(TreeRoot from) throws IOException {
        Forest.WalkRecord record = new Forest.WalkRecord();
        new TreeWalker(forest.nodes, record).walk(from);
        return record.findings.stream().map(TreeFinding::problem).toList();
    }

    @Test
    void enteringNothingVisitsNothing() throws IOException {
        Forest.WalkRecord record = new Forest.WalkRecord();
        record.entered.add(root.address());
        new TreeWalker(forest.nodes, record).walk(root);
        assertEquals(1, record.references);
        assertEquals(0, record.items);
    }

    @Test
    void aSharedSubtreeIsEnteredOnceAndCountedTwice() throws IOException {
        forest.blocks.retain(root.address());
        TreeWriter writer = forest.writer(root);
        writer.put(TreeWriterTest.key(0), new byte[1]);
        TreeRoot changed = writer.flush();
        Forest.WalkRecord record = new Forest.WalkRecord();
        TreeWalker walker = new TreeWalker(forest.nodes, record);
        walker.walk(root);
        walker.walk(changed);
        assertEquals(forest.blocks.counts().keySet(), record.entered);
        long sum = forest.blocks.counts().values().stream().mapToLong(n -> n).sum();
        assertEquals(sum, record.references);
    }

    @Test
    void aDamagedLeafIsOneFindingAndTheRestIsVisited() throws IOException {
        byte[] page = rootPage();
        int before = forest.blocks.counts().size();
        forest.blocks.damage(NodeFormat.childAddress(page, 1), new byte[3]);
        Forest.WalkRecord record = new Forest.WalkRecord();
        new TreeWalker(forest.nodes, record).walk(root);
        assertEquals(1, record.findings.size());
        assertEquals(Problem.UNREADABLE, record.findings.getFirst().problem());
        assertEquals(NodeFormat.childAddress(page, 1), record.findings.getFirst().address());
        assertEquals(before, record.entered.size());
        assertTrue(record.items > 3_000 && record.items < 5_000);
    }

    @Test
    void swappedLeavesAreOutsideTheirSeparators() throws IOException {
        byte[] page = rootPage();
        long first = NodeFormat.childAddress(page, 1);
        long second = NodeFormat.childAddress(page, 2);
        NodeFormat.putChild(page, 1, second, NodeFormat.childGeneration(page, 2));
        NodeFormat.putChild(page, 2, first, NodeFormat.childGeneration(page, 1));
        forest.blocks.damage(root.address(), page);
        assertEquals(List.of(Problem.BEYOND_SEPARATOR, Problem.BELOW_SEPARATOR), walk(root));
    }

    @Test
    void aNodeThatPointsToItselfEndsTheWalkThere() throws IOException {
        byte[] page = rootPage();
        NodeFormat.putChild(page, 1, root.address(), NodeFormat.childGeneration(page, 1));
        forest.blocks.damage(root.address(), page);
        TreeVisitor everyTime = new EveryTime();
        new TreeWalker(forest.nodes, everyTime).walk(root);
    }

    @Test
    void aNodeIsLeftAfterAllBelowItDamagedOrNot() throws IOException {
        forest.blocks.damage(NodeFormat.childAddress(rootPage(), 1), new byte[3]);
        List<Long> path = new ArrayList<>();
        List<Integer> depths = new ArrayList<>();
        new TreeWalker(
                        forest.nodes,
                        new TreeVisitor() {
                            @Override
                            public boolean enter(NodeReference reference) {
                                path.add(reference.address());
                                depths.add(path.size());
                                return true;
                            }

                            @Override
                            public void item(long leaf, TreeItem item) {
                                assertEquals(path.getLast(), leaf);
                            }

                            @Override
                            public void leave(NodeReference reference) {
                                assertEquals(reference.address(), path.removeLast());
                            }

                            @Override
                            public void found(TreeFinding finding) {
                                assertEquals(path.getLast(), finding.address());
                            }
                        })
                .walk(root);
        assertEquals(List.of(), path);
        assertEquals(forest.blocks.counts().size(), depths.size());
    }

    /// Enters what it is told of, however often.
    private static final class EveryTime implements TreeVisitor {
        @Override
        public boolean enter(NodeReference reference) {
            return true;
        }

        @Override
        public void item(long leaf, TreeItem item) {}

        @Override
        public void found(TreeFinding finding) {
            assertEquals(Problem.WRONG_LEVEL, finding.problem());
        }
    }

    @Test
    void anotherGenerationThanTheParentNamesIsFound() throws IOException {
        byte[] page = rootPage();
        NodeFormat.putChild(page, 3, NodeFormat.childAddress(page, 3), 0);
        forest.blocks.damage(root.address(), page);
        assertEquals(List.of(Problem.WRONG_GENERATION), walk(root));
        TreeRoot young = new TreeRoot(root.address(), root.level(), root.generation() + 1);
        assertEquals(List.of(Problem.WRONG_GENERATION, Problem.WRONG_GENERATION), walk(young));
    }
}
