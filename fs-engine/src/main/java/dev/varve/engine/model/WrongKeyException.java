package dev.varve.engine.model;

/// No secret that was given opens the pool, or none was given.
public final class WrongKeyException extends StorageException {
    public WrongKeyException(String message) {
        super(message);
    }
}
