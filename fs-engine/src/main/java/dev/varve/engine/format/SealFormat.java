package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.UnsupportedFormatException;
import java.util.UUID;

/// What stands around encrypted bytes.
///
/// ```
/// block:  | key id u32 | nonce 12 | ciphertext | tag 16 |
/// object: | pool id 16 | key id u32 | nonce 12 | ciphertext | tag 16 |   inside an Envelope
/// ```
///
/// and what is bound to them beside, without being stored:
///
/// ```
/// block:  | pool id 16 | key id u32 | address i64 | kind u8 | codec u8 | raw length u32 |
/// object: | pool id 16 | key id u32 | the object's name |
/// ```
public final class SealFormat {
    public static final int NONCE_BYTES = 12;
    public static final int TAG_BYTES = 16;

    /// Bytes of a sealed block before its ciphertext.
    public static final int BLOCK_PREFIX_BYTES = 4 + NONCE_BYTES;

    /// How much longer a sealed block is.
    public static final int BLOCK_OVERHEAD_BYTES = BLOCK_PREFIX_BYTES + TAG_BYTES;

    private static final String MAGIC = "VARVSEAL";
    private static final int OLDEST = 1;
    private static final int CURRENT = 1;
    private static final int BOUND_BYTES = 16 + 4 + 8 + 1 + 1 + 4;

    private SealFormat() {}

    /// A sealed object's parts.
    ///
    /// @param sealed ciphertext and tag
    public record SealedObject(UUID poolId, int keyId, byte[] nonce, byte[] sealed) {}

    /// The key id of a sealed block.
    public static int blockKeyId(byte[] block) {
        return LittleEndian.i32(block, 0);
    }

    public static void putBlockKeyId(byte[] block, int keyId) {
        LittleEndian.putU32(block, 0, keyId);
    }

    /// What is bound to a block.
    public static byte[] boundToBlock(
            UUID poolId, int keyId, long address, int kind, int codec, int rawLength) {
        return new FormatWriter(BOUND_BYTES)
                .uuid(poolId)
                .u32(keyId)
                .i64(address)
                .u8(kind)
                .u8(codec)
                .u32(rawLength)
                .toBytes();
    }

    /// What is bound to an object.
    public static byte[] boundToObject(UUID poolId, int keyId, String name) {
        return new FormatWriter().uuid(poolId).u32(keyId).text(name).toBytes();
    }

    public static byte[] write(SealedObject object) {
        FormatWriter out = Envelope.begin(MAGIC, CURRENT);
        out.uuid(object.poolId()).u32(object.keyId());
        return Envelope.end(out.bytes(object.nonce()).bytes(object.sealed()));
    }

    public static SealedObject read(String where, byte[] bytes)
            throws CorruptionException, UnsupportedFormatException {
        FormatReader in = Envelope.open(where, bytes, MAGIC, OLDEST, CURRENT).body();
        UUID poolId = in.uuid();
        int keyId = in.u32("key id", 1, Integer.MAX_VALUE);
        byte[] nonce = in.bytes(NONCE_BYTES);
        return new SealedObject(poolId, keyId, nonce, in.bytes(in.remaining()));
    }
}
