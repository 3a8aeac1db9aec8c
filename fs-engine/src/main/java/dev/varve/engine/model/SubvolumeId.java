package dev.varve.engine.model;

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

    @Override
    public String toString() {
        return Long.toUnsignedString(value);
    }
}
