package dev.varve.engine.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.Head;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.tree.TreeCursor;
import dev.varve.engine.tree.TreeReader;
import dev.varve.engine.tree.TreeWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A tree adds up to a sound span exactly if going through its items one by one finds nothing, also
/// where what is wrong in one tree is shared, or right, in others.
class SpanModelTest {
    private static final int RUNS = 3;
    private static final int CHANGES = 12;

    @Test
    void aTreeAddsUpExactlyIfItsItemsAgree() throws IOException {
        Long given = Long.getLong("seed");
        Random seeds = new Random();
        for (int run = 0; run < (given == null ? RUNS : 1); run++) {
            long seed = given == null ? seeds.nextLong() : given;
            try {
                play(seed);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("failed with -Dseed=" + seed, e);
            }
        }
    }

    static int play(long seed) throws IOException {
        Random random = new Random(seed);
        MemoryStore store = new MemoryStore();
        PoolSettings settings = PoolSettings.defaults();
        Pool.create(store, settings, PoolOptions.defaults());
        int unsound = 0;
        try (Pool pool = Pool.open(store, PoolOptions.defaults());
                Surgery surgery = new Surgery(store, settings.poolId())) {
            PoolHistory history = new PoolHistory(pool, seed);
            for (int i = 0; i < 12; i++) {
                history.transaction(50);
            }
            for (int i = 0; i < CHANGES; i++) {
                List<SubvolumeTree> trees = trees(surgery);
                SubvolumeId id = trees.get(random.nextInt(trees.size())).id();
                surgery.tree(id, tree -> change(tree, random));
                unsound += compare(surgery, random.nextInt(3));
            }
        }
        return unsound;
    }

    /// Removes an item, or puts it somewhere else.
    private static void change(TreeWriter tree, Random random) throws IOException {
        TreeCursor at = tree.cursor();
        if (!at.seek(somewhere(random))) {
            return;
        }
        byte[] key = at.key();
        byte[] value = at.value();
        switch (random.nextInt(4)) {
            case 0 -> tree.remove(key);
            case 1 -> {
                tree.remove(key);
                key[random.nextInt(key.length)] ^= 1;
                tree.put(key, value);
            }
            case 2 -> {
                if (value.length > 0) {
                    value[random.nextInt(value.length)] ^= 1;
                    tree.put(key, value);
                }
            }
            default -> {
                tree.remove(key);
                tree.put(key, value);
            }
        }
    }

    private static byte[] somewhere(Random random) {
        byte[] key = new byte[10];
        key[6] = 1;
        key[7] = (byte) random.nextInt(200);
        key[8] = (byte) random.nextInt(7);
        key[9] = (byte) random.nextInt(256);
        return key;
    }

    private static List<SubvolumeTree> trees(Surgery surgery) throws IOException {
        Report report = report();
        RootTreeCheck roots =
                new RootTreeCheck(surgery.nodes(), surgery.head(), new BlockUse(), report);
        roots.check();
        return roots.subvolumes();
    }

    private static Report report() {
        return new Report(_ -> {}, _ -> {});
    }

    /// @param remembered spans that the check may keep in mind
    private static int compare(Surgery surgery, int remembered) throws IOException {
        Head head = surgery.head();
        BlockUse use = new BlockUse();
        Report report = report();
        RootTreeCheck roots = new RootTreeCheck(surgery.nodes(), head, use, report);
        roots.check();
        FilePaths paths = new FilePaths(surgery.nodes(), surgery.blocks(), roots.lookups());
        TreeReader counts = new TreeReader(surgery.nodes(), Subvolumes.treeRoot(head.counts()));
        int maxKnown = remembered == 0 ? Spans.MAX_KNOWN : remembered - 1;
        Spans spans = new Spans(surgery.nodes(), counts, use, maxKnown);
        List<SubvolumeTree> unsound =
                new SubvolumesCheck(surgery.nodes(), spans, roots, paths, use, report).check();
        List<SubvolumeId> expected = new ArrayList<>();
        for (SubvolumeTree tree : roots.subvolumes()) {
            if (new FileTreeAudit(surgery.nodes(), tree, paths, report()).findErrors()) {
                expected.add(tree.id());
            }
        }
        assertEquals(expected, unsound.stream().map(SubvolumeTree::id).toList());
        return expected.size();
    }
}
