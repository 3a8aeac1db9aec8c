package dev.varve.engine.model;

/// The medium below is full. What was committed stands.
public final class NoSpaceException extends StorageException {
    public NoSpaceException(String what, Throwable cause) {
        super("no space left while writing " + what, cause);
    }
}
