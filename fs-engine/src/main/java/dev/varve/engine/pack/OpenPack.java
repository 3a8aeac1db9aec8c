package dev.varve.engine.pack;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.PackFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A pack from its first block until it is in the store.
final class OpenPack {
    private final long number;
    private final BlockKind kind;
    private final ChecksumKind checksum;

    /// By slot. Guarded by `this`, as is the sum.
    private final List<PendingBlock> blocks = new ArrayList<>();

    private long rawBytes;

    OpenPack(long number, BlockKind kind, ChecksumKind checksum) {
        this.number = number;
        this.kind = kind;
        this.checksum = checksum;
    }

    long number() {
        return number;
    }

    ChecksumKind checksum() {
        return checksum;
    }

    BlockKind kind() {
        return kind;
    }

    /// Whether a block still fits. The first always does.
    synchronized boolean hasRoomFor(int length, BlockTraits traits, int packRawBytes) {
        return blocks.isEmpty()
                || (traits.checksum() == checksum
                        && blocks.size() < PackFormat.FULL_SLOTS
                        && rawBytes + length <= packRawBytes);
    }

    synchronized PendingBlock add(byte[] raw, BlockTraits traits, BlockCodec codec) {
        long address = BlockAddress.of(number, blocks.size());
        PendingBlock block =
                new PendingBlock(
                        address,
                        kind,
                        raw,
                        traits.content(),
                        () -> codec.store(address, kind, raw, traits));
        blocks.add(block);
        rawBytes += raw.length;
        return block;
    }

    /// The block of a slot, or null if there is none yet.
    synchronized @Nullable PendingBlock block(int slot) {
        return slot < blocks.size() ? blocks.get(slot) : null;
    }

    /// All blocks by slot, once nothing is added any more.
    synchronized List<PendingBlock> blocks() {
        return List.copyOf(blocks);
    }
}
