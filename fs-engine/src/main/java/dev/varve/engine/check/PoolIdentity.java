package dev.varve.engine.check;

import dev.varve.engine.format.HeadFormat;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PoolFormat;
import dev.varve.engine.format.PoolRecord;
import dev.varve.engine.format.RingFormat;
import dev.varve.engine.format.SealFormat;
import dev.varve.engine.format.SlotFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Which pool a store holds, also where the pool's own object does not tell it any more.
///
/// @param sealed whether its heads and blocks are encrypted
public record PoolIdentity(UUID poolId, boolean sealed) {
    private static final int MAX_POOL_BYTES = 1 << 20;

    /// Far above any real head, as where heads are read.
    private static final int MAX_HEAD_BYTES = 64 << 20;

    /// The pool by its own object and its heads, or else by its packs. Needs no key.
    ///
    /// @throws NoPoolException if there is none
    /// @throws CorruptionException if nothing tells it
    public static PoolIdentity find(ObjectStore store) throws IOException {
        ObjectStore salvage = new SalvageStore(store);
        Optional<PoolIdentity> known = told(salvage);
        if (known.isPresent()) {
            return known.get();
        }
        Optional<UUID> ofPacks = byPacks(salvage);
        if (ofPacks.isPresent()) {
            return new PoolIdentity(ofPacks.get(), hasKeys(salvage));
        }
        if (!isThere(salvage) && !salvage.list(HeadFormat.PREFIX).advance()) {
            throw new NoPoolException(store.location(), "there is no object 'pool'");
        }
        throw new CorruptionException(
                store.location(), "an object that tells the pool's id", "none");
    }

    private static boolean isThere(ObjectStore store) throws IOException {
        try {
            store.get(PoolFormat.NAME, new ByteRange.From(0, 1));
            return true;
        } catch (NoSuchFileException _) {
            return false;
        } catch (CorruptionException _) {
            return true;
        }
    }

    /// What the pool's own object and its heads say. Where they do not agree, the heads count: all
    /// of them would have to be of another pool.
    static Optional<PoolIdentity> told(ObjectStore store) throws IOException {
        Optional<PoolRecord> record = record(store);
        List<Long> generations = new ArrayList<>();
        for (Scan<StoredObject> heads = store.list(HeadFormat.PREFIX); heads.advance(); ) {
            generations.add(HeadFormat.generation(heads.current().name()));
        }
        Optional<PoolIdentity> newest = Optional.empty();
        for (long generation : generations.reversed()) {
            Optional<PoolIdentity> head =
                    generation < 0 ? Optional.empty() : byHead(store, HeadFormat.name(generation));
            if (head.isPresent()
                    && (record.isEmpty() || record.get().poolId().equals(head.get().poolId()))) {
                return head;
            }
            newest = newest.or(() -> head);
        }
        return newest.or(() -> record.map(pool -> new PoolIdentity(pool.poolId(), pool.sealed())));
    }

    private static Optional<PoolIdentity> byHead(ObjectStore store, String name)
            throws IOException {
        byte[] bytes;
        try {
            bytes = store.get(name, new ByteRange.From(0, MAX_HEAD_BYTES)).bytes();
        } catch (NoSuchFileException | CorruptionException _) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PoolIdentity(SealFormat.read(name, bytes).poolId(), true));
        } catch (CorruptionException | UnsupportedFormatException _) {
            // A plain one, or damaged.
        }
        try {
            return Optional.of(new PoolIdentity(HeadFormat.read(name, bytes).poolId(), false));
        } catch (CorruptionException | UnsupportedFormatException _) {
            return Optional.empty();
        }
    }

    private static Optional<PoolRecord> record(ObjectStore store) throws IOException {
        try {
            byte[] bytes =
                    store.get(PoolFormat.NAME, new ByteRange.From(0, MAX_POOL_BYTES)).bytes();
            return Optional.of(PoolFormat.read(PoolFormat.NAME, bytes));
        } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
            return Optional.empty();
        }
    }

    private static Optional<UUID> byPacks(ObjectStore store) throws IOException {
        for (Scan<StoredObject> packs = store.list(PackFormat.PREFIX); packs.advance(); ) {
            String name = packs.current().name();
            try {
                ByteRange header = new ByteRange.From(0, PackFormat.HEADER_BYTES);
                return Optional.of(PackFormat.poolId(name, store.get(name, header).bytes()));
            } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
                // Another pack tells.
            }
        }
        return Optional.empty();
    }

    private static boolean hasKeys(ObjectStore store) throws IOException {
        for (Scan<StoredObject> all = store.list(SlotFormat.PREFIX); all.advance(); ) {
            if (!RingFormat.name(all.current().name()).isEmpty()) {
                return true;
            }
        }
        return false;
    }
}
