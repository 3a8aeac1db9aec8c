package dev.varve.engine.format;

import dev.varve.engine.model.ContentId;

/// What a pack's table says of one slot.
///
/// @param offset of the stored bytes in the object
/// @param storedLength 0 if the block was reclaimed: the other fields are then 0 too
/// @param rawLength after decompression
/// @param kind [PackFormat#METADATA] or [PackFormat#DATA]
/// @param codec [PackFormat#RAW] or [PackFormat#ZSTD]
/// @param sealed whether the stored bytes are encrypted
/// @param content names what the block holds; none for nodes, and where nothing is shared by
///   content
/// @param checksum of the stored bytes
public record PackSlot(
        long offset,
        int storedLength,
        int rawLength,
        int kind,
        int codec,
        boolean sealed,
        ContentId content,
        byte[] checksum) {

    /// Whether the block is there.
    public boolean isPresent() {
        return storedLength != 0;
    }

    /// The same block elsewhere in an object.
    public PackSlot at(long newOffset) {
        return new PackSlot(
                newOffset, storedLength, rawLength, kind, codec, sealed, content, checksum);
    }

    /// A slot whose block was reclaimed.
    public static PackSlot dropped(int checksumBytes) {
        return new PackSlot(0, 0, 0, 0, 0, false, ContentId.NONE, new byte[checksumBytes]);
    }

    /// The first byte behind the block.
    public long end() {
        return offset + storedLength;
    }
}
