package dev.varve.engine.model;

/// There is no pool where one was named.
public final class NoPoolException extends StorageException {
    public NoPoolException(String where, String why) {
        super("no pool at " + where + ": " + why);
    }
}
