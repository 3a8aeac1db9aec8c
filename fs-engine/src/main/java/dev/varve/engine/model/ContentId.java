package dev.varve.engine.model;

/// Names a block's content: the first 16 bytes of HMAC-SHA256 under a key that only the pool knows.
/// Two blocks with one id are taken for the same.
///
/// @param high the first 8 bytes as a big-endian number
/// @param low the last 8 bytes
public record ContentId(long high, long low) implements Comparable<ContentId> {
    /// The length as stored.
    public static final int BYTES = 16;

    /// Of content that has no id: it is not shared by content.
    public static final ContentId NONE = new ContentId(0, 0);

    /// Whether this is the absence of an id.
    public boolean isNone() {
        return high == 0 && low == 0;
    }

    /// In the order of the stored bytes.
    @Override
    public int compareTo(ContentId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return "%016x%016x".formatted(high, low);
    }
}
