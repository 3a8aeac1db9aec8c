package dev.varve.engine;

import dev.varve.engine.store.ObjectStore;
import java.io.Closeable;
import java.io.IOException;

/// A pool: subvolumes and snapshots in an object store. Open it once per process; any number of
/// [ReadView]s and one [WriteTransaction] at a time may be in use.
public final class Pool implements Closeable {
    private Pool() {}

    /// Makes an empty pool.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if there is one already
    public static void create(ObjectStore store, PoolSettings settings, PoolOptions options)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Opens a pool; closing it leaves the store open.
    ///
    /// @throws dev.varve.engine.model.NoPoolException if there is none
    public static Pool open(ObjectStore store, PoolOptions options) throws IOException {
        throw new UnsupportedOperationException();
    }

    public PoolSettings settings() {
        throw new UnsupportedOperationException();
    }

    /// The newest committed state.
    public ReadView read() throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Becomes the one writer, on top of the newest committed state.
    ///
    /// @throws dev.varve.engine.model.PoolBusyException if another writer holds the pool
    public WriteTransaction begin() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() throws IOException {}
}
