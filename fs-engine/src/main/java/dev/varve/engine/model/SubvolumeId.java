package dev.varve.engine.model;

import org.jspecify.annotations.Nullable;

/// The number of a subvolume or snapshot in its pool: 5 is the top level, others start at 256 and
/// are never used twice.
public record SubvolumeId(long value) implements Comparable<SubvolumeId> {
    /// The subvolume that every pool has and that holds all others.
    public static final SubvolumeId TOP_LEVEL = new SubvolumeId(5);

    /// The smallest id given to a created subvolume.
    public static final long FIRST_CREATED = 256;

    @Override
    public int compareTo(SubvolumeId other) {
        return Long.compareUnsigned(value, other.value);
    }

    // Written out, as the hash code is: a record's own are linked when first called, which costs a
    // short command 20 ms.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SubvolumeId(long otherValue) && otherValue == value;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(value);
    }
}
