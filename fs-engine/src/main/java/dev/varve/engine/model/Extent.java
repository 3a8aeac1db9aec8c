package dev.varve.engine.model;

/// A piece of a file. Pieces are in order and do not overlap; gaps between them are holes.
public sealed interface Extent {
    /// First byte in the file.
    long offset();

    /// Length in bytes, at least 1. The last extent may reach beyond the file's size.
    long length();

    /// The first byte behind it.
    default long end() {
        return offset() + length();
    }

    /// Bytes of an immutable, possibly shared block.
    ///
    /// @param block the block's address, the identity by which sharing is seen
    /// @param blockOffset where in the block's raw bytes this extent starts
    /// @param blockLength the block's raw length in bytes
    /// @param generation the transaction that put it here
    record Data(
            long offset, long length, long block, int blockOffset, int blockLength, long generation)
            implements Extent {}

    /// The whole content of a small file, kept beside its inode; always at offset 0.
    record Inline(long length) implements Extent {
        @Override
        public long offset() {
            return 0;
        }
    }

    /// Allocated and never written; reads as zeros.
    record Preallocated(long offset, long length) implements Extent {}
}
