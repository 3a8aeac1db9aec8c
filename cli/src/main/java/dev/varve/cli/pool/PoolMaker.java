package dev.varve.cli.pool;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.model.Sealing;
import dev.varve.engine.model.WrongKeyException;
import dev.varve.engine.store.DirectoryStore;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Makes pools in directories, never on top of something else.
public final class PoolMaker {
    private PoolMaker() {}

    /// Makes an empty pool; the directory is created if missing.
    ///
    /// @throws FileAlreadyExistsException if there is a pool already
    /// @throws FileSystemException if the directory holds something else
    public static void create(Path directory, PoolSettings settings, PoolOptions options)
            throws IOException {
        create(directory, settings, Optional.empty(), options);
    }

    /// The same, sealed or plain.
    public static void create(
            Path directory, PoolSettings settings, Optional<Sealing> sealing, PoolOptions options)
            throws IOException {
        if (Files.exists(directory) && !isEmpty(directory)) {
            if (isPool(directory, options)) {
                throw new FileAlreadyExistsException(
                        directory.toString(), null, "there is a pool already");
            }
            throw new FileSystemException(
                    directory.toString(), null, "not empty and not a pool; nothing was done");
        }
        Files.createDirectories(directory);
        try (ObjectStore store = new DirectoryStore(directory)) {
            if (sealing.isPresent()) {
                Pool.createSealed(store, settings, sealing.get(), options);
            } else {
                Pool.create(store, settings, options);
            }
            commitTopLevel(store, options);
        }
    }

    /// The first commit makes the top level, so that a new pool can be read at once.
    private static void commitTopLevel(ObjectStore store, PoolOptions options) throws IOException {
        try (Pool pool = Pool.open(store, options);
                WriteTransaction first = pool.begin()) {
            first.commit();
        }
    }

    /// Whether a pool could be made here.
    public static boolean isFree(Path directory) throws IOException {
        return !Files.exists(directory) || (Files.isDirectory(directory) && isEmpty(directory));
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }

    private static boolean isPool(Path directory, PoolOptions options) throws IOException {
        try (PoolSession _ = PoolSession.open(directory, options)) {
            return true;
        } catch (WrongKeyException _) {
            return true;
        } catch (NoPoolException _) {
            return false;
        }
    }
}
