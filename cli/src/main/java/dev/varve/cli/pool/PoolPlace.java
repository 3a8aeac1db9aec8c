package dev.varve.cli.pool;

import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.store.DirectoryStore;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;

/// Where a pool is, as a user names it: a directory, or `s3://BUCKET/PREFIX`.
///
/// @param text as typed
/// @param environment of the process: says how a bucket is reached
public record PoolPlace(String text, Map<String, String> environment) {
    private static final String BUCKET_SCHEME = "s3://";

    public boolean isBucket() {
        return isBucket(text);
    }

    /// Whether a place or a store's location is in a bucket.
    public static boolean isBucket(String text) {
        return text.startsWith(BUCKET_SCHEME);
    }

    /// The directory.
    ///
    /// @throws UsageException if it cannot be one
    public Path directory() throws UsageException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException(text + ": not a path here: " + e.getReason());
        }
    }

    /// Opens the store there, for what works without opening the pool.
    ///
    /// @throws NoPoolException if there is no such directory
    public ObjectStore openStore() throws IOException {
        if (isBucket()) {
            // Nothing of S3 is loaded for a pool in a directory.
            return BucketPool.openStore(this);
        }
        requireDirectory(directory());
        return new DirectoryStore(directory());
    }

    /// Opens the store there for who opens the pool or makes it: what is far may come from a cache.
    ///
    /// @throws NoPoolException if there is no such directory
    ObjectStore openStoreOfPool() throws IOException {
        return isBucket() ? BucketPool.openCachedStore(this) : openStore();
    }

    /// Opens the store there for who asks what it holds now: nothing comes from a cache of before.
    ///
    /// @throws NoPoolException if there is no such directory
    public ObjectStore openStoreOfChecker() throws IOException {
        return isBucket() ? BucketPool.openFreshStore(this) : openStore();
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

    @Override
    public String toString() {
        return text;
    }
}
