package dev.varve.send;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.ReadView;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.MemoryStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A pool on the heap with one subvolume, of which snapshots are taken.
final class TestPool implements Closeable {
    private static final Timestamp TIME = new Timestamp(1_600_000_000, 7);

    private final Pool pool;
    private final SubvolumeId live;
    private int snapshots;

    private TestPool(Pool pool, SubvolumeId live) {
        this.pool = pool;
        this.live = live;
    }

    /// What a test does to the subvolume.
    interface Edit {
        void apply(SubvolumeWriter tree) throws IOException;
    }

    /// What a test does to a transaction.
    interface Commit {
        void apply(WriteTransaction transaction, SubvolumeId live) throws IOException;
    }

    static TestPool create() throws IOException {
        MemoryStore store = new MemoryStore();
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        Pool pool = Pool.open(store, PoolOptions.defaults());
        try (WriteTransaction transaction = pool.begin()) {
            SubvolumeId live = transaction.createSubvolume(place("live")).id();
            SubvolumeWriter tree = transaction.edit(live);
            tree.setTimes(Inode.ROOT, TIME, TIME, TIME);
            transaction.commit();
            return new TestPool(pool, live);
        }
    }

    private static WriteTransaction.Place place(String name) {
        return new WriteTransaction.Place(SubvolumeId.TOP_LEVEL, Inode.ROOT, FileName.of(name));
    }

    /// Changes the subvolume at random and takes a snapshot.
    SubvolumeId change(Random random, int count) throws IOException {
        return change(tree -> new RandomChanges(random, tree).apply(count));
    }

    /// Changes the subvolume and takes a snapshot, each in a commit of its own.
    SubvolumeId change(Edit edit) throws IOException {
        return commit((transaction, subvolume) -> edit.apply(transaction.edit(subvolume)));
    }

    /// Changes anything and takes a snapshot of the subvolume, each in a commit of its own.
    SubvolumeId commit(Commit change) throws IOException {
        try (WriteTransaction transaction = pool.begin()) {
            change.apply(transaction, live);
            transaction.commit();
        }
        try (WriteTransaction transaction = pool.begin()) {
            SubvolumeId snapshot =
                    transaction
                            .snapshot(
                                    live,
                                    place("s" + snapshots++),
                                    new WriteTransaction.SnapshotOptions(true, false))
                            .id();
            transaction.commit();
            return snapshot;
        }
    }

    /// Plays a scenario on the subvolume.
    ///
    /// @return its snapshots
    List<SubvolumeId> play(Scenario scenario) throws IOException {
        List<SubvolumeId> taken = new ArrayList<>();
        for (Scenario.Step step : scenario.steps()) {
            int fill = 1 + taken.size() * 20;
            taken.add(change(tree -> step.on(new Scene(new TreeGround(tree), fill))));
        }
        return taken;
    }

    Pool pool() {
        return pool;
    }

    ReadView read() throws IOException {
        return pool.read();
    }

    @Override
    public void close() throws IOException {
        pool.close();
    }
}
