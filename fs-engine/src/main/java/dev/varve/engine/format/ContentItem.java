package dev.varve.engine.format;

import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.CorruptionException;

/// An item of the contents tree: which block has a content.
///
/// ```
/// content id 16 -> block address i64
/// ```
public final class ContentItem {
    private static final int VALUE_BYTES = 8;

    private ContentItem() {}

    public static byte[] key(ContentId id) {
        byte[] key = new byte[ContentId.BYTES];
        putId(key, 0, id);
        return key;
    }

    public static ContentId id(byte[] key) throws CorruptionException {
        if (key.length != ContentId.BYTES) {
            throw new CorruptionException("contents tree", "a content id", key.length + " bytes");
        }
        return idAt(key, 0);
    }

    public static byte[] value(long address) {
        byte[] value = new byte[VALUE_BYTES];
        LittleEndian.putI64(value, 0, address);
        return value;
    }

    public static long address(ContentId id, byte[] value) throws CorruptionException {
        long address = value.length == VALUE_BYTES ? LittleEndian.i64(value, 0) : 0;
        if (!BlockAddress.isValid(address)) {
            throw new CorruptionException(
                    "contents tree, id " + id, "a block", value.length + " other bytes");
        }
        return address;
    }

    /// Ids stand most significant byte first, so that they sort as their bytes do.
    static void putId(byte[] bytes, int at, ContentId id) {
        LittleEndian.putI64(bytes, at, Long.reverseBytes(id.high()));
        LittleEndian.putI64(bytes, at + 8, Long.reverseBytes(id.low()));
    }

    static ContentId idAt(byte[] bytes, int at) {
        return new ContentId(
                Long.reverseBytes(LittleEndian.i64(bytes, at)),
                Long.reverseBytes(LittleEndian.i64(bytes, at + 8)));
    }
}
