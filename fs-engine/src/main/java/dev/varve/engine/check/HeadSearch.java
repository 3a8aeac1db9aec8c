package dev.varve.engine.check;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.HeadFormat;
import dev.varve.engine.format.PoolFormat;
import dev.varve.engine.format.PoolRecord;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.Sealer;
import dev.varve.engine.seal.PoolKeys;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads the pool's object and all of its heads, and finds the newest one that is sound. When the
/// pool's own object is damaged, its heads tell which pool it is.
final class HeadSearch {
    private static final int MAX_POOL_BYTES = 1 << 20;

    /// Far above any real head, as where heads are read.
    private static final int MAX_HEAD_BYTES = 64 << 20;

    private final PoolAccess access;
    private final ObjectStore store;
    private final Report report;

    /// The newest sound head met so far.
    private @Nullable Head newest;

    HeadSearch(PoolAccess access, Report report) {
        this.access = access;
        this.store = access.store();
        this.report = report;
    }

    /// Where the pool stands.
    ///
    /// @param head the newest sound one; null if there is none
    /// @param isNewest whether no newer head exists
    record Found(@Nullable Head head, boolean isNewest) {}

    /// Empty if neither the pool's object nor any head can be read, or the keys of a sealed pool
    /// are damaged.
    ///
    /// @throws NoPoolException if there is no such object at all
    /// @throws dev.varve.engine.model.WrongKeyException if no secret opens them
    Optional<Found> search() throws IOException {
        List<Long> generations = generations();
        Optional<PoolRecord> pool = readPool(generations.isEmpty());
        Optional<PoolIdentity> told = PoolIdentity.told(store);
        if (told.isEmpty()) {
            for (long generation : generations) {
                readHead(generation, Sealer.PLAIN);
            }
            report.add(new Finding.Unchecked("everything", "no head tells which pool this is"));
            return Optional.empty();
        }
        pool.ifPresent(record -> compare(record, told.get()));
        Optional<Sealer> sealer = unlock();
        if (sealer.isEmpty()) {
            report.add(new Finding.Unchecked("everything", "no key opens without a ring of keys"));
            return Optional.empty();
        }
        for (long generation : generations) {
            readHead(generation, sealer.get());
        }
        findGaps(generations);
        Head best = newest;
        boolean isNewest = best != null && best.generation() == generations.getLast();
        return Optional.of(new Found(best, isNewest));
    }

    private void compare(PoolRecord record, PoolIdentity told) {
        String kind = told.sealed() ? "sealed" : "plain";
        if (!record.poolId().equals(told.poolId())) {
            damaged(
                    PoolFormat.NAME,
                    "is of pool " + record.poolId() + ", all heads of pool " + told.poolId());
        } else if (record.sealed() != told.sealed()) {
            damaged(PoolFormat.NAME, "does not say that the pool is " + kind + ", as its heads do");
        }
    }

    /// What opens the heads; empty if the keys of a sealed pool are damaged.
    private Optional<Sealer> unlock() throws IOException {
        try {
            Optional<PoolKeys> keys = access.keys();
            if (keys.isPresent()) {
                keys.get().findDamage(key -> damaged(key.object(), key.detail()));
            }
            return Optional.of(access.sealer());
        } catch (CorruptionException | UnsupportedFormatException e) {
            damaged("keys", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private List<Long> generations() throws IOException {
        List<Long> generations = new ArrayList<>();
        for (Scan<StoredObject> heads = store.list(HeadFormat.PREFIX); heads.advance(); ) {
            long generation = HeadFormat.generation(heads.current().name());
            if (generation >= 0) {
                generations.add(generation);
            }
        }
        return generations;
    }

    private Optional<PoolRecord> readPool(boolean isOnlyHope) throws IOException {
        try {
            byte[] bytes =
                    store.get(PoolFormat.NAME, new ByteRange.From(0, MAX_POOL_BYTES)).bytes();
            PoolRecord pool = PoolFormat.read(PoolFormat.NAME, bytes);
            ChecksumKind.of(PoolFormat.NAME, pool.checksum());
            return Optional.of(pool);
        } catch (NoSuchFileException _) {
            if (isOnlyHope) {
                throw new NoPoolException(store.location(), "there is no object 'pool'");
            }
            damaged(PoolFormat.NAME, "is missing");
        } catch (CorruptionException | UnsupportedFormatException e) {
            damaged(PoolFormat.NAME, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private void readHead(long generation, Sealer sealer) throws IOException {
        String name = HeadFormat.name(generation);
        try {
            byte[] bytes = store.get(name, new ByteRange.From(0, MAX_HEAD_BYTES)).bytes();
            Head head = HeadFormat.read(name, sealer.openObject(name, bytes));
            UUID poolId = access.poolId();
            if (head.generation() != generation) {
                damaged(name, "expected generation " + generation + ", found " + head.generation());
            } else if (!head.poolId().equals(poolId)) {
                damaged(name, "expected pool " + poolId + ", found " + head.poolId());
            } else {
                report.heads++;
                newest = head;
            }
        } catch (NoSuchFileException _) {
            // Pruned by a writer since the listing.
        } catch (CorruptionException | UnsupportedFormatException e) {
            damaged(name, String.valueOf(e.getMessage()));
        }
    }

    /// Heads are pruned from the oldest on, so those kept follow each other.
    private void findGaps(List<Long> generations) {
        for (int i = 1; i < generations.size(); i++) {
            long expected = generations.get(i - 1) + 1;
            if (generations.get(i) != expected) {
                damaged(HeadFormat.name(expected), "is missing between older and newer ones");
            }
        }
    }

    private void damaged(String object, String detail) {
        report.add(new Finding.DamagedObject(object, detail));
    }
}
