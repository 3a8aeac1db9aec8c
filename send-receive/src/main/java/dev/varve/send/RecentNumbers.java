package dev.varve.send;

/// Recognises numbers that were seen lately; may forget, never invents. What it saves is a repeated
/// command, so forgetting costs bytes and not correctness.
final class RecentNumbers {
    private static final int SLOTS = 64 << 10;

    private final long[] slots = new long[SLOTS];

    /// Notes a number other than zero; false if it was there.
    boolean add(long number) {
        int slot = Long.hashCode(number * 0x9E37_79B9_7F4A_7C15L) & (SLOTS - 1);
        boolean isNew = slots[slot] != number;
        slots[slot] = number;
        return isNew;
    }
}
