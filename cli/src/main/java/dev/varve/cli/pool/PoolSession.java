package dev.varve.cli.pool;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.store.ObjectStore;
import java.io.Closeable;
import java.io.IOException;

/// A pool, opened for one command. Closing it closes pool and store.
public final class PoolSession implements Closeable {
    private final PoolPlace place;
    private final ObjectStore store;
    private final Pool pool;

    private PoolSession(PoolPlace place, ObjectStore store, Pool pool) {
        this.place = place;
        this.store = store;
        this.pool = pool;
    }

    /// Opens the pool in that place.
    ///
    /// @throws NoPoolException if there is no such place, or no pool in it
    public static PoolSession open(PoolPlace place, PoolOptions options) throws IOException {
        ObjectStore store = place.openStoreOfPool();
        try {
            return new PoolSession(place, store, Pool.open(store, options));
        } catch (IOException e) {
            store.close();
            throw e;
        }
    }

    public Pool pool() {
        return pool;
    }

    /// Where the pool is.
    public PoolPlace place() {
        return place;
    }

    /// The newest committed state.
    public ReadView read() throws IOException {
        return pool.read();
    }

    /// The newest committed generation.
    public long generation() throws IOException {
        try (ReadView view = pool.read()) {
            return view.generation();
        }
    }

    /// Becomes the one writer.
    public WriteTransaction begin() throws IOException {
        return pool.begin();
    }

    @Override
    public void close() throws IOException {
        try (store) {
            pool.close();
        }
    }
}
