package dev.varve.engine.check;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.HeadFormat;
import dev.varve.engine.format.PoolFormat;
import dev.varve.engine.format.PoolRecord;
import dev.varve.engine.format.SealFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.Unlocking;
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

    private final ObjectStore store;
    private final Unlocking unlocking;
    private final Report report;

    /// Of a sealed pool, once they are open.
    private Optional<PoolKeys> keys = Optional.empty();

    /// The newest sound head of each pool id met; in a sound pool just one.
    private final List<Head> newest = new ArrayList<>();

    HeadSearch(ObjectStore store, Unlocking unlocking, Report report) {
        this.store = store;
        this.unlocking = unlocking;
        this.report = report;
    }

    /// Where the pool stands.
    ///
    /// @param poolId of the pool's object or, if that is damaged, of its heads
    /// @param head the newest sound one; null if there is none
    /// @param isNewest whether no newer head exists
    /// @param keys of a sealed pool; closed with this
    record Found(UUID poolId, @Nullable Head head, boolean isNewest, Optional<PoolKeys> keys)
            implements AutoCloseable {
        Sealer sealer() {
            return keys.map(PoolKeys::sealer).orElse(Sealer.PLAIN);
        }

        @Override
        public void close() {
            keys.ifPresent(PoolKeys::close);
        }
    }

    /// Empty if neither the pool's object nor any head can be read.
    ///
    /// @throws NoPoolException if there is no such object at all
    Optional<Found> search() throws IOException {
        List<Long> generations = generations();
        Optional<PoolRecord> pool = readPool(generations.isEmpty());
        if (!unlock(pool, generations)) {
            return Optional.empty();
        }
        List<Read> heads = new ArrayList<>();
        for (long generation : generations) {
            readHead(generation).ifPresent(heads::add);
        }
        findGaps(generations);
        Optional<UUID> poolId = poolId(pool, heads);
        if (poolId.isEmpty()) {
            return Optional.empty();
        }
        for (Read head : heads) {
            if (head.poolId().equals(poolId.get())) {
                report.heads++;
            } else {
                String detail = "expected pool " + poolId.get() + ", found " + head.poolId();
                damaged(HeadFormat.name(head.generation()), detail);
            }
        }
        Optional<Head> best =
                newest.stream().filter(head -> head.poolId().equals(poolId.get())).findAny();
        boolean isNewest = best.isPresent() && best.get().generation() == generations.getLast();
        return Optional.of(new Found(poolId.get(), best.orElse(null), isNewest, keys));
    }

    /// Opens the keys of a sealed pool. When its object is damaged, its heads tell that it is
    /// sealed.
    ///
    /// @return whether heads can be read now
    /// @throws dev.varve.engine.model.WrongKeyException if no secret opens them
    private boolean unlock(Optional<PoolRecord> pool, List<Long> generations) throws IOException {
        Optional<UUID> sealed =
                pool.isPresent()
                        ? pool.filter(PoolRecord::sealed).map(PoolRecord::poolId)
                        : sealedPoolOfHeads(generations);
        if (sealed.isEmpty()) {
            return true;
        }
        try {
            PoolKeys opened = PoolKeys.open(store, sealed.get(), unlocking);
            keys = Optional.of(opened);
            opened.findDamage(this::damaged);
            return true;
        } catch (CorruptionException | UnsupportedFormatException e) {
            damaged("keys", String.valueOf(e.getMessage()));
            return false;
        }
    }

    private Optional<UUID> sealedPoolOfHeads(List<Long> generations) throws IOException {
        for (long generation : generations.reversed()) {
            String name = HeadFormat.name(generation);
            try {
                byte[] bytes = store.get(name, new ByteRange.From(0, MAX_HEAD_BYTES)).bytes();
                return Optional.of(SealFormat.read(name, bytes).poolId());
            } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
                // A plain one, or one that is damaged: said when it is read.
            }
        }
        return Optional.empty();
    }

    /// A head that decodes.
    private record Read(long generation, UUID poolId) {}

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

    private Optional<Read> readHead(long generation) throws IOException {
        String name = HeadFormat.name(generation);
        try {
            byte[] bytes = store.get(name, new ByteRange.From(0, MAX_HEAD_BYTES)).bytes();
            Sealer sealer = keys.map(PoolKeys::sealer).orElse(Sealer.PLAIN);
            Head head = HeadFormat.read(name, sealer.openObject(name, bytes));
            if (head.generation() != generation) {
                damaged(name, "expected generation " + generation + ", found " + head.generation());
                return Optional.empty();
            }
            newest.removeIf(older -> older.poolId().equals(head.poolId()));
            newest.add(head);
            return Optional.of(new Read(generation, head.poolId()));
        } catch (NoSuchFileException _) {
            // Pruned by a writer since the listing.
            return Optional.empty();
        } catch (CorruptionException | UnsupportedFormatException e) {
            damaged(name, String.valueOf(e.getMessage()));
            return Optional.empty();
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

    private Optional<UUID> poolId(Optional<PoolRecord> pool, List<Read> heads) {
        Optional<UUID> ofHeads =
                heads.isEmpty() ? Optional.empty() : Optional.of(heads.getLast().poolId());
        if (pool.isEmpty()) {
            return ofHeads;
        }
        UUID own = pool.get().poolId();
        if (heads.isEmpty() || heads.stream().anyMatch(head -> head.poolId().equals(own))) {
            return Optional.of(own);
        }
        damaged(PoolFormat.NAME, "is of pool " + own + ", all heads of pool " + ofHeads.get());
        return ofHeads;
    }

    private void damaged(String object, String detail) {
        report.add(new Finding.DamagedObject(object, detail));
    }
}
