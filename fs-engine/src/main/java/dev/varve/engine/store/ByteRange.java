package dev.varve.engine.store;

/// A part of an object, counted from its start or from its end.
public sealed interface ByteRange {
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
