package dev.varve.engine.check;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.model.WrongKeyException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.BlockStoreOptions;
import dev.varve.engine.pack.PackLocator;
import dev.varve.engine.pack.Sealer;
import dev.varve.engine.seal.PoolKeys;
import dev.varve.engine.store.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads a pool that may be too damaged to be opened: finds out which one it is, and opens its keys
/// when they are first needed, and only once. Closing it overwrites the keys and leaves the store
/// open. Used by one thread.
public final class PoolAccess implements Closeable {
    /// Compresses nothing, so any will do.
    private static final int NO_LEVEL = 0;

    private final ObjectStore salvage;
    private final Unlocking unlocking;
    private @Nullable PoolIdentity identity;
    private Optional<PoolKeys> keys = Optional.empty();

    /// @param unlocking asked for secrets if the pool is sealed
    public PoolAccess(ObjectStore store, Unlocking unlocking) {
        this.salvage = new SalvageStore(store);
        this.unlocking = unlocking;
    }

    /// The store as it can be read, around what it cannot give.
    public ObjectStore store() {
        return salvage;
    }

    /// Which pool it is.
    ///
    /// @throws dev.varve.engine.model.NoPoolException if there is none
    /// @throws dev.varve.engine.model.CorruptionException if nothing tells
    public PoolIdentity identity() throws IOException {
        PoolIdentity known = identity;
        if (known == null) {
            known = PoolIdentity.find(salvage);
            identity = known;
        }
        return known;
    }

    public UUID poolId() throws IOException {
        return identity().poolId();
    }

    /// Opens the keys; empty if the pool is plain.
    ///
    /// @throws WrongKeyException if no secret opens it, or one was named for a pool that is plain
    /// @throws dev.varve.engine.model.CorruptionException if the ring of keys is damaged
    public Optional<PoolKeys> keys() throws IOException {
        if (!identity().sealed() && unlocking.insists()) {
            throw new WrongKeyException(
                    salvage.location() + ": a key was given, but this pool is not sealed");
        }
        if (identity().sealed() && keys.isEmpty()) {
            keys = Optional.of(PoolKeys.open(salvage, poolId(), unlocking));
        }
        return keys;
    }

    /// What opens and seals the pool's blocks and heads.
    public Sealer sealer() throws IOException {
        return keys().map(PoolKeys::sealer).orElse(Sealer.PLAIN);
    }

    /// The pool's blocks, for reading alone.
    public BlockStore blocks(PackLocator locator) throws IOException {
        return blocks(salvage, poolId(), locator, sealer());
    }

    /// The blocks of a pool that nobody opens, for reading them as they are stored.
    public static BlockStore storedBlocks(ObjectStore store, UUID poolId) {
        return blocks(store, poolId, PackLocator.FIRST_OBJECT, Sealer.PLAIN);
    }

    private static BlockStore blocks(
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

    @Override
    public void close() {
        keys.ifPresent(PoolKeys::close);
    }
}
