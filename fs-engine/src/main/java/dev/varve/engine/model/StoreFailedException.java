package dev.varve.engine.model;

/// The store refused or could not be reached. After a failed write the transaction is over.
public sealed class StoreFailedException extends StorageException permits DeletionRefusedException {
    public StoreFailedException(String message) {
        super(message);
    }

    public StoreFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
