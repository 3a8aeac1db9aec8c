package dev.varve.engine.repair;

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
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The small objects that a pool stands on: its own, the writers' claims, and the row of heads.
final class Foundations {
    private static final int MAX_POOL_BYTES = 1 << 20;
    private static final int MAX_HEAD_BYTES = 64 << 20;
    private static final int DEFAULT_LEVEL = 3;

    private final ObjectStore store;
    private final UUID poolId;
    private final boolean dryRun;
    private final Consumer<RepairStep> steps;
    private final Quarantine quarantine;

    /// @param steps told of each step before it is taken
    Foundations(ObjectStore store, UUID poolId, boolean dryRun, Consumer<RepairStep> steps) {
        this.store = store;
        this.poolId = poolId;
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
                        poolId,
                        Timestamp.EPOCH,
                        ChecksumKind.XXH3.id(),
                        DEFAULT_LEVEL,
                        newContentKey(),
                        "");
        steps.accept(
                new RepairStep(
                        PoolFormat.NAME,
                        "write it anew with the id that the heads or packs tell;"
                                + " label and time of creation are lost"));
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
            return Optional.of(record).filter(pool -> pool.poolId().equals(poolId));
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

    /// The highest writer's number must stay claimed, else it is given out twice.
    void mendClaims() throws IOException {
        WriterNumbers numbers = new WriterNumbers(store, poolId);
        int used = 0;
        for (Scan<StoredObject> all = store.list("packs/"); all.advance(); ) {
            long pack = PackFormat.packNumber(all.current().name());
            used = Math.max(used, pack == 0 ? 0 : BlockAddress.writer(pack));
        }
        if (used > numbers.highest()) {
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
        TreeMap<Long, Optional<Head>> heads = new TreeMap<>();
        Map<Long, Head> misplaced = new HashMap<>();
        for (long generation : new Heads(store, poolId).generations()) {
            Optional<Head> head = read(generation);
            heads.put(generation, head.filter(h -> h.generation() == generation));
            head.filter(h -> h.generation() != generation)
                    .ifPresent(h -> misplaced.put(h.generation(), h));
        }
        Head before = null;
        long last = heads.isEmpty() ? -1 : heads.lastKey();
        long first = heads.isEmpty() ? 0 : heads.firstKey();
        for (long generation = first; generation <= last; generation++) {
            Optional<Head> head = heads.getOrDefault(generation, Optional.empty());
            if (head.isEmpty() && misplaced.containsKey(generation)) {
                head = Optional.of(misplaced.get(generation));
                mendHead(
                        head.get(),
                        "put back what another name had",
                        heads.containsKey(generation));
            }
            if (head.isPresent()) {
                before = head.get();
            } else {
                mendHead(generation, before, heads.containsKey(generation));
            }
        }
        return before;
    }

    /// A head of this pool, whatever generation it is of.
    private Optional<Head> read(long generation) throws IOException {
        String name = HeadFormat.name(generation);
        try {
            byte[] bytes = store.get(name, new ByteRange.From(0, MAX_HEAD_BYTES)).bytes();
            return Optional.of(HeadFormat.read(name, bytes))
                    .filter(head -> head.poolId().equals(poolId));
        } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
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
        quarantine.put(name, HeadFormat.write(head));
    }
}
