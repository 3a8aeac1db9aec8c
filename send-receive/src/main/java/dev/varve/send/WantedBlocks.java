package dev.varve.send;

/// Blocks to look out for: a set of bounded size. What does not fit is not looked for; it is sent
/// as data.
final class WantedBlocks {
    private static final int SLOTS = 1 << 19;
    private static final int MAX_BLOCKS = SLOTS / 2;
    private static final int SHIFT = Long.SIZE - 19;

    /// No block has address 0.
    private long[] slots = {};

    private int count;

    void add(long block) {
        if (count == MAX_BLOCKS) {
            return;
        }
        if (slots.length == 0) {
            slots = new long[SLOTS];
        }
        int slot = slot(block);
        if (slots[slot] != block) {
            slots[slot] = block;
            count++;
        }
    }

    boolean contains(long block) {
        return count > 0 && slots[slot(block)] == block;
    }

    int count() {
        return count;
    }

    /// Where a block is, or would be.
    private int slot(long block) {
        int slot = (int) ((block * 0x9E37_79B9_7F4A_7C15L) >>> SHIFT);
        while (slots[slot] != 0 && slots[slot] != block) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        return slot;
    }
}
