package dev.varve.engine.model;

/// What a reclaim did, or with a dry run would do.
///
/// @param generation the newest commit afterwards
/// @param keptSubvolumes deleted subvolumes whose grace has not ended
/// @param liveBytes stored bytes in use before packing
/// @param unusedBytes stored bytes that nothing referred to before packing, about
/// @param rewrittenObjects sparse or small objects whose live blocks were copied
/// @param emptyObjects objects without any live block
/// @param copiedBytes stored bytes copied
/// @param writtenObjects objects they were copied to
/// @param damagedObjects objects left alone because a live block could not be read
/// @param strayObjects objects found that no commit knows
/// @param deletedObjects objects deleted from the store
/// @param deletedBytes their size
/// @param waitingObjects objects that will be deleted once their grace has ended and nobody in this
///   process reads an older state
/// @param waitingBytes their size
/// @param abandonedUploads uploads dropped that nobody ended, on a store that keeps such things
public record ReclaimResult(
        long generation,
        long keptSubvolumes,
        long liveBytes,
        long unusedBytes,
        long rewrittenObjects,
        long emptyObjects,
        long copiedBytes,
        long writtenObjects,
        long damagedObjects,
        long strayObjects,
        long deletedObjects,
        long deletedBytes,
        long waitingObjects,
        long waitingBytes,
        long abandonedUploads) {}
