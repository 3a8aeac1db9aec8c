package dev.varve.engine.model;

/// What a check went through, and how it ended.
///
/// @param generation the commit that was checked; 0 if there is none
/// @param heads heads that can be read
/// @param trees trees walked
/// @param nodes distinct tree nodes
/// @param items items in them
/// @param dataBlocks distinct data blocks referred to
/// @param packs packs the pool has
/// @param storedBytes what the blocks in use take in packs
/// @param errors findings that are no warnings
/// @param warnings findings that are
public record CheckResult(
        long generation,
        int heads,
        long trees,
        long nodes,
        long items,
        long dataBlocks,
        long packs,
        long storedBytes,
        long errors,
        long warnings) {
    /// Whether everything agrees; warnings are allowed.
    public boolean isSound() {
        return errors == 0;
    }
}
