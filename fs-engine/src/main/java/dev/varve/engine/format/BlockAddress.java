package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a block is, for ever: a pack's number and a slot in it. Stored as one positive 64-bit
/// number, which hot loops pass as a bare `long`; zero is no block.
///
/// ```
/// bit 62      40 39        16 15      0
///    | writer 23 | sequence 24 | slot 16 |
///    |   pack number 47        |
/// ```
///
/// A writer claims its number once, counts its own packs from 1 and never uses a number twice.
public record BlockAddress(long value) {
    private static final Pattern TEXT =
            Pattern.compile("([0-9a-f]{1,6})-([0-9a-f]{1,6}):([0-9]{1,6})");

    /// The address that is no block.
    public static final long NONE = 0;

    public static final int SLOT_BITS = 16;
    public static final int SEQUENCE_BITS = 24;
    public static final int WRITER_BITS = 23;

    /// Writers count from 1 to this.
    public static final int MAX_WRITER = (1 << WRITER_BITS) - 1;

    /// A writer's packs count from 1 to this.
    public static final int MAX_SEQUENCE = (1 << SEQUENCE_BITS) - 1;

    /// Slots of a pack count from 0 to this.
    public static final int MAX_SLOT = (1 << SLOT_BITS) - 1;

    /// The number of a writer's pack.
    public static long packNumber(int writer, int sequence) {
        requireIn("writer", writer, MAX_WRITER);
        requireIn("sequence", sequence, MAX_SEQUENCE);
        return ((long) writer << SEQUENCE_BITS) | sequence;
    }

    /// The address of a slot in a pack.
    public static long of(long packNumber, int slot) {
        if (!isPackNumber(packNumber) || slot < 0 || slot > MAX_SLOT) {
            throw new IllegalArgumentException("pack " + packNumber + " slot " + slot);
        }
        return (packNumber << SLOT_BITS) | slot;
    }

    /// Whether a number read from outside may stand for a pack.
    public static boolean isPackNumber(long packNumber) {
        return packNumber >>> (WRITER_BITS + SEQUENCE_BITS) == 0
                && writer(packNumber) != 0
                && (packNumber & MAX_SEQUENCE) != 0;
    }

    /// Whether a number read from outside may stand for a block.
    public static boolean isValid(long address) {
        return isPackNumber(address >>> SLOT_BITS);
    }

    /// Checks a number read from outside.
    ///
    /// @param where what holds the number, for the message
    /// @return the address
    public static long requireValid(String where, long address) throws CorruptionException {
        if (!isValid(address)) {
            throw new CorruptionException(where, "a block address", Long.toHexString(address));
        }
        return address;
    }

    /// Reads what [#toString] shows.
    ///
    /// @throws IllegalArgumentException if it is no address
    public static long parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "not a block's address like 000001-00000a:7: " + text);
        }
        long pack =
                packNumber(
                        Integer.parseInt(parts.group(1), 16), Integer.parseInt(parts.group(2), 16));
        long address = pack << SLOT_BITS | Integer.parseInt(parts.group(3));
        if (Integer.parseInt(parts.group(3)) > MAX_SLOT || !isValid(address)) {
            throw new IllegalArgumentException("no block has the address " + text);
        }
        return address;
    }

    /// The pack that a block was first written to.
    public static long packOf(long address) {
        return address >>> SLOT_BITS;
    }

    /// The block's slot in its pack.
    public static int slotOf(long address) {
        return (int) address & MAX_SLOT;
    }

    /// The writer of a pack.
    public static int writer(long packNumber) {
        return (int) (packNumber >>> SEQUENCE_BITS);
    }

    /// The place of a pack among its writer's.
    public static int sequence(long packNumber) {
        return (int) packNumber & MAX_SEQUENCE;
    }

    @Override
    public String toString() {
        long pack = packOf(value);
        return "%06x-%06x:%d".formatted(writer(pack), sequence(pack), slotOf(value));
    }

    private static void requireIn(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + " " + value + " not in 1.." + max);
        }
    }
}
