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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

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
        ObjectStore store = openStore(directory);
        try {
            return new PoolSession(directory, store, Pool.open(store, options));
        } catch (IOException e) {
            store.close();
            throw e;
        }
    }

    /// Opens the store in that directory, for what works without opening the pool.
    ///
    /// @throws NoPoolException if there is no such directory
    public static ObjectStore openStore(Path directory) throws IOException {
        requireDirectory(directory);
        return new DirectoryStore(directory);
    }

    private static void requireDirectory(Path directory) throws IOException {
        try {
            if (!Files.readAttributes(directory, BasicFileAttributes.class).isDirectory()) {
                throw new NoPoolException(directory.toString(), "not a directory");
            }
        } catch (NoSuchFileException _) {
            throw new NoPoolException(directory.toString(), "no such directory");
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
