package dev.varve.engine.store;

/// A part of an object, counted from its start or from its end.
public sealed interface ByteRange {
    /// Where the part starts in an object of this size.
    long start(long objectSizeBytes);

    /// How many bytes the part has in an object of this size; fewer than asked for where the object
    /// ends.
    int length(long objectSizeBytes);

    /// `length` bytes from `offset`.
    record From(long offset, int length) implements ByteRange {
        public From {
            if (offset < 0 || length < 0) {
                throw new IllegalArgumentException("range " + offset + "+" + length);
            }
        }

        @Override
        public long start(long objectSizeBytes) {
            return Math.min(offset, objectSizeBytes);
        }

        @Override
        public int length(long objectSizeBytes) {
            return (int) Math.min(length, objectSizeBytes - start(objectSizeBytes));
        }
    }

    /// The last `length` bytes, or the whole object if it is shorter.
    record Last(int length) implements ByteRange {
        public Last {
            if (length < 0) {
                throw new IllegalArgumentException("last " + length);
            }
        }

        @Override
        public long start(long objectSizeBytes) {
            return Math.max(0, objectSizeBytes - length);
        }

        @Override
        public int length(long objectSizeBytes) {
            return (int) Math.min(length, objectSizeBytes);
        }
    }
}
