package dev.varve.engine.tree;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.pack.BlockKind;
import dev.varve.engine.pack.Blocks;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Blocks in memory with the count of every living one. Using a freed block is a failed assertion.
public final class CountedBlocks implements Blocks, Sharing {
    private static final long FIRST_ADDRESS = BlockAddress.of(BlockAddress.packNumber(1, 1), 0);

    private final Map<Long, byte[]> blocks = new HashMap<>();
    private final Map<Long, Long> counts = new HashMap<>();
    private final Set<Long> freed = new HashSet<>();
    private long lastAddress = FIRST_ADDRESS - 1;
    private long reads;

    /// Nodes and data blocks read since the start.
    public long reads() {
        return reads;
    }

    /// A copy of the count of every living block.
    public Map<Long, Long> counts() {
        return new HashMap<>(counts);
    }

    /// How many blocks were ever appended.
    public long appended() {
        return lastAddress - FIRST_ADDRESS + 1;
    }

    /// Puts other bytes in a block's place.
    public void damage(long address, byte[] bytes) {
        requireLiving(address);
        blocks.put(address, bytes);
    }

    @Override
    public int frameLength(long block) {
        return 0;
    }

    @Override
    public byte[] frame(long block) {
        throw new IllegalStateException("nothing is compressed here");
    }

    @Override
    public byte[] read(long address) throws IOException {
        if (freed.contains(address)) {
            throw new AssertionError("read of freed block " + address);
        }
        byte[] bytes = blocks.get(address);
        if (bytes == null) {
            throw new CorruptionException("block " + address, "a block", "none");
        }
        reads++;
        return bytes;
    }

    @Override
    public long append(BlockKind kind, byte[] raw) {
        blocks.put(++lastAddress, raw);
        counts.put(lastAddress, 1L);
        return lastAddress;
    }

    @Override
    public boolean isShared(long address) {
        requireLiving(address);
        return counts.getOrDefault(address, 0L) > 1;
    }

    @Override
    public void retain(long address) {
        requireLiving(address);
        counts.merge(address, 1L, Long::sum);
    }

    @Override
    public void release(long address) {
        requireLiving(address);
        if (counts.merge(address, -1L, Long::sum) == 0) {
            counts.remove(address);
            blocks.remove(address);
            freed.add(address);
        }
    }

    private void requireLiving(long address) {
        if (!counts.containsKey(address)) {
            throw new AssertionError("no living block " + address);
        }
    }
}
