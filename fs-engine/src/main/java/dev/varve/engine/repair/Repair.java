package dev.varve.engine.repair;

import dev.varve.engine.check.Check;
import dev.varve.engine.check.PoolAccess;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.PoolRecord;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CheckProgress;
import dev.varve.engine.model.CheckResult;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.RepairResult;
import dev.varve.engine.model.RepairStep;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.seal.PoolKeys;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.WriterLock;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// Mends what can be proved: heads from older heads, the books (reference counts, packs, free
/// space) from trees and packs, claims and the pool's own object. What holds files is never
/// touched: what is lost stays lost, and named.
///
/// ```
/// check -> pool object, keys, claims -> heads in a row -> books, checked before the head is made
/// ```
public final class Repair {
    private final ObjectStore store;
    private final Clock clock;
    private final boolean dryRun;
    private final Consumer<RepairStep> steps;
    private int taken;

    /// @param dryRun only says what would be done
    /// @param steps told of each step before it is taken
    public Repair(ObjectStore store, Clock clock, boolean dryRun, Consumer<RepairStep> steps) {
        this.store = store;
        this.clock = clock;
        this.dryRun = dryRun;
        this.steps = steps;
    }

    /// Checks and mends.
    ///
    /// @param findings told of what the check at the beginning finds
    /// @throws dev.varve.engine.model.PoolBusyException if a writer is at work
    /// @throws CorruptionException if no head is left, or the books cannot be written; whatever was
    ///   not told as a step is as before
    public RepairResult run(
            CheckOptions options, Consumer<Finding> findings, Consumer<CheckProgress> progress)
            throws IOException {
        try (PoolAccess access = new PoolAccess(store, options.unlocking())) {
            Patient patient = new Patient(store, access);
            if (dryRun) {
                return mend(patient, options, findings, progress);
            }
            try (WriterLock _ = store.lock(Duration.ZERO)) {
                return mend(patient, options, findings, progress);
            }
        }
    }

    private RepairResult mend(
            Patient patient,
            CheckOptions options,
            Consumer<Finding> findings,
            Consumer<CheckProgress> progress)
            throws IOException {
        boolean[] books = {false};
        CheckResult before =
                Check.run(
                        patient.access(),
                        options,
                        finding -> {
                            books[0] |= Mendable.isOfBooks(finding);
                            findings.accept(finding);
                        },
                        progress);
        Foundations foundations = new Foundations(patient, dryRun, this::step);
        PoolRecord pool = foundations.mendPool();
        mendKeys(patient, foundations);
        foundations.mendClaims();
        Head base = foundations.mendHeads();
        if (base == null && before.errors() > 0) {
            throw new CorruptionException(
                    store.location() + "/heads", "a head to start from", "none; see varve rescue");
        }
        if (books[0] && base != null) {
            step(
                    new RepairStep(
                            "books",
                            "count all references and list all packs anew, in a new commit"));
            if (!dryRun) {
                long newest = patient.heads().generations().getLast();
                Writing.commit(patient, pool, base, newest + 1, Timestamp.of(clock.instant()));
            }
        }
        return result(patient, options, before, base == null ? 0 : base.generation());
    }

    static void mendKeys(Patient patient, Foundations foundations) throws IOException {
        Optional<PoolKeys> keys = patient.access().keys();
        if (keys.isPresent()) {
            foundations.mendKeys(keys.get());
        }
    }

    private RepairResult result(
            Patient patient, CheckOptions options, CheckResult before, long generation)
            throws IOException {
        if (dryRun) {
            return new RepairResult(taken, generation, before.errors(), -1);
        }
        CheckResult after =
                taken == 0 ? before : Check.run(patient.access(), options, _ -> {}, _ -> {});
        return new RepairResult(taken, after.generation(), before.errors(), after.errors());
    }

    private void step(RepairStep step) {
        taken++;
        steps.accept(step);
    }
}
