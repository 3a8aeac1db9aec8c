package dev.varve.engine;

import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CheckProgress;
import dev.varve.engine.model.CheckResult;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.PoolEvent;
import dev.varve.engine.model.RepairResult;
import dev.varve.engine.model.RepairStep;
import dev.varve.engine.model.ScrubOptions;
import dev.varve.engine.model.ScrubStatus;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.repair.Repair;
import dev.varve.engine.repair.Rescue;
import dev.varve.engine.scrub.Scrub;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/// What keeps a pool healthy over the years, and mends one that is not: it needs a store, not a
/// pool that can be opened.
public final class PoolCare {
    private final ObjectStore store;
    private final Clock clock;
    private final Consumer<PoolEvent> events;

    public PoolCare(ObjectStore store, Clock clock) {
        this(store, clock, _ -> {});
    }

    /// @param events told of what is found and done
    public PoolCare(ObjectStore store, Clock clock, Consumer<PoolEvent> events) {
        this.store = store;
        this.clock = clock;
        this.events = events;
    }

    /// A scrub that has come to its end or was cancelled.
    ///
    /// @param poolId the pool's id
    public record Scrubbed(UUID poolId, Optional<ScrubStatus> status) {}

    /// Reads the pool's objects and compares them with their checksums, from the beginning. Needs
    /// no key and takes no lock.
    ///
    /// @param findings told of each damage at once
    /// @param progress told often how far it is
    /// @throws dev.varve.engine.model.PoolBusyException if a scrub is at work
    /// @throws java.io.InterruptedIOException if the thread is interrupted; the position is kept
    public ScrubStatus scrub(
            ScrubOptions options, Consumer<Finding> findings, Consumer<ScrubStatus> progress)
            throws IOException {
        return new Scrub(store, clock, watched(findings), progress, events).start(options);
    }

    /// Goes on with a scrub that was cancelled or interrupted.
    ///
    /// @return empty if there is none
    public Optional<ScrubStatus> resumeScrub(
            Consumer<Finding> findings, Consumer<ScrubStatus> progress) throws IOException {
        return new Scrub(store, clock, watched(findings), progress, events).resume();
    }

    /// The pool's id and how its newest scrub stands.
    public Scrubbed scrubStatus() throws IOException {
        Scrub scrub = quiet();
        return new Scrubbed(scrub.poolId(), scrub.status());
    }

    /// Asks a running scrub, of whatever process, to stop.
    ///
    /// @return false if none is running
    public boolean cancelScrub() throws IOException {
        return quiet().cancel();
    }

    private Scrub quiet() throws IOException {
        return new Scrub(store, clock, _ -> {}, _ -> {}, _ -> {});
    }

    /// Checks the pool and mends what can be proved.
    ///
    /// @param dryRun only says what would be done
    /// @param steps told of each step before it is taken
    /// @throws dev.varve.engine.model.PoolBusyException if a writer is at work
    /// @throws dev.varve.engine.model.CorruptionException if it cannot be mended; whatever was not
    ///   told as a step is as before
    public RepairResult repair(
            CheckOptions options,
            boolean dryRun,
            Consumer<Finding> findings,
            Consumer<RepairStep> steps,
            Consumer<CheckProgress> progress)
            throws IOException {
        return new Repair(store, clock, dryRun, told(steps, dryRun))
                .run(options, watched(findings), progress);
    }

    /// Finds a pool again whose newest head cannot be read, from its packs alone.
    ///
    /// @param unlocking asked for secrets if the pool is sealed
    /// @param dryRun only says what would be done
    /// @param findings told of what is lost in what was found
    /// @param steps told of each step before it is taken
    /// @return no steps if the newest head can be read
    public RepairResult rescue(
            Unlocking unlocking,
            boolean dryRun,
            Consumer<Finding> findings,
            Consumer<RepairStep> steps)
            throws IOException {
        return new Rescue(store, clock, dryRun, told(steps, dryRun))
                .run(unlocking, watched(findings));
    }

    /// As [Pool#check], and tells of what is wrong.
    public CheckResult check(
            CheckOptions options, Consumer<Finding> findings, Consumer<CheckProgress> progress)
            throws IOException {
        return Pool.check(store, options, watched(findings), progress);
    }

    private Consumer<Finding> watched(Consumer<Finding> findings) {
        return finding -> {
            if (!finding.isWarning()) {
                events.accept(new PoolEvent.MismatchDetected(finding));
            }
            findings.accept(finding);
        };
    }

    private Consumer<RepairStep> told(Consumer<RepairStep> steps, boolean dryRun) {
        return step -> {
            steps.accept(step);
            if (!dryRun) {
                events.accept(new PoolEvent.MismatchRepaired(step));
            }
        };
    }
}
