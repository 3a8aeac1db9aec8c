package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import java.util.BitSet;

/// The value of an item of the packs tree: what a pack holds, where it is now and which of its
/// slots are free. The key is the pack number, big endian; behind all packs stand [DoomedObject]s.
///
/// ```
/// kind u8 | slots u32 | stored bytes i64 | raw bytes i64 | changed generation i64 | object i64
/// | n u16 | n: bitmap of dropped slots | bitmap of free slots
/// ```
///
/// Bitmaps stand without their zero bytes at the end.
///
/// @param kind 1 metadata, 2 data
/// @param storedBytes of the slots that are still there
/// @param rawBytes the same before compression
/// @param changed the last commit that freed something in it
/// @param object the number that names the object which answers for the pack; 0 is its first one
/// @param dropped free slots whose blocks that object no longer has
/// @param free slots that nothing refers to, dropped ones too
public record PackItem(
        int kind,
        int slots,
        long storedBytes,
        long rawBytes,
        long changed,
        long object,
        BitSet dropped,
        BitSet free) {
    private static final int KEY_BYTES = 8;

    /// A pack in its first object, where nothing is free yet.
    public static PackItem of(Head.NewPack pack, long generation) {
        return new PackItem(
                pack.kind(),
                pack.slots(),
                pack.storedBytes(),
                pack.rawBytes(),
                generation,
                0,
                new BitSet(),
                new BitSet());
    }

    /// The same with other slots free.
    public PackItem withFree(BitSet newFree, long generation) {
        return new PackItem(
                kind, slots, storedBytes, rawBytes, generation, object, dropped, newFree);
    }

    /// The same in another object.
    public PackItem in(long newObject) {
        return new PackItem(kind, slots, storedBytes, rawBytes, changed, newObject, dropped, free);
    }

    /// Slots that something refers to.
    public int liveSlots() {
        return slots - free.cardinality();
    }

    /// Slots whose blocks are still there.
    public int presentSlots() {
        return slots - dropped.cardinality();
    }

    /// About how many stored bytes nothing refers to, as if all blocks were of one size.
    public long unusedBytes() {
        int present = presentSlots();
        return present == 0 ? 0 : storedBytes * (present - liveSlots()) / present;
    }

    /// The number that names the object which answers for the pack.
    public long objectOf(long packNumber) {
        return object == 0 ? packNumber : object;
    }

    public static byte[] key(long packNumber) {
        byte[] key = new byte[KEY_BYTES];
        LittleEndian.putI64(key, 0, Long.reverseBytes(packNumber));
        return key;
    }

    public static long packNumber(byte[] key) throws CorruptionException {
        if (key.length != KEY_BYTES) {
            throw new CorruptionException("packs tree", "a pack number", key.length + " bytes");
        }
        return Long.reverseBytes(LittleEndian.i64(key, 0));
    }

    public byte[] write() {
        byte[] droppedBits = dropped.toByteArray();
        byte[] freeBits = free.toByteArray();
        return new FormatWriter(64 + droppedBits.length + freeBits.length)
                .u8(kind)
                .u32(slots)
                .i64(storedBytes)
                .i64(rawBytes)
                .i64(changed)
                .i64(object)
                .u16(droppedBits.length)
                .bytes(droppedBits)
                .bytes(freeBits)
                .toBytes();
    }

    public static PackItem read(long packNumber, byte[] value) throws CorruptionException {
        FormatReader in = new FormatReader("pack item " + Long.toHexString(packNumber), value);
        int kind = in.u8();
        int slots = in.u32("slots", 0, BlockAddress.MAX_SLOT + 1);
        long storedBytes = in.i64("stored bytes", 0, Long.MAX_VALUE);
        long rawBytes = in.i64("raw bytes", 0, Long.MAX_VALUE);
        long changed = in.i64("generation", 0, Long.MAX_VALUE);
        long object = in.i64("object", 0, Long.MAX_VALUE);
        if (object != 0 && !BlockAddress.isPackNumber(object)) {
            throw in.corrupt(in.position() - 8, "an object's number", Long.toHexString(object));
        }
        BitSet dropped = BitSet.valueOf(in.bytes(in.u16()));
        byte[] freeBits = in.bytes(in.remaining());
        BitSet free = BitSet.valueOf(freeBits);
        int at = in.position() - freeBits.length;
        if (free.length() > slots) {
            throw in.corrupt(at, slots + " slots", "bit " + free.length());
        }
        BitSet droppedInUse = (BitSet) dropped.clone();
        droppedInUse.andNot(free);
        if (!droppedInUse.isEmpty()) {
            throw in.corrupt(at, "dropped slots to be free", "slot " + droppedInUse.nextSetBit(0));
        }
        return new PackItem(kind, slots, storedBytes, rawBytes, changed, object, dropped, free);
    }
}
