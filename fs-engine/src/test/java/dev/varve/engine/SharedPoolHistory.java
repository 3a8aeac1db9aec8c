package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.FaultyStore;
import dev.varve.engine.store.FaultyStore.Fault;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// Two writers and a pruner at one pool on a store without locks, in a random order and with
/// faults. Each holds its transaction open across the others' steps, so that they meet at the
/// commit.
///
/// What must hold: no two are ever told that they committed the same generation; whoever is not
/// told so is told that another was first, or that the store failed; every snapshot of a commit
/// that was acknowledged is there and whole, unless the pruner was told that it deleted it.
public final class SharedPoolHistory {
    private static final int STEPS = 24;
    private static final Attributes ATTRIBUTES = Attributes.of(0644, Timestamp.EPOCH);

    private final Random random;
    private final ObjectStore store;
    private final List<Actor> actors = new ArrayList<>();

    /// By name of the snapshot: the content of the file in it.
    private final Map<String, byte[]> acknowledged = new TreeMap<>();

    /// Snapshots of commits of which nobody knows whether they are there.
    private final Map<String, byte[]> doubtful = new HashMap<>();

    private final Set<String> deleted = new HashSet<>();
    private final Map<Long, String> generations = new HashMap<>();
    private int serial;
    private int losers;

    private SharedPoolHistory(ObjectStore store, long seed) {
        this.store = store;
        this.random = new Random(seed);
    }

    /// Plays a history on an empty store.
    ///
    /// @param open gives a store of its own to each, all of the same objects and without locks
    /// @return how many times one lost a race
    public static int play(Opener open, long seed) throws IOException {
        try (ObjectStore plain = open.open()) {
            SharedPoolHistory history = new SharedPoolHistory(plain, seed);
            Pool.create(plain, PoolSettings.defaults(), options());
            history.run(open, seed);
            history.verify();
            return history.losers;
        }
    }

    /// Opens the store once more.
    public interface Opener {
        ObjectStore open() throws IOException;
    }

    private static PoolOptions options() {
        PoolOptions defaults = PoolOptions.defaults();
        return new PoolOptions(defaults.clock(), defaults.writerWait(), 1 << 20, 1);
    }

    private void run(Opener open, long seed) throws IOException {
        try {
            for (String name : List.of("a", "b", "pruner")) {
                actors.add(new Actor(name, new FaultyStore(open.open(), seed + actors.size())));
            }
            for (int step = 0; step < STEPS; step++) {
                actors.get(random.nextInt(actors.size())).step();
            }
        } finally {
            for (Actor actor : actors) {
                actor.close();
            }
        }
    }

    private void verify() throws IOException {
        List<Finding> errors = new ArrayList<>();
        Pool.check(
                store,
                CheckOptions.defaults().withReadData(true),
                finding -> {
                    if (!finding.isWarning()) {
                        errors.add(finding);
                    }
                },
                _ -> {});
        assertEquals(List.of(), errors);
        try (Pool pool = Pool.open(store, options());
                ReadView view = pool.read()) {
            if (view.generation() == 0) {
                assertEquals(Map.of(), acknowledged);
                return;
            }
            FileTree top = view.open(SubvolumeId.TOP_LEVEL);
            Set<String> there = new HashSet<>();
            for (Scan<DirEntry> entries = top.list(Inode.ROOT); entries.advance(); ) {
                DirEntry entry = entries.current();
                String name = entry.name().toString();
                there.add(name);
                byte[] content =
                        acknowledged.containsKey(name)
                                ? acknowledged.get(name)
                                : doubtful.get(name);
                assertTrue(content != null, () -> name + " was never committed");
                SubvolumeId id = view.child(top, Inode.ROOT, entry).orElseThrow().id();
                assertArrayEquals(content, read(view.open(id)), name);
            }
            for (String name : acknowledged.keySet()) {
                assertTrue(there.contains(name) || deleted.contains(name), () -> name + " is lost");
            }
        }
    }

