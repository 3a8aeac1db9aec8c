package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.UnsupportedFormatException;
import java.util.Arrays;

/// A tree node as bytes: a slotted page. All numbers little-endian, all unsigned.
///
/// ```
///   0        1       2        4           8              16               16+6n
///   +--------+-------+--------+-----------+--------------+-- slot 0..n-1 -+-- items in order --+
///   | version| level | n      | size      | generation   | off klen vlen  | key value key value|
///   +--------+-------+--------+-----------+--------------+----------------+--------------------+
/// ```
///
/// Level 0 is a leaf. Keys ascend strictly as unsigned bytes. An item of a higher level is a child:
/// its value is the child's address (8) and generation (8), its key a lower bound of the child's
/// keys. The first child's key is empty: its lower bound is the node's own. No checksum here, the
/// pack has one for the block.
///
/// A page being built is the same, except that its items may lie anywhere behind the slots;
/// [#check] accepts only the finished form.
public final class NodeFormat {
    /// The oldest version this program reads.
    public static final int OLDEST_VERSION = 1;

    /// The version this program writes.
    public static final int VERSION = 1;

    /// The largest node; a fuller one is split.
    public static final int MAX_BYTES = 32 << 10;

    /// The longest key in bytes; the shortest is 1.
    public static final int MAX_KEY_BYTES = 1024;

    /// The longest value in bytes; the shortest is 0.
    public static final int MAX_VALUE_BYTES = 8192;

    /// The highest level a root can have.
    public static final int MAX_LEVEL = 15;

    private static final int VERSION_AT = 0;
    private static final int LEVEL_AT = VERSION_AT + Byte.BYTES;
    private static final int COUNT_AT = LEVEL_AT + Byte.BYTES;
    private static final int SIZE_AT = COUNT_AT + Short.BYTES;
    private static final int GENERATION_AT = SIZE_AT + Integer.BYTES;

    /// Where the slots start.
    public static final int HEADER_BYTES = GENERATION_AT + Long.BYTES;

    private static final int KEY_LENGTH_IN_SLOT = Short.BYTES;
    private static final int VALUE_LENGTH_IN_SLOT = KEY_LENGTH_IN_SLOT + Short.BYTES;

    /// What an item takes beside its key and value.
    public static final int SLOT_BYTES = VALUE_LENGTH_IN_SLOT + Short.BYTES;

    private static final int GENERATION_IN_CHILD = Long.BYTES;

    /// The value of an item that is a child.
    public static final int CHILD_BYTES = GENERATION_IN_CHILD + Long.BYTES;

    private NodeFormat() {}

    // --- reading; the page has been checked or is our own ---

    public static int level(byte[] page) {
        return page[LEVEL_AT];
    }

    public static int count(byte[] page) {
        return LittleEndian.u16(page, COUNT_AT);
    }

    public static long generation(byte[] page) {
        return LittleEndian.i64(page, GENERATION_AT);
    }

    public static int keyOffset(byte[] page, int slot) {
        return u16(page, slotAt(slot));
    }

    public static int keyLength(byte[] page, int slot) {
        return u16(page, slotAt(slot) + KEY_LENGTH_IN_SLOT);
    }

    public static int valueOffset(byte[] page, int slot) {
        return keyOffset(page, slot) + keyLength(page, slot);
    }

    public static int valueLength(byte[] page, int slot) {
        return u16(page, slotAt(slot) + VALUE_LENGTH_IN_SLOT);
    }

    public static byte[] key(byte[] page, int slot) {
        int offset = keyOffset(page, slot);
        return Arrays.copyOfRange(page, offset, offset + keyLength(page, slot));
    }

    public static byte[] value(byte[] page, int slot) {
        int offset = valueOffset(page, slot);
        return Arrays.copyOfRange(page, offset, offset + valueLength(page, slot));
    }

    /// The address of a child; the page's level is at least 1.
    public static long childAddress(byte[] page, int slot) {
        return LittleEndian.i64(page, valueOffset(page, slot));
    }

    public static long childGeneration(byte[] page, int slot) {
        return LittleEndian.i64(page, valueOffset(page, slot) + GENERATION_IN_CHILD);
    }

