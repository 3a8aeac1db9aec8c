package dev.varve.engine.model;

/// The store does not let this process delete, though it may let it create: keys that only add, so
/// that who steals them cannot destroy backups.
public final class DeletionRefusedException extends StoreFailedException {
    public DeletionRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
