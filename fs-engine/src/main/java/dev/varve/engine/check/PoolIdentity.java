package dev.varve.engine.check;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.BlockStoreOptions;
import dev.varve.engine.pack.PackLocator;
import dev.varve.engine.pack.Sealer;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.util.UUID;

/// Which pool a store holds, also where the pool's own object does not tell it any more.
public final class PoolIdentity {
    /// Compresses nothing, so any will do.
    private static final int NO_LEVEL = 0;

    private PoolIdentity() {}

    /// The pool's id, by its own object or else by its heads.
    ///
    /// @throws dev.varve.engine.model.NoPoolException if there is none
    /// @throws CorruptionException if nothing tells it
    public static UUID find(ObjectStore store) throws IOException {
        Report silent = new Report(_ -> {}, _ -> {});
        return new HeadSearch(new SalvageStore(store), silent)
                .search()
                .map(HeadSearch.Found::poolId)
                .orElseThrow(() ->
                        new CorruptionException(
                                store.location(), "an object that tells the pool's id", "none"));
    }

    /// Opens the pool's blocks for reading alone.
    public static BlockStore readOnly(ObjectStore store, UUID poolId, PackLocator locator) {
        return new BlockStore(
                store,
                poolId,
                BlockStoreOptions.of(ChecksumKind.XXH3, NO_LEVEL, 1),
                () -> {
                    throw new StoreFailedException("a check writes nothing");
                },
                locator,
                Sealer.PLAIN);
    }
}
