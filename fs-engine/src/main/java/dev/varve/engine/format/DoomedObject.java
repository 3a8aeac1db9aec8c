package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Timestamp;

/// An item of the packs tree behind all packs: an object of the store that no pack is in any more,
/// or that no commit ever referred to. It is deleted when whoever may still read it has had time to
/// end. The key is the number that names the object, with its highest bit set, big endian.
///
/// ```
/// generation i64 | since: seconds i64, nanoseconds u32 | size i64
/// ```
///
/// @param number names the object, as a pack number
/// @param generation the commit that needs it no more; older ones may
/// @param since the time of that commit
/// @param sizeBytes about what deleting it frees
public record DoomedObject(long number, long generation, Timestamp since, long sizeBytes) {
    private static final long BIT = Long.MIN_VALUE;

    /// The least key of such items.
    public static byte[] firstKey() {
        return PackItem.key(BIT);
    }

    /// Whether an item of the packs tree is one of these.
    public static boolean isKey(byte[] key) throws CorruptionException {
        return PackItem.packNumber(key) < 0;
    }

    public static byte[] key(long number) {
        return PackItem.key(number | BIT);
    }

    public byte[] write() {
        return new FormatWriter(32)
                .i64(generation)
                .i64(since.seconds())
                .u32(since.nanos())
                .i64(sizeBytes)
                .toBytes();
    }

    public static DoomedObject read(byte[] key, byte[] value) throws CorruptionException {
        long number = PackItem.packNumber(key) & ~BIT;
        FormatReader in = new FormatReader("doomed object " + Long.toHexString(number), value);
        if (!isKey(key) || !BlockAddress.isPackNumber(number)) {
            throw in.corrupt(0, "an object's number", Long.toHexString(number));
        }
        long generation = in.i64("generation", 0, Long.MAX_VALUE);
        long seconds = in.i64();
        int nanos = in.u32("nanoseconds", 0, 999_999_999);
        long sizeBytes = in.i64("size", 0, Long.MAX_VALUE);
        in.requireEnd();
        return new DoomedObject(number, generation, new Timestamp(seconds, nanos), sizeBytes);
    }
}
