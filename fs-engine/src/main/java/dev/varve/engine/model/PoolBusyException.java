package dev.varve.engine.model;

/// Another writer holds the pool, or committed first.
public final class PoolBusyException extends StorageException {
    public PoolBusyException(String message) {
        super(message);
    }
}
