package dev.varve.remote.s3;

import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/// Opens stores in buckets.
public final class S3Stores {
    private S3Stores() {}

    /// The store at a place; nothing is asked of the server yet.
    ///
    /// @throws IllegalArgumentException if a setting makes no sense
    public static ObjectStore open(S3Location location, S3Settings settings) throws IOException {
        return store(location, settings);
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
