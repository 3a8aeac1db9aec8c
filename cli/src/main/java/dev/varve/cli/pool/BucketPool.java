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
import java.nio.file.Path;
import java.util.Optional;

/// Pools in buckets.
final class BucketPool {
    /// The object by which a place is known as a pool.
    private static final String POOL = "pool";

    private static final String CACHE_BYTES = "VARVE_S3_CACHE_BYTES";
    private static final String DEFAULT_CACHE_BYTES = "1073741824";

    private BucketPool() {}

    static ObjectStore openStore(PoolPlace place) throws IOException {
        return S3Stores.open(location(place), settings(place));
    }

    static ObjectStore openFreshStore(PoolPlace place) throws IOException {
        return S3Stores.openFresh(location(place), settings(place));
    }

    /// With a cache below `$XDG_CACHE_HOME/varve/pools`, or none if `VARVE_S3_CACHE_BYTES` is 0.
    static ObjectStore openCachedStore(PoolPlace place) throws IOException {
        S3Settings settings = settings(place);
        S3Location location = location(place);
        long maxBytes = cacheBytes(place);
        Optional<Path> caches = caches(place);
        if (maxBytes == 0 || caches.isEmpty()) {
            return openStore(place);
        }
        Path own = caches.get().resolve(S3Stores.fingerprint(location, settings));
        return S3Stores.openCached(location, settings, own, maxBytes);
    }

    private static long cacheBytes(PoolPlace place) throws UsageException {
        String text = place.environment().getOrDefault(CACHE_BYTES, DEFAULT_CACHE_BYTES);
        if (!text.matches("[0-9]{1,15}")) {
            throw new UsageException(CACHE_BYTES + " is a number of bytes, not '" + text + "'");
        }
        return Long.parseLong(text);
    }

    private static Optional<Path> caches(PoolPlace place) {
        String xdg = place.environment().getOrDefault("XDG_CACHE_HOME", "");
        String home = place.environment().getOrDefault("HOME", "");
        if (!xdg.isEmpty()) {
            return Optional.of(Path.of(xdg, "varve", "pools"));
        }
        return home.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(home, ".cache", "varve", "pools"));
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
            throw new FileAlreadyExistsException(place.toString(), null, "there is a pool already");
        }
    }

    private static S3Location location(PoolPlace place) throws UsageException {
        try {
            return S3Location.parse(place.text());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private static S3Settings settings(PoolPlace place) throws UsageException {
        try {
            return new S3Settings(place.environment());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
