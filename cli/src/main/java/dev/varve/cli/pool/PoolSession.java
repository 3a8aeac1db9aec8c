package dev.varve.cli.pool;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.store.DirectoryStore;
import dev.varve.engine.store.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A pool in a directory, opened for one command. Closing it closes pool and store.
public final class PoolSession implements Closeable {
    private final Path directory;
    private final ObjectStore store;
    private final Pool pool;

    private PoolSession(Path directory, ObjectStore store, Pool pool) {
        this.directory = directory;
        this.store = store;
        this.pool = pool;
    }

    /// Opens the pool in that directory.
    ///
    /// @throws NoPoolException if there is no such directory, or no pool in it
    public static PoolSession open(Path directory, PoolOptions options) throws IOException {
        if (!Files.isDirectory(directory)) {
            boolean exists = Files.exists(directory);
            throw new NoPoolException(
                    directory.toString(), exists ? "not a directory" : "no such directory");
        }
        ObjectStore store = new DirectoryStore(directory);
        try {
            return new PoolSession(directory, store, Pool.open(store, options));
        } catch (IOException e) {
            store.close();
            throw e;
        }
    }

    public Pool pool() {
        return pool;
    }

    /// Where the pool is.
    public Path directory() {
        return directory;
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
