package dev.varve.engine;

import dev.varve.engine.commit.ObjectUse;
import dev.varve.engine.commit.PackingChoice;
import dev.varve.engine.commit.Reclaim;
import dev.varve.engine.format.DoomedObject;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.model.DeletedSubvolume;
import dev.varve.engine.model.ReclaimOptions;
import dev.varve.engine.model.ReclaimProgress;
import dev.varve.engine.model.ReclaimProgress.Stage;
import dev.varve.engine.model.ReclaimResult;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/// Runs a reclaim: a row of commits, each of bounded size, so that writers get their turn and an
/// interrupt loses little. See [Reclaim] for what makes it safe.
final class Reclaimer {
    private static final int CLEANED_PER_COMMIT = 50_000;

    /// Objects deleted, and forgotten by one commit.
    private static final int DELETED_PER_COMMIT = 10_000;

    /// Objects deleted before an interrupt is looked for.
    private static final int DELETED_AT_ONCE = 1000;

    /// Live bytes copied for one commit, about.
    private static final long COPIED_PER_COMMIT = 256L << 20;

    private final Pool pool;
    private final ObjectStore store;
    private final Clock clock;
    private final ReclaimOptions options;
    private final Consumer<ReclaimProgress> progress;
    private final Pace pace;

    private long keptSubvolumes;
    private long liveBytes;
    private long unusedBytes;
    private Reclaim.Moved moved = new Reclaim.Moved(0, 0, 0, 0, 0);
    private long strays;
    private long deletedObjects;
    private long deletedBytes;
    private long waitingObjects;
    private long waitingBytes;
    private long abandoned;

    Reclaimer(
            Pool pool,
            ObjectStore store,
            Clock clock,
            ReclaimOptions options,
            Consumer<ReclaimProgress> progress) {
        this.pool = pool;
        this.store = store;
        this.clock = clock;
        this.options = options;
        this.progress = progress;
        this.pace = new Pace(clock, options.bytesPerSecond());
    }

    ReclaimResult run() throws IOException {
        if (!options.dryRun()) {
            clean();
        }
        pack();
        delete();
        if (!options.dryRun()) {
            dropAbandoned();
        }
        try (ReadView view = pool.read()) {
            for (Scan<DeletedSubvolume> kept = view.deletedSubvolumes(); kept.advance(); ) {
                keptSubvolumes++;
            }
            return new ReclaimResult(
                    view.generation(),
                    keptSubvolumes,
                    liveBytes,
                    unusedBytes,
                    moved.rewritten(),
                    moved.empty(),
                    moved.copiedBytes(),
                    moved.written(),
                    moved.damaged(),
                    strays,
                    deletedObjects,
                    deletedBytes,
                    waitingObjects,
                    waitingBytes,
                    abandoned);
        }
    }

    private Timestamp now() {
        return Timestamp.of(clock.instant());
    }

