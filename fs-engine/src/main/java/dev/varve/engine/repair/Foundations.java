package dev.varve.engine.repair;

import dev.varve.engine.check.PoolIdentity;
import dev.varve.engine.commit.Heads;
import dev.varve.engine.commit.WriterNumbers;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.HeadFormat;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PoolFormat;
import dev.varve.engine.format.PoolRecord;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.RepairStep;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.ContentKey;
import dev.varve.engine.pack.Sealer;
import dev.varve.engine.seal.DamagedKey;
import dev.varve.engine.seal.PoolKeys;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The small objects that a pool stands on: its own, the writers' claims, and the row of heads.
final class Foundations {
    private static final int MAX_POOL_BYTES = 1 << 20;
    private static final int MAX_HEAD_BYTES = 64 << 20;
    private static final int DEFAULT_LEVEL = 3;

    private final ObjectStore store;
    private final PoolIdentity pool;
    private final Heads heads;
    private final Sealer sealer;
    private final boolean dryRun;
    private final Consumer<RepairStep> steps;
    private final Quarantine quarantine;

    /// @param steps told of each step before it is taken
    Foundations(Patient patient, boolean dryRun, Consumer<RepairStep> steps) throws IOException {
        this.store = patient.store();
        this.pool = patient.access().identity();
        this.heads = patient.heads();
        this.sealer = patient.access().sealer();
        this.dryRun = dryRun;
        this.steps = steps;
        this.quarantine = new Quarantine(store);
    }

    /// The pool's own object; of one that cannot be read only the id is known, and the rest is as
    /// for a new pool.
    PoolRecord mendPool() throws IOException {
        Optional<PoolRecord> known = readPool();
        if (known.isPresent()) {
            return known.get();
        }
        PoolRecord record =
                new PoolRecord(
                        pool.poolId(),
                        Timestamp.EPOCH,
                        ChecksumKind.XXH3.id(),
                        DEFAULT_LEVEL,
                        pool.sealed(),
                        pool.sealed() ? new byte[0] : newContentKey(),
                        "");
        steps.accept(
                new RepairStep(
                        PoolFormat.NAME,
                        "write it anew with the id that the heads or packs tell; "
                                + (pool.sealed() ? "" : "label and ")
                                + "time of creation "
                                + (pool.sealed() ? "is lost" : "are lost")));
        if (!dryRun) {
            replace(PoolFormat.NAME, PoolFormat.write(record));
        }
        return record;
    }

