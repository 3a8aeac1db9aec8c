package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.MemoryStore;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Does the same at random to a pool and to a plain model, and looks for any difference: in what is
/// returned or refused, in what can be read, in the diff between snapshots, and in the reference
/// counts.
///
/// `-Dvarve.model.operations=` says how many operations are done in all, `-Dseed=` replays a run.
class EngineModelTest {
    private static final int OPERATIONS = Integer.getInteger("varve.model.operations", 60_000);
    private static final int OPERATIONS_PER_POOL = 20_000;
    static final Instant NOW = Instant.ofEpochSecond(1_000_000, 7);
    private static final int TRACE = 12;
    private static final String REFUSED = "refused";

    private final long seed = Long.getLong("seed", new Random().nextLong());

    @Test
    void theEngineDoesWhatTheModelDoes() throws IOException {
        int pools = Math.ceilDiv(OPERATIONS, OPERATIONS_PER_POOL);
        for (int i = 0; i < pools; i++) {
            new Run(seed + i).run(Math.min(OPERATIONS, OPERATIONS_PER_POOL));
        }
    }

    static PoolOptions options() {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        return new PoolOptions(clock, Duration.ZERO, 8L << 20, 2).withUnlocking(TestKeys.with(1));
    }

    /// One pool's life.
    private static final class Run {
        private final long seed;
        private final Random random;
        private final RandomOperations operations;
        private final MemoryStore store = new MemoryStore();
        private final ModelComparison comparison = new ModelComparison();
        private final Deque<String> trace = new ArrayDeque<>();
        private Pool pool;
        private ModelPool committed = ModelPool.first(Timestamp.of(NOW));
        private ModelPool then = committed;
        private ReadView pinned;
        private int phases;
        private int done;
        private int refused;

        Run(long seed) throws IOException {
            this.seed = seed;
            this.random = new Random(seed);
            this.operations = new RandomOperations(random, committed);
            // Every other pool is sealed.
            if (seed % 2 == 0) {
                Pool.create(store, PoolSettings.defaults(), options());
            } else {
                TestKeys.create(store, PoolSettings.defaults(), options());
            }
            this.pool = Pool.open(store, options());
            try (WriteTransaction tx = pool.begin()) {
                assertEquals(1, tx.commit());
            }
            this.pinned = pool.read();
        }

        void run(int count) throws IOException {
            try {
                while (done < count) {
                    phase();
                    if (++phases % 25 == 0) {
                        checkAll();
                    }
                }
                assertTrue(refused < done / 2, "operations mostly refused: " + refused);
                end();
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "-Dseed=%d, operation %d, after: %s"
                                .formatted(seed, done, String.join("\n    ", trace)),
                        e);
            } finally {
                pool.close();
            }
        }

        private void checkAll() throws IOException {
            new ModelComparison().compare(pinned, then, true);
            pin();
            comparison.compare(pinned, committed, true);
            ReferenceAudit.audit(store, pool.settings());
        }

        private void pin() throws IOException {
            pinned.close();
            pinned = pool.read();
            then = committed;
            operations.setThen(then);
        }

        /// One transaction.
        private void phase() throws IOException {
            ModelPool working = committed.next();
            try (WriteTransaction tx = pool.begin()) {
                int steps = random.nextInt(10) == 0 ? 600 : random.nextInt(120);
                for (int i = 0; i < steps; i++) {
                    step(operations.next(working), tx, working);
                }
                if (random.nextInt(8) == 0) {
                    comparison.compare(tx, working, false);
                }
                if (random.nextInt(8) > 0) {
                    boolean isStep = random.nextInt(3) == 0;
                    note(isStep ? "commit a step" : "commit");
                    long generation = isStep ? tx.commitStep() : tx.commit();
                    working.committedAs(generation);
                    committed = working;
                } else {
                    note("abort");
                }
            }
            if (random.nextInt(15) == 0) {
                note("open again");
                pool.close();
                pool = Pool.open(store, options());
                pin();
            }
            try (ReadView view = pool.read()) {
                assertEquals(committed.generation(), view.generation());
                comparison.compare(view, committed, false);
                compareDiff(view);
            }
        }

        private void note(String what) {
            trace.addLast(done + " " + what);
            if (trace.size() > TRACE) {
                trace.removeFirst();
            }
        }

        private void step(ModelOperation operation, WriteTransaction tx, ModelPool model)
                throws IOException {
            done++;
            note(operation.text());
            Object expected = outcome(operation, model, then);
            Object actual = outcome(operation, tx, pinned);
            assertEquals(expected, actual);
            refused += expected.equals(REFUSED) ? 1 : 0;
        }

        /// What it returns, or that it is refused.
        private static Object outcome(ModelOperation operation, WriteTransaction tx, ReadView older)
                throws IOException {
            try {
                return operation.action().run(tx, older);
            } catch (StorageException e) {
                throw e;
            } catch (FileSystemException _) {
                return REFUSED;
            }
        }

        private void compareDiff(ReadView view) throws IOException {
            for (SubvolumeId older : committed.ids()) {
                if (random.nextInt(4) > 0) {
                    continue;
                }
                Optional<SubvolumeId> newer = newerThan(older);
                if (newer.isPresent()) {
                    note("diff " + older + " " + newer);
                    ModelDiff.compare(
                            SnapshotDiff.between(view.open(older), view.open(newer.get())),
                            committed.get(older).tree().nodes,
                            committed.get(newer.get()).tree().nodes);
                }
            }
        }

        /// Another state of what an untouched snapshot was taken of.
        private Optional<SubvolumeId> newerThan(SubvolumeId older) {
            ModelSubvolume taken = committed.get(older);
            SubvolumeId source = new SubvolumeId(taken.source());
            if (!taken.pristine()) {
                return Optional.empty();
            }
            return committed.ids().stream()
                    .filter(id -> id.compareTo(older) > 0 || id.equals(source))
                    .filter(id -> id.equals(source) || isOf(id, taken.source()))
                    .skip(random.nextInt(2))
                    .findFirst();
        }

        private boolean isOf(SubvolumeId id, long source) {
            return committed.get(id).pristine() && committed.get(id).source() == source;
        }

        /// Deletes all; nothing may stay behind but the empty top level.
        private void end() throws IOException {
            note("the end");
            try (WriteTransaction tx = pool.begin()) {
                tx.setDefaultSubvolume(SubvolumeId.TOP_LEVEL);
                for (SubvolumeId id : committed.ids()) {
                    if (tx.find(id).isPresent()) {
                        tx.setReadOnly(id, false);
                    }
                }
                for (SubvolumeId id : committed.ids()) {
                    if (!id.equals(SubvolumeId.TOP_LEVEL) && tx.find(id).isPresent()) {
                        tx.deleteSubvolume(id, true);
                    }
                }
                tx.commit();
            }
            ReferenceAudit.audit(store, pool.settings());
            boolean more = true;
            while (more) {
                try (WriteTransaction tx = pool.begin()) {
                    more = tx.clean(300);
                    tx.commit();
                }
                ReferenceAudit.audit(store, pool.settings());
            }
        }
    }
}
