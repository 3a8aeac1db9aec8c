package dev.varve.engine.store;

/// A part of an object, counted from its start or from its end.
public sealed interface ByteRange {
    /// Where the part starts in an object of this size.
    default long start(long objectSizeBytes) {
        return switch (this) {
            case From(long offset, int _) -> Math.min(offset, objectSizeBytes);
            case Last(int length) -> Math.max(0, objectSizeBytes - length);
        };
    }

    /// How many bytes the part has in an object of this size; fewer than asked for where the object
    /// ends.
    default int length(long objectSizeBytes) {
        return switch (this) {
            case From(long _, int length) ->
                    (int) Math.min(length, objectSizeBytes - start(objectSizeBytes));
            case Last(int length) -> (int) Math.min(length, objectSizeBytes);
        };
    }

    /// `length` bytes from `offset`.
    record From(long offset, int length) implements ByteRange {
        public From {
            if (offset < 0 || length < 0) {
                throw new IllegalArgumentException("range " + offset + "+" + length);
            }
        }
    }

    /// The last `length` bytes, or the whole object if it is shorter.
    record Last(int length) implements ByteRange {
        public Last {
            if (length < 0) {
                throw new IllegalArgumentException("last " + length);
            }
        }
    }
}
