package dev.varve.cli.pool;

import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.remote.s3.S3Location;
import dev.varve.remote.s3.S3Settings;
import dev.varve.remote.s3.S3Stores;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/// Pools in buckets.
final class BucketPool {
    /// The object by which a place is known as a pool.
    private static final String POOL = "pool";

    private BucketPool() {}

    static ObjectStore openStore(PoolPlace place) throws IOException {
        return S3Stores.open(location(place), settings(place));
    }

    /// Makes a place ready for a new pool.
    ///
    /// @return the one writer that may write there, if the store cannot keep several apart
    static Optional<String> prepare(PoolPlace place) throws IOException {
        requireFree(place);
        return S3Stores.prepare(location(place), settings(place));
    }

    private static void requireFree(PoolPlace place) throws IOException {
        try (ObjectStore store = openStore(place)) {
            if (!store.list("").advance()) {
                return;
            }
            try {
                store.get(POOL, new ByteRange.Last(1));
            } catch (NoSuchFileException _) {
                throw new FileSystemException(
                        place.toString(), null, "not empty and not a pool; nothing was done");
            }
            throw new FileAlreadyExistsException(
                    place.toString(), null, "there is a pool already");
        }
    }

    private static S3Location location(PoolPlace place) throws UsageException {
        try {
            return S3Location.parse(place.text());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private static S3Settings settings(PoolPlace place) {
        return new S3Settings(place.environment());
    }
}
