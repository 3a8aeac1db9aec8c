package dev.varve.engine.repair;

import dev.varve.engine.check.Check;
import dev.varve.engine.check.PoolIdentity;
import dev.varve.engine.check.RootProbe;
import dev.varve.engine.check.SalvageStore;
import dev.varve.engine.commit.Heads;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.HeadFormat;
import dev.varve.engine.format.PoolRecord;
import dev.varve.engine.format.SubvolumeRecord.Root;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CheckResult;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.RepairResult;
import dev.varve.engine.model.RepairStep;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.PackLocator;
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

/// Finds a pool again whose newest heads are lost: looks through all metadata packs for root trees,
/// takes the newest that is whole, and commits it with books made anew. It may be one that a writer
/// had finished and not yet committed when it was stopped.
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
    /// @param findings told of what is lost in it
    /// @return no steps if the newest head can be read
    /// @throws dev.varve.engine.model.NoPoolException if there is neither head nor pack
    /// @throws CorruptionException if no pack holds a root tree
    public RepairResult run(Consumer<Finding> findings) throws IOException {
        if (dryRun) {
            return rescue(findings);
        }
        try (WriterLock _ = store.lock(Duration.ZERO)) {
            return rescue(findings);
        }
    }

    private RepairResult rescue(Consumer<Finding> findings) throws IOException {
        UUID poolId = PoolIdentity.find(store);
        long newest = newestHead(poolId);
        if (newest > 0) {
            return new RepairResult(0, newest, 0, 0);
        }
        Found found = find(poolId);
        step(
                new RepairStep(
                        "heads",
                        "take the root tree of generation %d, %d subvolumes, %d of them unreadable"
                                .formatted(
                                        found.root().generation(),
                                        found.probe().subvolumes(),
                                        found.probe().unreadable())));
        Foundations foundations = new Foundations(store, poolId, dryRun, this::step);
        PoolRecord pool = foundations.mendPool();
        foundations.mendClaims();
        foundations.mendHeads();
        if (dryRun) {
            return new RepairResult(taken, found.root().generation(), 0, -1);
        }
        List<Long> heads = new Heads(store, poolId).generations();
        long last = heads.isEmpty() ? 0 : heads.getLast();
        long generation = 1 + Math.max(found.newestNode(), last);
        if (last > 0) {
            fillUpTo(generation, last, poolId);
        }
        Head base = base(poolId, generation - 1, found.root(), found.probe().nextSubvolume());
        Head head = Writing.commit(store, pool, base, generation, Timestamp.of(clock.instant()));
        CheckResult after = Check.run(store, CheckOptions.defaults(), findings, _ -> {});
        return new RepairResult(taken, head.generation(), 0, after.errors());
    }

    /// The generation of the newest head if it can be read, else 0.
    private long newestHead(UUID poolId) throws IOException {
        Heads heads = new Heads(new SalvageStore(store), poolId);
        List<Long> generations = heads.generations();
        if (generations.isEmpty()) {
            return 0;
        }
        try {
            return heads.load(generations.getLast()).generation();
        } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
            return 0;
        }
    }

    /// Heads stand in a row: those that were lost say what the last one says.
    private void fillUpTo(long generation, long last, UUID poolId) throws IOException {
        Head before = new Heads(store, poolId).load(last);
        Quarantine quarantine = new Quarantine(store);
        for (long at = Math.max(last + 1, generation - Heads.KEPT); at < generation; at++) {
            quarantine.put(HeadFormat.name(at), HeadFormat.write(before.renumbered(at)));
        }
    }

    /// @param newestNode the newest generation that any node tells
    private record Found(TreeRoot root, RootProbe probe, long newestNode) {}

    private Found find(UUID poolId) throws IOException {
        ObjectStore salvage = new SalvageStore(store);
        ScannedLocations locations;
        try (BlockStore first = PoolIdentity.readOnly(salvage, poolId, PackLocator.FIRST_OBJECT)) {
            locations = ScannedLocations.of(store, first);
        }
        try (BlockStore blocks = PoolIdentity.readOnly(salvage, poolId, locations)) {
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
