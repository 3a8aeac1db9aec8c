package dev.varve.engine.commit;

import java.util.Arrays;

/// How much of an object of the store is in use, by the items of the packs it answers for.
public final class ObjectUse {
    private final long number;
    private final int kind;
    private long liveBytes;
    private long unusedBytes;
    private long liveSlots;
    private long[] packs = new long[1];
    private int packCount;

    /// @param number names the object
    /// @param kind 1 metadata, 2 data; an object has one kind
    ObjectUse(long number, int kind) {
        this.number = number;
        this.kind = kind;
    }

    void add(long pack, long packLiveSlots, long packLiveBytes, long packUnusedBytes) {
        if (packCount == packs.length) {
            packs = Arrays.copyOf(packs, packCount * 2);
        }
        packs[packCount++] = pack;
        liveSlots += packLiveSlots;
        liveBytes += packLiveBytes;
        unusedBytes += packUnusedBytes;
    }

    /// Names the object, as a pack number.
    public long number() {
        return number;
    }

    public int kind() {
        return kind;
    }

    /// Stored bytes that something refers to, about.
    public long liveBytes() {
        return liveBytes;
    }

    /// Stored bytes that nothing refers to, about.
    public long unusedBytes() {
        return unusedBytes;
    }

    public boolean isDead() {
        return liveSlots == 0;
    }

    /// The percentage in use.
    int usage() {
        long all = liveBytes + unusedBytes;
        return all == 0 ? 0 : (int) (100.0 * liveBytes / all);
    }

    /// Packs that the object answers for, ascending.
    long[] packs() {
        return Arrays.copyOf(packs, packCount);
    }
}
