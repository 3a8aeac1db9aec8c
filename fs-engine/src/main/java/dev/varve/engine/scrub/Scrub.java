package dev.varve.engine.scrub;

import dev.varve.engine.check.PoolAccess;
import dev.varve.engine.check.PoolIdentity;
import dev.varve.engine.check.SalvageStore;
import dev.varve.engine.format.Envelope;
import dev.varve.engine.format.HeadFormat;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.format.PoolFormat;
import dev.varve.engine.format.ScrubFormat.Name;
import dev.varve.engine.format.ScrubRecord;
import dev.varve.engine.format.ScrubRecord.Verified;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.PoolEvent;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.ScrubOptions;
import dev.varve.engine.model.ScrubStatus;
import dev.varve.engine.model.ScrubStatus.State;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.PackReader;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/// Reads a pool's objects and compares every byte with its checksum. Needs no key, takes no lock,
/// and knows nothing of what the blocks are: that an object is missing, a check tells.
///
/// ```
/// pool, heads, keys, claims, always -> packs in order of their numbers, those not read for longest
/// ```
///
/// The position is the last pack done. Heap: one segment of 8,192 packs, and a few megabytes read.
public final class Scrub {
    private static final String PACKS = "packs/";
    private static final List<String> SMALL = List.of(HeadFormat.PREFIX, "keys/", "writers/");
    private static final int MAX_SMALL_BYTES = 64 << 20;

    private final ObjectStore store;
    private final Clock clock;
    private final UUID poolId;
    private final ScrubLog log;
    private final Consumer<Finding> findings;
    private final Consumer<ScrubStatus> progress;
    private final Consumer<PoolEvent> events;

    /// @param findings told of each damage at once
    /// @param progress told often how far the scrub is
    /// @param events told when it starts and ends
    public Scrub(
            ObjectStore store,
            Clock clock,
            Consumer<Finding> findings,
            Consumer<ScrubStatus> progress,
            Consumer<PoolEvent> events)
            throws IOException {
        this.events = events;
        this.store = store;
        this.clock = clock;
        this.poolId = PoolIdentity.find(store).poolId();
        this.log = new ScrubLog(store, poolId);
        this.findings = findings;
        this.progress = progress;
    }

    public UUID poolId() {
        return poolId;
    }

    /// The newest run; empty if there never was one.
    public Optional<ScrubStatus> status() throws IOException {
        return log.newest().map(ScrubRecord::status);
    }

    /// Asks a running scrub, of whatever process, to stop; one that died counts as stopped.
    ///
    /// @return false if none is running
    public boolean cancel() throws IOException {
        Optional<ScrubRecord> newest = log.newest();
        if (newest.isEmpty() || newest.get().status().state() != State.RUNNING) {
            return false;
        }
        log.cancel(newest.get().status().run());
        return newest.get().status().stateAt(now()) == State.RUNNING;
    }

