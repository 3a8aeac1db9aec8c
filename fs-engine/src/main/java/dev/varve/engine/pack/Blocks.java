package dev.varve.engine.pack;

import dev.varve.engine.format.PackFormat;
import java.io.IOException;
import java.util.List;

/// Reads and appends immutable blocks by address. The seam between trees and packs.
public interface Blocks {
    /// The raw bytes of a block, verified. The array may be shared with a cache: do not modify it.
    ///
    /// @throws dev.varve.engine.model.CorruptionException if the block is damaged or missing
    byte[] read(long address) throws IOException;

    /// How many bytes a reader of a file should announce to [#prefetch]; 0 for none.
    default int readAheadBytes() {
        return 0;
    }

    /// Fetches blocks that are about to be read, neighbours in one go. Does nothing if the first
    /// one is at hand; says nothing of damage, which [#read] does.
    default void prefetch(List<Long> addresses) throws IOException {}

    /// Appends a block and returns its address at once; compression and writing go on behind it.
    /// [#read] of the address works from now on, in this process only until a flush.
    ///
    /// @param raw 1 byte to [#MAX_RAW_BYTES]; owned by the store from now on
    long append(BlockKind kind, byte[] raw) throws IOException;

    /// How long the zstd frame is that a block of the store holds; 0 if it is stored otherwise, or
    /// still to be written. Reads no block that is not sealed.
    int frameLength(long address) throws IOException;

    /// The zstd frame that a block of the store holds, verified as stored, not decoded.
    ///
    /// @throws IllegalStateException if it holds none
    byte[] frame(long address) throws IOException;

    /// The largest block.
    int MAX_RAW_BYTES = PackFormat.MAX_RAW_BYTES;
}
