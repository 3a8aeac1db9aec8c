package dev.varve.engine.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.model.SubvolumeSpace;
import dev.varve.engine.pack.BlockKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What trees take, and what deleting some of them frees, against sets of all blocks that each tree
/// reaches. Trees of three levels that share nodes, and blocks without sharing nodes.
class SpaceModelTest {
    private static final int ITEMS = 12_000;
    private static final int TREES = 12;
    private static final int CHANGES = 15;
    private static final String PREFIX = "p".repeat(250);

    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private final Forest forest = new Forest(1 << 20);
    private final List<Forest.Tree> trees = new ArrayList<>();

    @BeforeEach
    void plant() throws IOException {
        Forest.Tree first = new Forest.Tree();
        TreeWriter writer = forest.writer(first.root);
        for (int i = 0; i < ITEMS; i++) {
            put(writer, first, key(i), value(first));
        }
        first.root = writer.flush();
        trees.add(first);
        while (trees.size() < TREES) {
            Forest.Tree tree = forest.snapshot(trees.get(random.nextInt(trees.size())));
            TreeWriter changes = forest.writer(tree.root);
            for (int i = 0; i < CHANGES; i++) {
                put(changes, tree, key(random.nextInt(ITEMS)), value(tree));
            }
            tree.root = changes.flush();
            trees.add(tree);
        }
    }

    private static byte[] key(int number) {
        return (PREFIX + number).getBytes(StandardCharsets.US_ASCII);
    }

    private void put(TreeWriter writer, Forest.Tree tree, byte[] key, byte[] value)
            throws IOException {
        byte[] old = tree.model.put(key, value);
        writer.put(key, value);
        if (old != null && Forest.blockOf(old) != ItemReferences.NONE) {
            forest.blocks.release(Forest.blockOf(old));
        }
    }

    /// Plain bytes, a new block, or a block of another tree that this one does not hold.
    private byte[] value(Forest.Tree tree) {
        int choice = random.nextInt(4);
        if (choice == 0) {
            return Forest.blockValue(forest.blocks.append(BlockKind.DATA, new byte[1]), 12);
        }
        if (choice == 1 && !trees.isEmpty()) {
            byte[] other =
                    trees.get(random.nextInt(trees.size()))
                            .model
                            .getOrDefault(key(random.nextInt(ITEMS)), new byte[0]);
            long block = Forest.blockOf(other);
            boolean isOthers =
                    block != ItemReferences.NONE
                            && tree.model.values().stream()
                                    .noneMatch(value -> Forest.blockOf(value) == block);
            if (isOthers) {
                forest.blocks.retain(block);
                return other;
            }
        }
        return new byte[random.nextInt(400)];
    }

    private static long size(long address) {
        return 10 + address % 97;
    }

    private static long sum(Set<Long> blocks) {
        return blocks.stream().mapToLong(SpaceModelTest::size).sum();
    }

    private Set<Long> reachable(Forest.Tree tree) throws IOException {
        Set<Long> found = new HashSet<>();
        reach(tree.root.address(), found);
        return found;
    }

    private void reach(long address, Set<Long> found) throws IOException {
        if (found.add(address)) {
            byte[] page = forest.blocks.read(address);
            boolean isLeaf = NodeFormat.level(page) == 0;
            NodeReferences.of(
                    page, Forest::blockOf, isLeaf ? found::add : child -> reach(child, found));
        }
    }

    private SpaceWalker walker() {
        Map<Long, Long> counts = forest.blocks.counts();
        return new SpaceWalker(
                forest.nodes,
                Forest::blockOf,
                address -> Math.toIntExact(counts.getOrDefault(address, 1L)),
                SpaceModelTest::size);
    }

    @Test
    void eachTreeTakesWhatItReachesAndAloneHoldsWhatNoOtherReaches() throws IOException {
        assertTrue(trees.getFirst().root.level() >= 2, "too low a tree");
        SpaceWalker walker = walker();
        for (Forest.Tree tree : trees) {
            Set<Long> all = reachable(tree);
            Set<Long> own = new HashSet<>(all);
            for (Forest.Tree other : trees) {
                if (other != tree) {
                    own.removeAll(reachable(other));
                }
            }
            assertEquals(
                    new SubvolumeSpace(sum(all), sum(own)),
                    walker.measure(tree.root),
                    () -> "-Dseed=" + seed);
        }
    }

    @Test
    void deletingTreesTogetherFreesWhatNoKeptOneReaches() throws IOException {
        SpaceWalker.Freeing freeing = walker().freeing();
        Set<Long> gone = new HashSet<>();
        List<Forest.Tree> kept = new ArrayList<>(trees);
        while (!kept.isEmpty()) {
            Forest.Tree victim = kept.remove(random.nextInt(kept.size()));
            gone.addAll(reachable(victim));
            Set<Long> freed = new HashSet<>(gone);
            for (Forest.Tree tree : kept) {
                freed.removeAll(reachable(tree));
            }
            assertEquals(sum(freed), freeing.delete(victim.root), () -> "-Dseed=" + seed);
        }
    }
}
