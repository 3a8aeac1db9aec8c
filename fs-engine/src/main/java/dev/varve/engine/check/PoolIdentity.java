package dev.varve.engine.check;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PoolFormat;
import dev.varve.engine.format.PoolRecord;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.BlockStoreOptions;
import dev.varve.engine.pack.PackLocator;
import dev.varve.engine.pack.Sealer;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.UUID;

/// Which pool a store holds, also where the pool's own object does not tell it any more.
public final class PoolIdentity {
    /// Compresses nothing, so any will do.
    private static final int NO_LEVEL = 0;

    private static final int MAX_POOL_BYTES = 1 << 20;

    private PoolIdentity() {}

    /// The pool's id, by its own object or else by its heads or packs.
    ///
    /// @throws NoPoolException if there is none
    /// @throws CorruptionException if nothing tells it
    public static UUID find(ObjectStore store) throws IOException {
        ObjectStore salvage = new SalvageStore(store);
        Optional<PoolRecord> record = record(salvage);
        if (record.isPresent() && record.get().sealed()) {
            // Its heads tell nothing without a key.
            return record.get().poolId();
        }
        Report silent = new Report(_ -> {}, _ -> {});
        Optional<UUID> known;
        NoPoolException none = null;
        try {
            known =
                    new HeadSearch(salvage, Unlocking.NONE, silent)
                            .search()
                            .map(HeadSearch.Found::poolId);
        } catch (NoPoolException e) {
            none = e;
            known = Optional.empty();
        }
        if (known.isEmpty()) {
            known = byPacks(salvage);
        }
        if (known.isPresent()) {
            return known.get();
        }
        if (none != null) {
            throw none;
        }
        throw new CorruptionException(
                store.location(), "an object that tells the pool's id", "none");
    }

    /// The same, for what works on plain pools alone.
    ///
    /// @throws FileSystemException if the pool is sealed
    public static UUID findPlain(ObjectStore store) throws IOException {
        requirePlain(store);
        return find(store);
    }

    /// Refuses a sealed pool, for what works on plain ones alone.
    ///
    /// @throws FileSystemException if the pool is sealed
    public static void requirePlain(ObjectStore store) throws IOException {
        Optional<PoolRecord> record = record(new SalvageStore(store));
        if (record.isPresent() && record.get().sealed()) {
            throw new FileSystemException(
                    store.location(), null, "the pool is sealed; this works on plain pools only");
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
        for (Scan<StoredObject> packs = store.list("packs/"); packs.advance(); ) {
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

    /// Opens the pool's blocks for reading alone.
    public static BlockStore readOnly(
            ObjectStore store, UUID poolId, PackLocator locator, Sealer sealer) {
        return new BlockStore(
                store,
                poolId,
                BlockStoreOptions.of(ChecksumKind.XXH3, NO_LEVEL, 1),
                () -> {
                    throw new StoreFailedException("a check writes nothing");
                },
                locator,
                sealer);
    }
}
