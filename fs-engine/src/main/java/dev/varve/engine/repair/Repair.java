package dev.varve.engine.repair;

import dev.varve.engine.check.Check;
import dev.varve.engine.check.PoolAccess;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.PackFormat;
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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Mends what can be proved: heads from older heads, the books (reference counts, packs, free
/// space) from trees and packs, claims and the pool's own object, and blocks of content from others
/// of the same content. What is lost beyond that stays lost, and named.
///
/// ```
/// check -> pool object, keys, claims -> heads in a row -> packs, books; checked, then the new head
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
        Damaged damaged = new Damaged();
        CheckResult before =
                Check.run(
                        patient.access(),
                        options,
                        finding -> {
                            books[0] |= Mendable.isOfBooks(finding);
                            damaged.add(finding);
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
        if (base != null) {
            PackMending mending = TwinSearch.of(patient, pool, base, damaged);
            tell(mending);
            mendBooks(patient, pool, base, books[0], mending);
        }
        return result(patient, options, before, base == null ? 0 : base.generation());
    }

    private void tell(PackMending mending) {
        Map<String, Integer> packs = new TreeMap<>();
        for (long address : mending.twins().keySet()) {
            packs.merge(PackFormat.objectName(BlockAddress.packOf(address)), 1, Integer::sum);
        }
        packs.forEach((pack, blocks) ->
                step(
                        new RepairStep(
                                pack,
                                "write it anew, %d blocks from others of the same content"
                                        .formatted(blocks))));
        mending.tables()
                .objects()
                .forEach((object, broken) ->
                        step(
                                new RepairStep(
                                        PackFormat.objectName(object),
                                        ("write it anew with the table that its blocks prove:"
                                                        + " %d of them")
                                                .formatted(broken.blocks()))));
        if (mending.offered() > 0) {
            step(
                    new RepairStep(
                            "contents",
                            ("take %d damaged blocks for not there when their content comes again,"
                                            + " so that it is stored anew")
                                    .formatted(mending.offered())));
        }
    }

    private void mendBooks(
            Patient patient, PoolRecord pool, Head base, boolean wrong, PackMending mending)
            throws IOException {
        if (wrong) {
            step(
                    new RepairStep(
                            "books",
                            "count all references and list all packs anew, in a new commit"));
        }
        if (!dryRun && (wrong || mending.isNeeded())) {
            long newest = patient.heads().generations().getLast();
            Timestamp now = Timestamp.of(clock.instant());
            Writing.commit(patient, pool, base, newest + 1, now, mending);
        }
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
