package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Extent;
import java.util.Arrays;

/// The value of an EXTENT item; the file offset is in the key.
///
/// ```
/// 0 inline        | the bytes
/// 1 data          | block u64 | block offset u32 | block length u32 | length u32 | generation u64
/// 2 preallocated  | length u64
/// ```
///
/// and of an XATTR item: kind 0 with the bytes, or kind 1 with a block that holds the value.
public final class ExtentFormat {
    private static final int INLINE = 0;
    private static final int DATA = 1;
    private static final int PREALLOCATED = 2;

    private static final int BLOCK = 1;
    private static final int BLOCK_OFFSET = BLOCK + 8;
    private static final int BLOCK_LENGTH = BLOCK_OFFSET + 4;
    private static final int LENGTH = BLOCK_LENGTH + 4;
    private static final int GENERATION = LENGTH + 4;
    private static final int DATA_BYTES = GENERATION + 8;
    private static final int PREALLOCATED_BYTES = 9;

    private ExtentFormat() {}

    public static byte[] inline(byte[] content) {
        byte[] out = new byte[1 + content.length];
        System.arraycopy(content, 0, out, 1, content.length);
        return out;
    }

    private static byte[] data(Extent.Data data) {
        byte[] out = new byte[DATA_BYTES];
        out[0] = DATA;
        LittleEndian.putI64(out, BLOCK, data.block());
        LittleEndian.putU32(out, BLOCK_OFFSET, data.blockOffset());
        LittleEndian.putU32(out, BLOCK_LENGTH, data.blockLength());
        LittleEndian.putU32(out, LENGTH, data.length());
        LittleEndian.putI64(out, GENERATION, data.generation());
        return out;
    }

    private static byte[] preallocated(long length) {
        byte[] out = new byte[PREALLOCATED_BYTES];
        out[0] = PREALLOCATED;
        LittleEndian.putI64(out, 1, length);
        return out;
    }

    /// A data extent, or a preallocated one.
    public static byte[] write(Extent extent) {
        return switch (extent) {
            case Extent.Data data -> data(data);
            case Extent.Preallocated prealloc -> preallocated(prealloc.length());
            case Extent.Inline _ -> throw new IllegalArgumentException("inline bytes not given");
        };
    }

    public static Extent read(
            long inode, long fileOffset, byte[] page, int valueOffset, int valueLength)
            throws CorruptionException {
        int kind = valueLength > 0 ? page[valueOffset] : -1;
        Extent extent;
        if (kind == INLINE && valueLength > 1 && fileOffset == 0) {
            extent = new Extent.Inline(valueLength - 1L);
        } else if (kind == DATA && valueLength == DATA_BYTES) {
            extent = data(fileOffset, page, valueOffset);
        } else if (kind == PREALLOCATED && valueLength == PREALLOCATED_BYTES) {
            long length = LittleEndian.i64(page, valueOffset + 1);
            extent = new Extent.Preallocated(fileOffset, length);
        } else {
            throw new CorruptionException(
                    where(inode, fileOffset),
                    "an extent",
                    "kind " + kind + " of " + valueLength + " bytes");
        }
        if (fileOffset < 0 || extent.length() <= 0 || extent.end() < 0) {
            throw new CorruptionException(
                    where(inode, fileOffset), "a length", Long.toString(extent.length()));
        }
        return checked(inode, extent);
    }

    private static Extent data(long fileOffset, byte[] page, int at) {
        return new Extent.Data(
                fileOffset,
                LittleEndian.u32(page, at + LENGTH),
                LittleEndian.i64(page, at + BLOCK),
                LittleEndian.i32(page, at + BLOCK_OFFSET),
                LittleEndian.i32(page, at + BLOCK_LENGTH),
                LittleEndian.i64(page, at + GENERATION));
    }

    private static String where(long inode, long fileOffset) {
        return "extent of inode " + inode + " at " + fileOffset;
    }

    /// The extent, if it is one of a block that can be.
    private static Extent checked(long inode, Extent extent) throws CorruptionException {
        if (extent instanceof Extent.Data data) {
            long blockEnd = data.blockOffset() + data.length();
            if (data.blockOffset() < 0
                    || blockEnd > data.blockLength()
                    || !BlockAddress.isValid(data.block())) {
                throw new CorruptionException(
                        where(inode, data.offset()),
                        "a range of a block",
                        "%d+%d of %d in block %x"
                                .formatted(
                                        data.blockOffset(),
                                        data.length(),
                                        data.blockLength(),
                                        data.block()));
            }
        }
        return extent;
    }

    /// The bytes of an inline extent or xattr.
    public static byte[] inlineBytes(byte[] page, int valueOffset, int valueLength) {
        return Arrays.copyOfRange(page, valueOffset + 1, valueOffset + valueLength);
    }

    public static boolean isInline(byte[] page, int valueOffset) {
        return page[valueOffset] == INLINE;
    }

    /// The block that this EXTENT or XATTR value refers to, or 0.
    public static long block(byte[] page, int valueOffset, int valueLength) {
        boolean refers = valueLength >= BLOCK_OFFSET && page[valueOffset] == DATA;
        return refers ? LittleEndian.i64(page, valueOffset + BLOCK) : 0;
    }
}
