package dev.varve.engine.pack;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.PackFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A pack from its first block until it is in the store.
final class OpenPack {
    private static final int PART_RAW_BYTES = 1 << 20;

    private final long number;
    private final BlockKind kind;
    private final ChecksumKind checksum;

    /// By slot. Guarded by `this`, as is the sum.
    private final List<PendingBlock> blocks = new ArrayList<>();

    private long rawBytes;

    /// The blocks that may be written, and how many raw bytes they are: the writer's thread is
    /// woken for parts of some size, not for each block. Guarded by `this`, as is what follows.
    private int ready;

    private long readyBytes;
    private boolean isFull;
    private boolean isGivenUp;

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
        if (rawBytes - readyBytes >= PART_RAW_BYTES) {
            makeReady();
        }
        return block;
    }

    private void makeReady() {
        ready = blocks.size();
        readyBytes = rawBytes;
        notifyAll();
    }

    /// Whether something of it may be written.
    synchronized boolean isReady() {
        return ready > 0;
    }

    /// Nothing is added any more.
    synchronized void fill() {
        isFull = true;
        makeReady();
    }

    /// Whoever waits for blocks need not write them.
    synchronized void giveUp() {
        isGivenUp = true;
        notifyAll();
    }

    /// Waits for the block of a slot; null behind the last.
    ///
    /// @throws InterruptedException also if the pack was given up
    synchronized @Nullable PendingBlock await(int slot) throws InterruptedException {
        while (slot >= ready && !isFull && !isGivenUp) {
            wait();
        }
        if (isGivenUp) {
            throw new InterruptedException("the pack was given up");
        }
        return slot < ready ? blocks.get(slot) : null;
    }

    /// The block of a slot, or null if there is none yet.
    synchronized @Nullable PendingBlock block(int slot) {
        return slot < blocks.size() ? blocks.get(slot) : null;
    }
}
