package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import java.util.BitSet;

/// The value of an item of the packs tree: what a pack holds and which of its slots are free. The
/// key is the pack number, big endian.
///
/// ```
/// kind u8 | slots u32 | stored bytes i64 | raw bytes i64 | changed generation i64
/// | bitmap of free slots, without its zero bytes at the end
/// ```
///
/// @param kind 1 metadata, 2 data
/// @param changed the last commit that freed something in it
public record PackItem(
        int kind, int slots, long storedBytes, long rawBytes, long changed, BitSet free) {

    /// Slots that something refers to.
    public int liveSlots() {
        return slots - free.cardinality();
    }

    public static byte[] key(long packNumber) {
        byte[] key = new byte[8];
        LittleEndian.putI64(key, 0, Long.reverseBytes(packNumber));
        return key;
    }

    public static long packNumber(byte[] key) throws CorruptionException {
        if (key.length != 8) {
            throw new CorruptionException("packs tree", "a pack number", key.length + " bytes");
        }
        return Long.reverseBytes(LittleEndian.i64(key, 0));
    }

    public byte[] write() {
        byte[] bitmap = free.toByteArray();
        return new FormatWriter(64 + bitmap.length)
                .u8(kind)
                .u32(slots)
                .i64(storedBytes)
                .i64(rawBytes)
                .i64(changed)
                .bytes(bitmap)
                .toBytes();
    }

    public static PackItem read(long packNumber, byte[] value) throws CorruptionException {
        FormatReader in = new FormatReader("pack item " + Long.toHexString(packNumber), value);
        int kind = in.u8();
        int slots = in.u32("slots", 0, BlockAddress.MAX_SLOT + 1);
        long storedBytes = in.i64("stored bytes", 0, Long.MAX_VALUE);
        long rawBytes = in.i64("raw bytes", 0, Long.MAX_VALUE);
        long changed = in.i64("generation", 0, Long.MAX_VALUE);
        byte[] bitmap = in.bytes(in.remaining());
        BitSet free = BitSet.valueOf(bitmap);
        if (free.length() > slots) {
            throw in.corrupt(
                    in.position() - bitmap.length, slots + " slots", "bit " + free.length());
        }
        return new PackItem(kind, slots, storedBytes, rawBytes, changed, free);
    }
}
