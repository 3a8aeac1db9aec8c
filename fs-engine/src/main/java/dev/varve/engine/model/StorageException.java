package dev.varve.engine.model;

import java.io.IOException;

/// What storage can fail with, beyond the file semantics of `java.nio.file`. Messages name the
/// object, what was expected and what was found.
public abstract sealed class StorageException extends IOException
        permits CorruptionException,
                UnsupportedFormatException,
                NoPoolException,
                NoSpaceException,
                PoolBusyException,
                StoreFailedException,
                WrongKeyException {

    StorageException(String message) {
        super(message);
    }

    StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
