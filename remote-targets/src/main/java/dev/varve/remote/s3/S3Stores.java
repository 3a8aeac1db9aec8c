package dev.varve.remote.s3;

import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/// Opens stores in buckets.
public final class S3Stores {
    private static final long MOST_FRESH_BYTES = 64 << 20;

    private S3Stores() {}

    /// The store at a place; nothing is asked of the server yet.
    ///
    /// @throws IllegalArgumentException if a setting makes no sense
    public static ObjectStore open(S3Location location, S3Settings settings) throws IOException {
        return store(location, settings);
    }

    /// The store at a place, with what short reads give kept in a directory of this machine, which
    /// anyone may delete at any time.
    ///
    /// @param directory for this place alone
    /// @param maxBytes what the directory may hold
    public static ObjectStore openCached(
            S3Location location, S3Settings settings, Path directory, long maxBytes)
            throws IOException {
        S3Store store = store(location, settings);
        return new CachedStore(store, new DiskCache(directory, maxBytes), store);
    }

    /// The store at a place, with what short reads give kept on the heap for as long as it is open:
    /// all that is read was read from the store since.
    public static ObjectStore openFresh(S3Location location, S3Settings settings)
            throws IOException {
        S3Store store = store(location, settings);
        long bytes = Math.min(MOST_FRESH_BYTES, Runtime.getRuntime().maxMemory() / 8);
        return new CachedStore(store, new HeapCache(bytes), store);
    }

    /// By what name a place goes among others, for a directory of its own.
    public static String fingerprint(S3Location location, S3Settings settings) {
        String where = settings.endpoint().map(Object::toString).orElse("") + " " + location;
        byte[] sum = DiskCache.sum(where.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(sum, 0, 16);
    }

    /// Makes a place ready for a new pool: finds out whether the store can keep writers apart, and
    /// if it cannot, declares this machine the one writer.
    ///
    /// @return the declared writer; empty if any number may write
    public static Optional<String> prepare(S3Location location, S3Settings settings)
            throws IOException {
        try (S3Store store = store(location, settings)) {
            return store.declareWriterIfNeeded();
        }
    }

    static S3Store store(S3Location location, S3Settings settings) throws IOException {
        try {
            return new S3Store(S3Clients.build(settings), location, settings);
        } catch (SdkException e) {
            throw new S3Errors(location, settings).of("", "", e);
        } catch (IllegalArgumentException e) {
            throw new StoreFailedException(location + ": " + e.getMessage(), e);
        }
    }
}