    /// Starts from the beginning.
    ///
    /// @throws PoolBusyException if a scrub is at work
    /// @throws InterruptedIOException if the thread is interrupted; the position is kept
    public ScrubStatus start(ScrubOptions options) throws IOException {
        requireIdle();
        Selection.Survey survey = survey(options);
        Selection selection = survey.decide();
        Timestamp now = now();
        ScrubStatus status =
                new ScrubStatus(
                        log.newestRun() + 1,
                        State.RUNNING,
                        now,
                        now,
                        0,
                        options,
                        survey.selectedBytes(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        Timestamp.EPOCH);
        ScrubRecord from =
                new ScrubRecord(
                        poolId,
                        0,
                        status,
                        0,
                        selection.thresholdDay(),
                        selection.quotaBytes(),
                        List.of());
        return run(new Journal(log, clock, from, 0));
    }

    /// Goes on where the newest run stopped, with its options.
    ///
    /// @return empty if there is nothing to go on with
    /// @throws PoolBusyException if a scrub is at work
    /// @throws InterruptedIOException if the thread is interrupted; the position is kept
    public Optional<ScrubStatus> resume() throws IOException {
        requireIdle();
        Optional<ScrubRecord> newest = log.newest();
        if (newest.isEmpty() || newest.get().status().state() == State.FINISHED) {
            return Optional.empty();
        }
        ScrubRecord from = newest.get();
        int run = from.status().run();
        log.uncancel(run);
        int revision = 0;
        for (Name name : log.segments()) {
            if (name.run() == run && name.segment() == from.segment()) {
                revision = name.revision() + 1;
            }
        }
        return Optional.of(run(new Journal(log, clock, from, revision)));
    }

    private Timestamp now() {
        return Timestamp.of(clock.instant());
    }

    private void requireIdle() throws IOException {
        Optional<ScrubStatus> status = status();
        if (status.isPresent()
                && status.get().stateAt(now()) == State.RUNNING
                && !log.isCancelled(status.get().run())) {
            throw new PoolBusyException("a scrub is running since " + status.get().started());
        }
    }

    private Selection.Survey survey(ScrubOptions options) throws IOException {
        Selection.Survey survey = new Selection.Survey(options, clock.instant().getEpochSecond());
        Coverage coverage = new Coverage(log);
        for (Scan<StoredObject> packs = store.list(PACKS); packs.advance(); ) {
            long number = PackFormat.packNumber(packs.current().name());
            if (number != 0) {
                survey.add(coverage.of(number), packs.current().sizeBytes());
            }
        }
        return survey;
    }

    private ScrubStatus run(Journal journal) throws IOException {
        journal.write(State.RUNNING);
        boolean resumed = journal.position() > 0;
        events.accept(new PoolEvent.ScrubStarted(journal.status().run(), resumed));
        try {
            new Run(journal).everything();
            journal.write(State.FINISHED);
            log.deleteBefore(journal.status().run());
        } catch (CancelledException _) {
            journal.write(State.CANCELLED);
            log.uncancel(journal.status().run());
        } catch (IOException | RuntimeException e) {
            boolean interrupted = Thread.interrupted();
            try {
                journal.write(State.INTERRUPTED);
                events.accept(new PoolEvent.ScrubEnded(journal.status()));
            } catch (IOException late) {
                e.addSuppressed(late);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            throw e;
        }
        events.accept(new PoolEvent.ScrubEnded(journal.status()));
        return journal.status();
    }

    /// Someone asked the run to stop.
    private static final class CancelledException extends IOException {
        private static final long serialVersionUID = 1;

        CancelledException() {
            super("scrub cancelled");
        }
    }

    /// One pass.
    private final class Run {
        private final Journal journal;
        private final ObjectStore reader;

        Run(Journal journal) {
            this.journal = journal;
            long rate = journal.status().options().bytesPerSecond();
            this.reader = new SalvageStore(new ThrottledStore(store, rate, this::beat));
        }

        private void beat(long bytes) throws IOException {
            journal.read(bytes);
            progress.accept(journal.status());
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("scrub interrupted");
            }
            if (journal.isDue()) {
                if (log.isCancelled(journal.status().run())) {
                    throw new CancelledException();
                }
                journal.write(State.RUNNING);
            }
        }

        void everything() throws IOException {
            if (journal.position() == 0) {
                small(PoolFormat.NAME);
                for (String prefix : SMALL) {
                    for (Scan<StoredObject> all = store.list(prefix); all.advance(); ) {
                        small(all.current().name());
                    }
                }
            }
            Coverage coverage = new Coverage(log);
            long start = journal.position();
            try (BlockStore blocks = readOnly()) {
                for (Scan<StoredObject> packs = store.list(PACKS); packs.advance(); ) {
                    StoredObject object = packs.current();
                    long number = PackFormat.packNumber(object.name());
                    if (number > start) {
                        pack(blocks, object, coverage.of(number));
                    }
                }
            }
        }

        private BlockStore readOnly() {
            return PoolAccess.storedBlocks(reader, poolId);
        }

        /// An object in an envelope.
        private void small(String name) throws IOException {
            try {
                byte[] bytes = reader.get(name, new ByteRange.From(0, MAX_SMALL_BYTES)).bytes();
                Envelope.requireIntact(name, bytes);
            } catch (NoSuchFileException _) {
                if (name.equals(PoolFormat.NAME)) {
                    damaged(name, "is missing");
                    journal.error();
                }
            } catch (CorruptionException e) {
                damaged(name, String.valueOf(e.getMessage()));
                journal.error();
            }
        }

        private void pack(BlockStore blocks, StoredObject object, Verified last)
                throws IOException {
            if (!journal.selection().takes(last, object.sizeBytes())) {
                journal.done(last, false, 0);
                return;
            }
            Tally tally = new Tally();
            try {
                read(blocks.openPack(object.name()), tally);
            } catch (NoSuchFileException _) {
                // Reclaimed since the listing.
                return;
            } catch (CorruptionException | UnsupportedFormatException e) {
                damaged(object.name(), String.valueOf(e.getMessage()));
                tally.errors++;
            }
            long verified = tally.errors == 0 ? clock.instant().getEpochSecond() : 0;
            journal.done(new Verified(last.object(), verified, tally.errors), true, tally.blocks);
            progress.accept(journal.status());
        }

        private void read(PackReader pack, Tally tally) throws IOException {
            try {
                pack.verifyHeader();
            } catch (CorruptionException | UnsupportedFormatException e) {
                damaged(pack.objectName(), String.valueOf(e.getMessage()));
                tally.errors++;
            }
            for (long number : pack.packNumbers()) {
                PackTable table;
                try {
                    table = pack.table(number);
                } catch (CorruptionException e) {
                    damaged(pack.objectName(), String.valueOf(e.getMessage()));
                    tally.errors++;
                    continue;
                }
                for (int slot = 0; slot < table.slots(); slot++) {
                    tally.blocks += table.slot(slot).isPresent() ? 1 : 0;
                }
                pack.verify(
                        table,
                        (_, damage) -> {
                            damaged(pack.objectName(), String.valueOf(damage.getMessage()));
                            tally.errors++;
                        });
            }
        }

        private void damaged(String object, String detail) {
            findings.accept(new Finding.DamagedObject(object, detail));
        }
    }

    private static final class Tally {
        int errors;
        long blocks;
    }
}