    /// What was stored under the lost key is not found again by its content; nothing else depends
    /// on it.
    private static byte[] newContentKey() {
        byte[] key = new byte[ContentKey.BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private Optional<PoolRecord> readPool() throws IOException {
        try {
            byte[] bytes =
                    store.get(PoolFormat.NAME, new ByteRange.From(0, MAX_POOL_BYTES)).bytes();
            PoolRecord record = PoolFormat.read(PoolFormat.NAME, bytes);
            ChecksumKind.of(PoolFormat.NAME, record.checksum());
            return Optional.of(record)
                    .filter(found -> found.poolId().equals(pool.poolId()))
                    .filter(found -> found.sealed() == pool.sealed());
        } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
            return Optional.empty();
        }
    }

    private void replace(String name, byte[] bytes) throws IOException {
        try {
            quarantine.remove(name);
        } catch (NoSuchFileException _) {
            // It was missing.
        }
        quarantine.put(name, bytes);
    }

    /// Of each key object there are two: the sound one is copied. A slot of which both are damaged
    /// opens nothing any more.
    void mendKeys(PoolKeys keys) throws IOException {
        List<DamagedKey> damaged = new ArrayList<>();
        keys.findDamage(damaged::add);
        for (DamagedKey key : damaged) {
            boolean hasTwin = key.twin().length > 0;
            String action =
                    hasTwin
                            ? "write it anew as its twin is"
                            : "take it away: it opens nothing, and its twin is damaged too";
            if (!hasTwin && key.isMissing()) {
                continue;
            }
            steps.accept(new RepairStep(key.object(), action));
            if (dryRun) {
                continue;
            }
            if (!key.isMissing()) {
                quarantine.remove(key.object());
            }
            if (hasTwin) {
                quarantine.put(key.object(), key.twin());
            }
        }
    }

    /// The highest writer's number must stay claimed, else it is given out twice.
    void mendClaims() throws IOException {
        WriterNumbers numbers = new WriterNumbers(store, pool.poolId());
        int highest = numbers.highest();
        List<String> damaged = new ArrayList<>();
        numbers.findDamage((name, _) -> damaged.add(name));
        for (String name : damaged) {
            steps.accept(new RepairStep(name, "write the claim anew"));
            if (!dryRun) {
                quarantine.remove(name);
                numbers.restore(highest);
            }
        }
        int used = 0;
        for (Scan<StoredObject> all = store.list(PackFormat.PREFIX); all.advance(); ) {
            long pack = PackFormat.packNumber(all.current().name());
            used = Math.max(used, pack == 0 ? 0 : BlockAddress.writer(pack));
        }
        if (used > highest) {
            steps.accept(new RepairStep("writers", "claim number " + used + " again"));
            if (!dryRun) {
                numbers.restore(used);
            }
        }
    }

    /// Heads in a row: whichever is damaged or missing between others says what the one before it
    /// says. Those before the oldest sound one go.
    ///
    /// @return the newest sound head; null if there is none
    @Nullable Head mendHeads() throws IOException {
        List<Long> generations = heads.generations();
        TreeMap<Long, Optional<Head>> row = new TreeMap<>();
        Map<Long, Head> misplaced = new HashMap<>();
        for (long generation : generations) {
            Optional<Head> head = read(generation, generations);
            row.put(generation, head.filter(h -> h.generation() == generation));
            head.filter(h -> h.generation() != generation)
                    .ifPresent(h -> misplaced.put(h.generation(), h));
        }
        Head before = null;
        long last = row.isEmpty() ? -1 : row.lastKey();
        long first = row.isEmpty() ? 0 : row.firstKey();
        for (long generation = first; generation <= last; generation++) {
            Optional<Head> head = row.getOrDefault(generation, Optional.empty());
            if (head.isEmpty() && misplaced.containsKey(generation)) {
                head = Optional.of(misplaced.get(generation));
                mendHead(head.get(), "put back what another name had", row.containsKey(generation));
            }
            if (head.isPresent()) {
                before = head.get();
            } else {
                mendHead(generation, before, row.containsKey(generation));
            }
        }
        return before;
    }

    /// A head of this pool, whatever generation it is of: a sealed one opens under its own name
    /// alone, so others are tried.
    private Optional<Head> read(long generation, List<Long> generations) throws IOException {
        String name = HeadFormat.name(generation);
        byte[] bytes;
        try {
            bytes = store.get(name, new ByteRange.From(0, MAX_HEAD_BYTES)).bytes();
        } catch (NoSuchFileException | CorruptionException _) {
            return Optional.empty();
        }
        Optional<Head> head = read(name, bytes);
        for (long other : pool.sealed() ? generations : List.<Long>of()) {
            head = head.isPresent() ? head : read(HeadFormat.name(other), bytes);
        }
        return head;
    }

    private Optional<Head> read(String name, byte[] bytes) throws IOException {
        try {
            return Optional.of(HeadFormat.read(name, sealer.openObject(name, bytes)))
                    .filter(head -> head.poolId().equals(pool.poolId()));
        } catch (CorruptionException | UnsupportedFormatException _) {
            return Optional.empty();
        }
    }

    private void mendHead(long generation, @Nullable Head before, boolean isThere)
            throws IOException {
        if (before != null) {
            String action = "let it say what generation " + before.generation() + " says";
            mendHead(before.renumbered(generation), action, isThere);
        } else if (isThere) {
            String name = HeadFormat.name(generation);
            steps.accept(new RepairStep(name, "take it away: no older head can take its place"));
            if (!dryRun) {
                quarantine.remove(name);
            }
        }
    }

    private void mendHead(Head head, String action, boolean isThere) throws IOException {
        String name = HeadFormat.name(head.generation());
        steps.accept(new RepairStep(name, action));
        if (dryRun) {
            return;
        }
        if (isThere) {
            quarantine.remove(name);
        }
        heads.create(head);
    }
}
