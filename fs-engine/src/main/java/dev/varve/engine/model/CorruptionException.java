package dev.varve.engine.model;

/// Bytes are not what was written.
public final class CorruptionException extends StorageException {
    private final String where;

    /// @param where the object and the place in it, such as `packs/000a slot 7` or `heads/12 offset
    ///   40`
    /// @param expected what should stand there
    /// @param actual what stands there
    public CorruptionException(String where, String expected, String actual) {
        super(where + ": expected " + expected + ", found " + actual);
        this.where = where;
    }

    /// The damaged object and the place in it.
    public String where() {
        return where;
    }
}
