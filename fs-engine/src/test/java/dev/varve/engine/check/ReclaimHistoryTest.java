package dev.varve.engine.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.FileTree;
import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.ReclaimOptions;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.store.CrashStore;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// A writer, a reclaim without any grace and a reader at the same time, each as a process of its
/// own on a store without locks, and the power cut at random moments. `-Dvarve.reclaim.histories=`
/// plays more of them.
class ReclaimHistoryTest {
    private static final int HISTORIES = Integer.getInteger("varve.reclaim.histories", 200);
    private static final int TRANSACTIONS = 8;
    private static final int CUTS = 3;
    private static final int MOST_ATTEMPTS = 1000;
    private static final ReclaimOptions AT_ONCE =
            ReclaimOptions.defaults().withGrace(Duration.ZERO).withMaxUnusedPercent(0);

    @Test
    void noCommittedSnapshotEverMissesABlock() throws Exception {
        long first = Long.getLong("seed", new Random().nextLong());
        for (int i = 0; i < (Long.getLong("seed") == null ? HISTORIES : 1); i++) {
            try {
                new History(first + i).play();
            } catch (IOException | RuntimeException | ExecutionException | AssertionError e) {
                throw new AssertionError("failed with -Dseed=" + (first + i), e);
            }
        }
    }

    private static final class History {
        private final Random random;
        private final CrashStore crashes = new CrashStore();
        private final ObjectStore store = new LocklessStore(crashes);
        private final AtomicBoolean written = new AtomicBoolean();

        /// What every subvolume held, by the writer's commits.
        private final ConcurrentSkipListMap<Long, Map<SubvolumeId, String>> commits =
                new ConcurrentSkipListMap<>();

        private int firstPoint;

        History(long seed) {
            this.random = new Random(seed);
        }

        void play() throws IOException, ExecutionException, InterruptedException {
            Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
            try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
                new PoolHistory(pool, random.nextLong()).transaction(0);
                pool.begin().commit();
                remember(pool);
            }
            firstPoint = crashes.points();
            long writerSeed = random.nextLong();
            try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
                Future<?> reader = threads.submit(() -> read());
                Future<?> reclaimer = threads.submit(() -> reclaim());
                try {
                    write(writerSeed);
                } finally {
                    written.set(true);
                }
                reader.get();
                reclaimer.get();
            }
            for (int cut = 0; cut < CUTS; cut++) {
                int point = firstPoint + random.nextInt(crashes.points() - firstPoint + 1);
                check(crashes.imageAt(point, random));
            }
            check(crashes.imageAt(crashes.points(), random));
        }

        private void write(long seed) throws IOException {
            try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
                PoolHistory history = new PoolHistory(pool, seed);
                for (int i = 0; i < TRANSACTIONS; i++) {
                    long before = generation(pool);
                    try {
                        history.transaction(12);
                    } catch (PoolBusyException | CorruptionException e) {
                        // A reclaim was first, and may have deleted what only the old state needed.
                        assertTrue(generation(pool) > before, e::toString);
                    }
                    remember(pool);
                }
            }
        }

        private Object reclaim() throws IOException {
            try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
                boolean last = false;
                while (!last) {
                    last = written.get();
                    try {
                        pool.reclaim(AT_ONCE, _ -> {});
                    } catch (PoolBusyException _) {
                        // The writer was first; what was copied for nothing is swept later.
                    }
                    Thread.onSpinWait();
                }
            }
            return "";
        }

        private Object read() throws IOException {
            while (!written.get()) {
                try (Pool pool = Pool.open(store, PoolOptions.defaults());
                        ReadView view = pool.read()) {
                    for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
                        readTwice(pool, view.open(all.current().id()));
                    }
                } catch (CorruptionException _) {
                    // The root tree itself is of an old state by now.
                }
            }
            return "";
        }

        private static void readTwice(Pool pool, FileTree tree) throws IOException {
            SubvolumeInfo info = tree.info();
            try {
                assertEquals(TreeDigest.of(tree), TreeDigest.of(tree));
            } catch (CorruptionException e) {
                try (ReadView newest = pool.read()) {
                    Optional<SubvolumeInfo> now = newest.find(info.id());
                    boolean same = now.isPresent() && now.get().generation() == info.generation();
                    if (same) {
                        throw new AssertionError("unchanged subvolume " + info, e);
                    }
                }
            }
        }

        private static long generation(Pool pool) throws IOException {
            try (ReadView view = pool.read()) {
                return view.generation();
            }
        }

        private void remember(Pool pool) throws IOException {
            for (int attempt = 0; ; attempt++) {
                try (ReadView view = pool.read()) {
                    commits.put(view.generation(), digests(view));
                    return;
                } catch (CorruptionException e) {
                    // Reclaimed meanwhile: only possible if a newer state is there.
                    if (attempt == MOST_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        }

        private static Map<SubvolumeId, String> digests(ReadView view) throws IOException {
            Map<SubvolumeId, String> digests = new TreeMap<>();
            for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
                SubvolumeInfo info = all.current();
                digests.put(info.id(), info.path() + " " + TreeDigest.of(view.open(info.id())));
            }
            return digests;
        }

        /// After a cut: everything is there, and still is after one more reclaim.
        private void check(MemoryStore left) throws IOException {
            assertClean(left, true);
            Map<SubvolumeId, String> found;
            try (Pool pool = Pool.open(left, PoolOptions.defaults())) {
                found = compare(pool);
                pool.reclaim(AT_ONCE, _ -> {});
                pool.reclaim(AT_ONCE, _ -> {});
            }
            assertClean(left, false);
            try (Pool pool = Pool.open(left, PoolOptions.defaults());
                    ReadView view = pool.read()) {
                assertEquals(found, digests(view));
            }
        }

        /// A commit of the writer that was cut off between its head and its memory is not known.
        private Map<SubvolumeId, String> compare(Pool pool) throws IOException {
            try (ReadView view = pool.read()) {
                Map<SubvolumeId, String> found = digests(view);
                Map.Entry<Long, Map<SubvolumeId, String>> known =
                        commits.floorEntry(view.generation());
                Map.Entry<Long, Map<SubvolumeId, String>> next =
                        commits.ceilingEntry(view.generation());
                boolean matches =
                        found.equals(known.getValue())
                                || (next != null && found.equals(next.getValue()));
                assertTrue(
                        matches,
                        () ->
                                "generation %d: %s\n%s\n%s"
                                        .formatted(view.generation(), found, known, next));
                return found;
            }
        }

        private static void assertClean(MemoryStore left, boolean straysAllowed)
                throws IOException {
            List<Finding> findings = new ArrayList<>();
            Pool.check(left, CheckOptions.defaults().withReadData(true), findings::add, _ -> {});
            findings.removeIf(finding -> straysAllowed && finding instanceof Finding.StrayPack);
            assertEquals(List.of(), findings.stream().map(Finding::message).toList());
        }
    }
}