    private static byte[] read(FileTree tree) throws IOException {
        long file = tree.lookup(Inode.ROOT, FileName.of("file")).orElseThrow().target();
        ByteBuffer buffer = ByteBuffer.allocate((int) tree.inode(file).sizeBytes());
        while (buffer.hasRemaining() && tree.read(file, buffer.position(), buffer) > 0) {
            continue;
        }
        return buffer.array();
    }

    /// A process of its own: its own pool, its own way to the store.
    private final class Actor {
        private final String name;
        private final FaultyStore way;
        private Pool pool;
        private WriteTransaction transaction;
        private final Map<String, byte[]> making = new HashMap<>();
        private final Set<String> deleting = new HashSet<>();

        Actor(String name, FaultyStore way) {
            this.name = name;
            this.way = way;
        }

        void step() throws IOException {
            way.fail(0.03, Set.of(Fault.ERROR_BEFORE, Fault.ERROR_AFTER));
            try {
                if (transaction == null) {
                    begin();
                } else if (random.nextInt(3) == 0) {
                    commit();
                } else if (name.equals("pruner")) {
                    prune();
                } else {
                    write();
                }
            } catch (PoolBusyException _) {
                losers++;
                end();
            } catch (StoreFailedException _) {
                end();
            } finally {
                way.fail(0, Set.of());
            }
        }

        private void begin() throws IOException {
            if (pool == null || random.nextInt(4) == 0) {
                end();
                if (pool != null) {
                    pool.close();
                }
                pool = Pool.open(way, options());
            }
            transaction = pool.begin();
        }

        private void write() throws IOException {
            String snapshot = name + "-" + serial++;
            byte[] content = new byte[random.nextInt(6000)];
            random.nextBytes(content);
            byte[] label = snapshot.getBytes(StandardCharsets.UTF_8);
            System.arraycopy(label, 0, content, 0, Math.min(label.length, content.length));
            var info =
                    transaction.createSubvolume(
                            new WriteTransaction.Place(
                                    SubvolumeId.TOP_LEVEL, Inode.ROOT, FileName.of(snapshot)));
            SubvolumeWriter writer = transaction.edit(info.id());
            long file = writer.createFile(Inode.ROOT, FileName.of("file"), ATTRIBUTES);
            writer.write(file, 0, ByteBuffer.wrap(content));
            making.put(snapshot, content);
        }

        private void prune() throws IOException {
            List<String> candidates =
                    acknowledged.keySet().stream().filter(n -> !deleted.contains(n)).toList();
            if (candidates.isEmpty() || random.nextBoolean()) {
                transaction.clean(100);
                return;
            }
            String victim = candidates.get(random.nextInt(candidates.size()));
            FileTree top = transaction.open(SubvolumeId.TOP_LEVEL);
            var entry = top.lookup(Inode.ROOT, FileName.of(victim));
            if (entry.isPresent()) {
                var child = transaction.child(top, Inode.ROOT, entry.get());
                transaction.deleteSubvolume(child.orElseThrow().id(), false);
                deleting.add(victim);
            }
        }

        private void commit() throws IOException {
            long generation = -1;
            try {
                // Even a commit that fails may have deleted, if its answer was lost.
                boolean isStep = random.nextInt(3) == 0;
                generation = isStep ? transaction.commitStep() : transaction.commit();
            } catch (StoreFailedException e) {
                doubtful.putAll(making);
                deleted.addAll(deleting);
                throw e;
            }
            acknowledged.putAll(making);
            deleted.addAll(deleting);
            if (!making.isEmpty() || !deleting.isEmpty()) { // without changes there is no commit
                String other = generations.put(generation, name);
                assertEquals(null, other, "generation " + generation + " was given to two");
            }
            end();
        }

        /// What was not committed is dropped; the way to the store is good for that.
        private void end() throws IOException {
            way.fail(0, Set.of());
            making.clear();
            deleting.clear();
            WriteTransaction old = transaction;
            transaction = null;
            if (old != null) {
                old.close();
            }
        }

        void close() throws IOException {
            end();
            if (pool != null) {
                pool.close();
            }
            way.close();
        }
    }
}
