package dev.varve.cli.pool;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.model.Sealing;
import dev.varve.engine.model.WrongKeyException;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Makes pools, never on top of something else.
public final class PoolMaker {
    private PoolMaker() {}

    /// Makes an empty pool; a directory is created if missing, a bucket must be there.
    ///
    /// @return the one writer that may write to it, if its store cannot keep several apart
    /// @throws FileAlreadyExistsException if there is a pool already
    /// @throws FileSystemException if the place holds something else
    public static Optional<String> create(
            PoolPlace place, PoolSettings settings, PoolOptions options) throws IOException {
        return create(place, settings, Optional.empty(), options);
    }

    /// The same, sealed or plain.
    public static Optional<String> create(
            PoolPlace place, PoolSettings settings, Optional<Sealing> sealing, PoolOptions options)
            throws IOException {
        Optional<String> onlyWriter = Optional.empty();
        if (place.isBucket()) {
            onlyWriter = BucketPool.prepare(place);
        } else {
            makeDirectory(place, options);
        }
        try (ObjectStore store = place.openStoreOfPool()) {
            if (sealing.isPresent()) {
                Pool.createSealed(store, settings, sealing.get(), options);
            } else {
                Pool.create(store, settings, options);
            }
            commitTopLevel(store, options);
        }
        return onlyWriter;
    }

    private static void makeDirectory(PoolPlace place, PoolOptions options) throws IOException {
        Path directory = place.directory();
        if (Files.exists(directory) && !isEmpty(directory)) {
            if (isPool(place, options)) {
                throw new FileAlreadyExistsException(
                        directory.toString(), null, "there is a pool already");
            }
            throw new FileSystemException(
                    directory.toString(), null, "not empty and not a pool; nothing was done");
        }
        Files.createDirectories(directory);
    }

    /// The first commit makes the top level, so that a new pool can be read at once.
    private static void commitTopLevel(ObjectStore store, PoolOptions options) throws IOException {
        try (Pool pool = Pool.open(store, options);
                WriteTransaction first = pool.begin()) {
            first.commit();
        }
    }

    /// Whether a pool could be made here unasked. A bucket's is only made when told to.
    public static boolean isFree(PoolPlace place) throws IOException {
        if (place.isBucket()) {
            return false;
        }
        Path directory = place.directory();
        return !Files.exists(directory) || (Files.isDirectory(directory) && isEmpty(directory));
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }

    private static boolean isPool(PoolPlace place, PoolOptions options) throws IOException {
        try (PoolSession _ = PoolSession.open(place, options)) {
            return true;
        } catch (WrongKeyException _) {
            return true;
        } catch (NoPoolException _) {
            return false;
        }
    }
}
