package dev.varve.engine.repair;

import dev.varve.engine.check.Check;
import dev.varve.engine.check.PoolAccess;
import dev.varve.engine.check.RootProbe;
import dev.varve.engine.commit.Heads;
import dev.varve.engine.commit.PackLocations;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.PoolRecord;
import dev.varve.engine.format.SubvolumeRecord.Root;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CheckResult;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.RepairResult;
import dev.varve.engine.model.RepairStep;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.WriterLock;
import dev.varve.engine.tree.TreeRoot;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/// Finds a pool again whose newest heads, or the root tree of the newest, are lost: looks through
/// all metadata packs for root trees, takes the newest that is whole, and commits it with books
/// made anew. It may be one that a writer had finished and not yet committed when it was stopped.
public final class Rescue {
    private final ObjectStore store;
    private final Clock clock;
    private final boolean dryRun;
    private final Consumer<RepairStep> steps;
    private int taken;

    /// @param dryRun only says what would be done
    /// @param steps told of each step before it is taken
    public Rescue(ObjectStore store, Clock clock, boolean dryRun, Consumer<RepairStep> steps) {
        this.store = store;
        this.clock = clock;
        this.dryRun = dryRun;
        this.steps = steps;
    }

    /// Looks for the pool, and commits what it finds.
    ///
    /// @param unlocking asked for secrets if the pool is sealed
    /// @param findings told of what is lost in it
    /// @return no steps if the newest head and its root tree can be read
    /// @throws dev.varve.engine.model.NoPoolException if there is neither head nor pack
    /// @throws CorruptionException if no pack holds a root tree
    public RepairResult run(Unlocking unlocking, Consumer<Finding> findings) throws IOException {
        try (PoolAccess access = new PoolAccess(store, unlocking)) {
            Patient patient = new Patient(store, access);
            if (dryRun) {
                return rescue(patient, findings);
            }
            try (WriterLock _ = store.lock(Duration.ZERO)) {
                return rescue(patient, findings);
            }
        }
    }

    private RepairResult rescue(Patient patient, Consumer<Finding> findings) throws IOException {
        long newest = newestHead(patient.access());
        if (newest > 0) {
            return new RepairResult(0, newest, 0, 0);
        }
        Found found = find(patient);
        step(
                new RepairStep(
                        "heads",
                        "take the root tree of generation %d, %d subvolumes, %d of them unreadable"
                                .formatted(
                                        found.root().generation(),
                                        found.probe().subvolumes(),
                                        found.probe().unreadable())));
        Foundations foundations = new Foundations(patient, dryRun, this::step);
        PoolRecord pool = foundations.mendPool();
        Repair.mendKeys(patient, foundations);
        foundations.mendClaims();
        foundations.mendHeads();
        if (dryRun) {
            return new RepairResult(taken, found.root().generation(), 0, -1);
        }
        List<Long> heads = patient.heads().generations();
        long last = heads.isEmpty() ? 0 : heads.getLast();
        long generation = 1 + Math.max(found.newestNode(), last);
        if (last > 0) {
            fillUpTo(patient, generation, last);
        }
        Head base =
                base(pool.poolId(), generation - 1, found.root(), found.probe().nextSubvolume());
        Head head = Writing.commit(patient, pool, base, generation, Timestamp.of(clock.instant()));
        CheckResult after = Check.run(patient.access(), CheckOptions.defaults(), findings, _ -> {});
        return new RepairResult(taken, head.generation(), 0, after.errors());
    }

    /// The generation of the newest head if it can be read, and its root tree too; else 0.
    private static long newestHead(PoolAccess access) throws IOException {
        Heads heads = new Heads(access.store(), access.poolId(), access.sealer());
        List<Long> generations = heads.generations();
        if (generations.isEmpty()) {
            return 0;
        }
        PackLocations locations = new PackLocations(heads);
        try (BlockStore blocks = access.blocks(locations)) {
            locations.readFrom(blocks);
            Head head = heads.load(generations.getLast());
            locations.use(head);
            return RootProbe.of(blocks, head).complete() ? head.generation() : 0;
        } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
            return 0;
        }
    }

    /// Heads stand in a row: those that were lost say what the last one says.
    private static void fillUpTo(Patient patient, long generation, long last) throws IOException {
        Heads heads = patient.heads();
        Head before = heads.load(last);
        for (long at = Math.max(last + 1, generation - Heads.KEPT); at < generation; at++) {
            heads.create(before.renumbered(at));
        }
    }

    /// @param newestNode the newest generation that any node tells
    private record Found(TreeRoot root, RootProbe probe, long newestNode) {}

    private Found find(Patient patient) throws IOException {
        UUID poolId = patient.access().poolId();
        try (BlockStore blocks = patient.access().blocks(ScannedLocations.of(patient))) {
            RootScan scan = RootScan.of(store, blocks);
            Found best = null;
            for (TreeRoot root : scan.newestFirst()) {
                RootProbe probe = RootProbe.of(blocks, base(poolId, root.generation(), root, 0));
                if (probe.isWhole()) {
                    return new Found(root, probe, scan.newestNode());
                }
                boolean better = best == null || (probe.complete() && !best.probe().complete());
                best = better ? new Found(root, probe, scan.newestNode()) : best;
            }
            if (best == null) {
                throw new CorruptionException(
                        store.location() + "/packs",
                        "a root tree",
                        "none in " + scan.nodesRead() + " nodes");
            }
            return best;
        }
    }

    private static Head base(UUID poolId, long generation, TreeRoot root, long nextSubvolume) {
        Root empty = Subvolumes.storedRoot(TreeRoot.EMPTY);
        return new Head(
                poolId,
                generation,
                Timestamp.EPOCH,
                nextSubvolume,
                Subvolumes.storedRoot(root),
                empty,
                empty,
                empty,
                List.of(),
                List.of(),
                0);
    }

    private void step(RepairStep step) {
        taken++;
        steps.accept(step);
    }
}
