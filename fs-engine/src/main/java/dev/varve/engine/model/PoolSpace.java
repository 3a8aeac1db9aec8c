package dev.varve.engine.model;

/// What a pool's objects hold.
///
/// @param waitingObjects objects that a reclaim deletes once their grace has ended
/// @param waitingBytes their size
/// @param deletedSubvolumes those that can still be brought back; they count as in use
public record PoolSpace(
        KindSpace data,
        KindSpace metadata,
        long waitingObjects,
        long waitingBytes,
        long deletedSubvolumes) {

    /// One kind of blocks.
    ///
    /// @param storedBytes of blocks in packs
    /// @param usedBytes of those that something refers to; about, where blocks differ in size
    /// @param rawBytes of all of them before compression
    public record KindSpace(
            long packs, long blocks, long storedBytes, long usedBytes, long rawBytes) {
        public long unusedBytes() {
            return storedBytes - usedBytes;
        }
    }
}