    private static void requireNotInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("reclaim interrupted");
        }
    }

    /// Frees what deleted subvolumes held whose grace has ended.
    private void clean() throws IOException {
        boolean more = true;
        for (long commits = 0; more; commits++) {
            requireNotInterrupted();
            progress.accept(new ReclaimProgress(Stage.CLEANING, commits, 0, 0));
            try (WriteTransaction transaction = pool.begin()) {
                more = transaction.clean(CLEANED_PER_COMMIT, options.grace());
                transaction.commit();
            }
        }
    }

    /// Phase 1: whatever is chosen at the beginning; what becomes sparse meanwhile is left to the
    /// next reclaim, so that this one ends.
    private void pack() throws IOException {
        Deque<ObjectUse> chosen;
        try (Pool.Writing writing = pool.beginWriting()) {
            Reclaim reclaim = writing.commit().reclaim();
            Reclaim.Usage usage = reclaim.usage();
            liveBytes = usage.liveBytes();
            unusedBytes = usage.unusedBytes();
            chosen =
                    new ArrayDeque<>(
                            PackingChoice.of(options, usage.objects(), liveBytes, unusedBytes));
            strays = reclaim.doomStrays(store.list(PackFormat.PREFIX), now());
            if (strays > 0 && !options.dryRun()) {
                writing.commit().finish(now());
            }
        }
        if (options.dryRun()) {
            for (ObjectUse use : chosen) {
                boolean dead = use.isDead();
                add(new Reclaim.Moved(dead ? 0 : 1, dead ? 1 : 0, use.liveBytes(), 0, 0));
            }
            return;
        }
        long total = chosen.size();
        while (!chosen.isEmpty()) {
            requireNotInterrupted();
            report(Stage.PACKING, total - chosen.size(), total);
            move(next(chosen));
        }
    }

    private static List<Long> next(Deque<ObjectUse> chosen) {
        List<Long> numbers = new ArrayList<>();
        long bytes = 0;
        while (!chosen.isEmpty() && bytes < COPIED_PER_COMMIT) {
            ObjectUse use = chosen.removeFirst();
            bytes += use.liveBytes();
            numbers.add(use.number());
        }
        return numbers;
    }

    private void move(List<Long> numbers) throws IOException {
        try (Pool.Writing writing = pool.beginWriting()) {
            Timestamp now = now();
            Reclaim.Moved step = writing.commit().reclaim().move(numbers, now, pace::take);
            if (step.rewritten() + step.empty() > 0) {
                writing.commit().finish(now);
            }
            add(step);
        }
    }

    private void add(Reclaim.Moved step) {
        moved =
                new Reclaim.Moved(
                        moved.rewritten() + step.rewritten(),
                        moved.empty() + step.empty(),
                        moved.copiedBytes() + step.copiedBytes(),
                        moved.written() + step.written(),
                        moved.damaged() + step.damaged());
    }

    private void report(Stage stage, long done, long total) {
        progress.accept(new ReclaimProgress(stage, done, total, moved.copiedBytes()));
    }

    /// Phase 2: deletes what was doomed more than the grace ago, if no reader of this process holds
    /// a state that may need it.
    private void delete() throws IOException {
        boolean more = true;
        while (more) {
            requireNotInterrupted();
            report(Stage.DELETING, deletedObjects, 0);
            try (Pool.Writing writing = pool.beginWriting()) {
                Reclaim reclaim = writing.commit().reclaim();
                long oldest = pool.pins().oldest();
                List<DoomedObject> due =
                        reclaim.doomed(object -> mayGo(object, oldest), DELETED_PER_COMMIT);
                more = due.size() == DELETED_PER_COMMIT && !options.dryRun();
                if (!more) {
                    countWaiting(reclaim, oldest);
                }
                if (options.dryRun()) {
                    due.forEach(this::count);
                } else if (!due.isEmpty()) {
                    delete(reclaim, due);
                    writing.commit().finish(now());
                }
            }
        }
    }

    /// Whoever still writes there began within the grace. Without one nobody else does.
    private void dropAbandoned() throws IOException {
        abandoned =
                store.dropAbandoned(
                        options.grace().isZero()
                                ? Instant.MAX
                                : clock.instant().minus(options.grace()));
    }

    private boolean mayGo(DoomedObject object, long oldestReader) {
        boolean graceEnded =
                options.grace().isZero()
                        || object.since().seconds()
                                < clock.instant().minus(options.grace()).getEpochSecond();
        return graceEnded && object.generation() <= oldestReader;
    }

    private void countWaiting(Reclaim reclaim, long oldestReader) throws IOException {
        reclaim.doomed(
                object -> {
                    if (!mayGo(object, oldestReader)) {
                        waitingObjects++;
                        waitingBytes += object.sizeBytes();
                    }
                    return false;
                },
                1);
    }

    /// Cut off anywhere here, the objects are still doomed.
    private void delete(Reclaim reclaim, List<DoomedObject> due) throws IOException {
        List<String> names = new ArrayList<>();
        for (DoomedObject object : due) {
            if (!reclaim.isNeeded(object)) {
                names.add(PackFormat.objectName(object.number()));
                count(object);
            }
            reclaim.forget(object);
        }
        for (int from = 0; from < names.size(); from += DELETED_AT_ONCE) {
            requireNotInterrupted();
            store.deleteAll(names.subList(from, Math.min(names.size(), from + DELETED_AT_ONCE)));
        }
    }

    private void count(DoomedObject gone) {
        deletedObjects++;
        deletedBytes += gone.sizeBytes();
    }
}
