package dev.varve.engine.model;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Bytes are not what was written, or not there.
public final class CorruptionException extends StorageException {
    private final String where;
    private final Kind kind;
    private final @Nullable String store;

    /// What is wrong with an object.
    public enum Kind {
        /// It is ours, and its bytes are not.
        DAMAGED,
        /// Something refers to it, and the store has no such object.
        MISSING,
        /// It is whole, and belongs to another pool.
        FOREIGN
    }

    /// @param where the object and the place in it, such as `packs/000a slot 7` or `heads/12 offset
    ///   40`
    /// @param expected what should stand there
    /// @param actual what stands there
    public CorruptionException(String where, String expected, String actual) {
        this(where, Kind.DAMAGED, null, text(where, expected, actual));
    }

    private CorruptionException(String where, Kind kind, @Nullable String store, String message) {
        super(message);
        this.where = where;
        this.kind = kind;
        this.store = store;
    }

    /// The store has lost an object.
    ///
    /// @param store its location
    /// @param expected what the object would hold
    public static CorruptionException missing(String store, String where, String expected) {
        String message = text(where, expected, "no such object") + " in " + store;
        return new CorruptionException(where, Kind.MISSING, store, message);
    }

    /// An object belongs to another pool than the one it stands in.
    public static CorruptionException foreign(String where, UUID pool, UUID found) {
        String message = text(where, "pool " + pool, "an object of pool " + found);
        return new CorruptionException(where, Kind.FOREIGN, null, message);
    }

    private static String text(String where, String expected, String actual) {
        return where + ": expected " + expected + ", found " + actual;
    }

    /// The same, naming the store in which it was seen, for who has several.
    public CorruptionException in(String location) {
        if (store != null) {
            return this;
        }
        String message = getMessage() + " in " + location;
        CorruptionException named = new CorruptionException(where, kind, location, message);
        named.setStackTrace(getStackTrace());
        return named;
    }

    /// The damaged object and the place in it.
    public String where() {
        return where;
    }

    public Kind kind() {
        return kind;
    }

    /// The location of the store that the object is missing or foreign in, as far as it is known.
    public Optional<String> store() {
        return Optional.ofNullable(store);
    }
}
