package dev.varve.send;

import java.util.Arrays;
import java.util.Optional;

/// Where blocks can be found at the receiver: an open hash table in plain arrays, of bounded size.
/// When it is full, new places push out old ones; what is lost is a shared range, not correctness.
/// The same sequence of calls always has the same results.
final class BlockPlaces {
    private static final int FIRST_SLOTS = 1 << 12;
    private static final int MAX_SLOTS = 1 << 19;
    private static final int PROBES = 8;
    private static final int ABSENT = -1;

    private int slots;
    private long[] blocks;
    private long[] inodes;
    private long[] fileOffsets;

    /// Offset in the block and length, 32 bits each.
    private long[] ranges;

    /// Number of the tree; [#ABSENT] marks a free slot.
    private byte[] trees;

    private int used;

    /// Bytes of a block in a file.
    ///
    /// @param tree number of the tree, 0 to 127
    record Place(int tree, long inode, long fileOffset, int blockOffset, int length) {}

    BlockPlaces() {
        slots = FIRST_SLOTS;
        blocks = new long[slots];
        inodes = new long[slots];
        fileOffsets = new long[slots];
        ranges = new long[slots];
        trees = freeSlots(slots);
    }

    private static byte[] freeSlots(int count) {
        byte[] free = new byte[count];
        Arrays.fill(free, (byte) ABSENT);
        return free;
    }

    /// Notes a place, unless one that holds at least as much of the block is known.
    void add(long block, Place place) {
        if (used > slots / 2 && slots < MAX_SLOTS) {
            grow();
        }
        int home = home(block);
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = (home + probe) & (slots - 1);
            if (trees[slot] == ABSENT) {
                used++;
                set(slot, block, place);
                return;
            }
            if (blocks[slot] == block) {
                if ((int) ranges[slot] < place.length) {
                    set(slot, block, place);
                }
                return;
            }
        }
        set(home, block, place);
    }

    private void set(int slot, long block, Place place) {
        blocks[slot] = block;
        inodes[slot] = place.inode;
        fileOffsets[slot] = place.fileOffset;
        ranges[slot] = (long) place.blockOffset << 32 | place.length;
        trees[slot] = (byte) place.tree;
    }

    /// A known place of the block, or nothing.
    Optional<Place> find(long block) {
        int home = home(block);
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = (home + probe) & (slots - 1);
            if (trees[slot] == ABSENT) {
                break;
            }
            if (blocks[slot] == block) {
                return Optional.of(place(slot));
            }
        }
        return Optional.empty();
    }

    private Place place(int slot) {
        long range = ranges[slot];
        return new Place(
                trees[slot], inodes[slot], fileOffsets[slot], (int) (range >>> 32), (int) range);
    }

    private int home(long block) {
        long mixed = block * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 40) & (slots - 1);
    }

    private void grow() {
        final BlockPlaces larger = new BlockPlaces();
        larger.resize(slots * 4);
        for (int slot = 0; slot < slots; slot++) {
            if (trees[slot] != ABSENT) {
                larger.add(blocks[slot], place(slot));
            }
        }
        slots = larger.slots;
        blocks = larger.blocks;
        inodes = larger.inodes;
        fileOffsets = larger.fileOffsets;
        ranges = larger.ranges;
        trees = larger.trees;
        used = larger.used;
    }

    private void resize(int count) {
        slots = count;
        blocks = new long[count];
        inodes = new long[count];
        fileOffsets = new long[count];
        ranges = new long[count];
        trees = freeSlots(count);
    }
}
