package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.UnsupportedFormatException;

/// The object `pool`, inside an [Envelope]; whoever creates it has made the pool.
///
/// ```
/// pool id 16 | created: seconds i64, nanoseconds u32 | checksum u8 | compression level u8
/// | content key 32 | label
/// ```
public final class PoolFormat {
    public static final String NAME = "pool";

    private static final String MAGIC = "VARVPOOL";
    private static final int OLDEST = 1;
    private static final int CURRENT = 1;
    private static final int MAX_LEVEL = 19;
    private static final int CONTENT_KEY_BYTES = 32;

    private PoolFormat() {}

    public static byte[] write(PoolRecord pool) {
        FormatWriter out = Envelope.begin(MAGIC, CURRENT);
        out.uuid(pool.poolId())
                .i64(pool.created().seconds())
                .u32(pool.created().nanos())
                .u8(pool.checksum())
                .u8(pool.compressionLevel())
                .bytes(pool.contentKey())
                .text(pool.label());
        return Envelope.end(out);
    }

    public static PoolRecord read(String where, byte[] bytes)
            throws CorruptionException, UnsupportedFormatException {
        FormatReader in = Envelope.open(where, bytes, MAGIC, OLDEST, CURRENT).body();
        var poolId = in.uuid();
        long seconds = in.i64();
        int nanos = in.u32("nanoseconds", 0, 999_999_999);
        int checksum = in.u8();
        int level = in.u8();
        if (level > MAX_LEVEL) {
            throw in.corrupt(in.position() - 1, "a compression level", Integer.toString(level));
        }
        byte[] contentKey = in.bytes(CONTENT_KEY_BYTES);
        String label = in.text();
        in.requireEnd();
        Timestamp created = new Timestamp(seconds, nanos);
        return new PoolRecord(poolId, created, checksum, level, contentKey, label);
    }
}
