package dev.varve.engine.model;

/// Written by a newer program, or by one older than this one reads.
public final class UnsupportedFormatException extends StorageException {
    public UnsupportedFormatException(String where, long found, long oldest, long current) {
        super(
                "%s: format version %d; this program reads %d to %d"
                        .formatted(where, found, oldest, current));
    }
}
