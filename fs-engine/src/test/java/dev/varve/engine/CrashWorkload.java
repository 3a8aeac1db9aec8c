package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

/// Random transactions on a store that counts the points at which the power could be cut, and what
/// must be found after a cut at each.
final class CrashWorkload {
    /// @param begun the last point before the commit was asked for
    /// @param ended the first point at which the commit had returned
    private record Committed(ModelPool model, int begun, int ended) {}

    private final Random random;
    private final List<Committed> commits = new ArrayList<>();

    CrashWorkload(Random random) {
        this.random = random;
    }

    /// Makes a pool and works on it.
    void run(ObjectStore store, IntSupplier points, int transactions, int operations)
            throws IOException {
        if (random.nextBoolean()) {
            Pool.create(store, PoolSettings.defaults(), EngineModelTest.options());
        } else {
            TestKeys.create(store, PoolSettings.defaults(), EngineModelTest.options());
        }
        ModelPool model = ModelPool.first(Timestamp.of(EngineModelTest.NOW));
        RandomOperations choice = new RandomOperations(random, model);
        try (Pool pool = Pool.open(store, EngineModelTest.options());
                WriteTransaction first = pool.begin()) {
            first.commit();
            commits.add(new Committed(model, 0, points.getAsInt()));
        }
        try (Pool pool = Pool.open(store, EngineModelTest.options())) {
            for (int i = 0; i < transactions; i++) {
                ModelPool working = commits.getLast().model().next();
                choice.setThen(commits.getLast().model());
                try (WriteTransaction tx = pool.begin();
                        ReadView then = pool.read()) {
                    for (int step = 0; step < operations; step++) {
                        ModelOperation operation = choice.next(working);
                        play(operation, working, commits.getLast().model());
                        play(operation, tx, then);
                    }
                    int begun = points.getAsInt();
                    boolean isStep = random.nextInt(3) == 0;
                    working.committedAs(isStep ? tx.commitStep() : tx.commit());
                    commits.add(new Committed(working, begun, points.getAsInt()));
                }
            }
        }
    }

    private static void play(ModelOperation operation, WriteTransaction tx, ReadView then)
            throws IOException {
        try {
            operation.action().run(tx, then);
        } catch (StorageException e) {
            throw e;
        } catch (FileSystemException _) {
            // Refused by both, says the model test.
        }
    }

    /// From here on there is a pool with a commit.
    int firstPoint() {
        return commits.getFirst().ended();
    }

    /// Opens what a cut at `point` left: the last commit that had returned is there, or the one
    /// that was under way, whole; and the next commit works.
    void check(ObjectStore left, int point) throws IOException {
        try (Pool pool = Pool.open(left, EngineModelTest.options())) {
            ModelPool found;
            try (ReadView view = pool.read()) {
                found = committed(view.generation(), point);
                new ModelComparison().compare(view, found, true);
            }
            ReferenceAudit.audit(left, pool.settings());
            ModelPool next = found.next();
            try (WriteTransaction tx = pool.begin()) {
                make(tx);
                make(next);
                next.committedAs(tx.commit());
            }
            try (ReadView view = pool.read()) {
                new ModelComparison().compare(view, next, true);
            }
            ReferenceAudit.audit(left, pool.settings());
        }
    }

    private static void make(WriteTransaction tx) throws IOException {
        Attributes plain = Attributes.of(0600, Timestamp.EPOCH);
        tx.setReadOnly(SubvolumeId.TOP_LEVEL, false);
        tx.edit(SubvolumeId.TOP_LEVEL).createFile(Inode.ROOT, FileName.of("after"), plain);
    }

    private ModelPool committed(long generation, int point) {
        ModelPool found = commits.getFirst().model();
        for (Committed commit : commits) {
            boolean certain = commit.ended() <= point;
            if (certain || (commit.begun() < point && commit.model().generation() == generation)) {
                found = commit.model();
            }
        }
        assertEquals(found.generation(), generation);
        assertTrue(commits.size() > 1);
        return found;
    }
}