    /// An item's key against `key`, as unsigned bytes.
    public static int compareKey(byte[] page, int slot, byte[] key) {
        int offset = keyOffset(page, slot);
        return Arrays.compareUnsigned(
                page, offset, offset + keyLength(page, slot), key, 0, key.length);
    }

    public static boolean keyStartsWith(byte[] page, int slot, byte[] prefix) {
        int offset = keyOffset(page, slot);
        int end = offset + prefix.length;
        return keyLength(page, slot) >= prefix.length
                && Arrays.equals(page, offset, end, prefix, 0, prefix.length);
    }

    /// The slot that holds `key`, or `-(slot where it would be) - 1`.
    public static int search(byte[] page, byte[] key) {
        int low = 0;
        int high = count(page) - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compareKey(page, middle, key);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    /// The slot of the child whose range holds `key`; the page's level is at least 1.
    public static int childSlot(byte[] page, byte[] key) {
        int found = search(page, key);
        return found >= 0 ? found : -found - 2;
    }

    // --- building ---

    public static void putHeader(byte[] page, int level, int count, int size, long generation) {
        page[VERSION_AT] = VERSION;
        page[LEVEL_AT] = (byte) level;
        putCount(page, count);
        LittleEndian.putU32(page, SIZE_AT, size);
        LittleEndian.putI64(page, GENERATION_AT, generation);
    }

    public static void putCount(byte[] page, int count) {
        LittleEndian.putU16(page, COUNT_AT, count);
    }

    public static void putSlot(
            byte[] page, int slot, int keyOffset, int keyLength, int valueLength) {
        int at = slotAt(slot);
        LittleEndian.putU16(page, at, keyOffset);
        LittleEndian.putU16(page, at + KEY_LENGTH_IN_SLOT, keyLength);
        LittleEndian.putU16(page, at + VALUE_LENGTH_IN_SLOT, valueLength);
    }

    /// Moves `count` slots, which may overlap their new place.
    public static void moveSlots(byte[] page, int from, int to, int count) {
        System.arraycopy(page, slotAt(from), page, slotAt(to), count * SLOT_BYTES);
    }

    public static void putChild(byte[] page, int slot, long address, long generation) {
        int offset = valueOffset(page, slot);
        LittleEndian.putI64(page, offset, address);
        LittleEndian.putI64(page, offset + GENERATION_IN_CHILD, generation);
    }

    /// Where the bytes behind `count` slots start.
    public static int itemsAt(int count) {
        return slotAt(count);
    }

    // --- checking ---

    /// Makes sure that no number in the page leads outside of it and that its keys are in order.
    /// Everything above may be called on the page from then on.
    ///
    /// @param address where the page comes from, for messages
    public static void check(byte[] page, long address) throws StorageException {
        checkHeader(page, address);
        int count = count(page);
        int expectedOffset = itemsAt(count);
        for (int slot = 0; slot < count; slot++) {
            int offset = keyOffset(page, slot);
            require(offset == expectedOffset, address, slot, "offset", expectedOffset, offset);
            checkLengths(page, address, slot);
            int end = offset + keyLength(page, slot) + valueLength(page, slot);
            require(end <= page.length, address, slot, "end", page.length, end);
            checkOrder(page, address, slot);
            expectedOffset = end;
        }
        require(expectedOffset == page.length, address, count, "end", page.length, expectedOffset);
        if (level(page) > 0) {
            checkChildren(page, address);
        }
    }

    /// The part of [#check] that reading needs: no number in the page leads outside of it. Order is
    /// not looked at. For pages that are read once, to add up what they refer to.
    ///
    /// @param address where the page comes from, for messages
    public static void checkBounds(byte[] page, long address) throws StorageException {
        checkHeader(page, address);
        int count = count(page);
        boolean isLeaf = level(page) == 0;
        int expected = itemsAt(count);
        for (int slot = 0; slot < count; slot++) {
            int at = slotAt(slot);
            int offset = u16(page, at);
            int keyLength = u16(page, at + KEY_LENGTH_IN_SLOT);
            int valueLength = u16(page, at + VALUE_LENGTH_IN_SLOT);
            boolean valid =
                    offset == expected
                            && keyLength <= MAX_KEY_BYTES
                            && (isLeaf
                                    ? keyLength > 0 && valueLength <= MAX_VALUE_BYTES
                                    : valueLength == CHILD_BYTES);
            require(valid, address, slot, "item at", expected, offset);
            expected += keyLength + valueLength;
        }
        require(expected == page.length, address, count, "end", page.length, expected);
        if (!isLeaf) {
            checkChildren(page, address);
        }
    }

    /// For the first compiler, which does not see through a var handle.
    private static int u16(byte[] page, int at) {
        return (page[at] & 0xff) | ((page[at + 1] & 0xff) << 8);
    }

    private static void checkHeader(byte[] page, long address) throws StorageException {
        if (page.length < itemsAt(1) || page.length > MAX_BYTES) {
            throw corrupt(address, itemsAt(1) + " to " + MAX_BYTES + " bytes", page.length);
        }
        int version = LittleEndian.u8(page, VERSION_AT);
        if (version < OLDEST_VERSION || version > VERSION) {
            throw new UnsupportedFormatException(name(address), version, OLDEST_VERSION, VERSION);
        }
        int level = LittleEndian.u8(page, LEVEL_AT);
        if (level > MAX_LEVEL) {
            throw corrupt(address, "a level to " + MAX_LEVEL, level);
        }
        int count = count(page);
        if (count < 1 || itemsAt(count) > page.length) {
            throw corrupt(address, "a count that fits in " + page.length + " bytes", count);
        }
        long size = LittleEndian.u32(page, SIZE_AT);
        if (size != page.length) {
            throw corrupt(address, "size " + page.length, size);
        }
        if (generation(page) < 0) {
            throw corrupt(address, "a generation", generation(page));
        }
    }

    private static void checkLengths(byte[] page, long address, int slot)
            throws CorruptionException {
        int keyLength = keyLength(page, slot);
        int valueLength = valueLength(page, slot);
        if (level(page) == 0) {
            boolean valid = keyLength >= 1 && keyLength <= MAX_KEY_BYTES;
            require(valid, address, slot, "key length", MAX_KEY_BYTES, keyLength);
            valid = valueLength <= MAX_VALUE_BYTES;
            require(valid, address, slot, "value length", MAX_VALUE_BYTES, valueLength);
        } else {
            boolean valid = slot == 0 ? keyLength == 0 : keyLength <= MAX_KEY_BYTES;
            require(valid, address, slot, "key length", slot == 0 ? 0 : MAX_KEY_BYTES, keyLength);
            valid = valueLength == CHILD_BYTES;
            require(valid, address, slot, "value length", CHILD_BYTES, valueLength);
        }
    }

    private static void checkOrder(byte[] page, long address, int slot) throws CorruptionException {
        if (slot > 0 && compareKeys(page, slot - 1, page, slot) >= 0) {
            throw new CorruptionException(
                    name(address) + " slot " + slot, "ascending keys", "one out of order");
        }
    }

    private static void checkChildren(byte[] page, long address) throws CorruptionException {
        long generation = generation(page);
        for (int slot = 0; slot < count(page); slot++) {
            long child = childAddress(page, slot);
            if (!BlockAddress.isValid(child)) {
                // The name only now: this runs for every child of every node read.
                BlockAddress.requireValid(name(address) + " slot " + slot, child);
            }
            long born = childGeneration(page, slot);
            boolean valid = born >= 0 && born <= generation;
            require(valid, address, slot, "child generation", generation, born);
        }
    }

    /// Two items' keys, as unsigned bytes.
    public static int compareKeys(byte[] page, int slot, byte[] otherPage, int otherSlot) {
        int offset = keyOffset(page, slot);
        int otherOffset = keyOffset(otherPage, otherSlot);
        return Arrays.compareUnsigned(
                page,
                offset,
                offset + keyLength(page, slot),
                otherPage,
                otherOffset,
                otherOffset + keyLength(otherPage, otherSlot));
    }

    /// A node's name in messages.
    public static String name(long address) {
        return "node " + new BlockAddress(address);
    }

    private static CorruptionException corrupt(long address, String expected, long actual) {
        return new CorruptionException(name(address), expected, Long.toString(actual));
    }

    private static void require(
            boolean valid, long address, int slot, String what, long expected, long actual)
            throws CorruptionException {
        if (!valid) {
            throw new CorruptionException(
                    name(address) + " slot " + slot, what + " " + expected, Long.toString(actual));
        }
    }

    private static int slotAt(int slot) {
        return HEADER_BYTES + slot * SLOT_BYTES;
    }
}
