package dev.varve.engine.format;

import dev.varve.engine.format.SubvolumeRecord.Root;
import dev.varve.engine.model.Timestamp;
import java.util.List;
import java.util.UUID;

/// One commit: where every tree of the pool starts.
///
/// @param generation the commit's number, also its object's name
/// @param nextSubvolume the smallest subvolume id never used
/// @param roots the tree of subvolumes
/// @param counts the tree of reference counts
/// @param packs the tree of packs and what in them is free
/// @param contents the tree of content ids and the blocks that have them
/// @param newPacks packs of this commit that `packs` does not list yet: the tree cannot list the
///   pack that holds its own new nodes
/// @param freed addresses that became free in this commit and are not in `packs` yet, for the same
///   reason
/// @param relocatedPacks how many packs are in another object than their first
public record Head(
        UUID poolId,
        long generation,
        Timestamp time,
        long nextSubvolume,
        Root roots,
        Root counts,
        Root packs,
        Root contents,
        List<NewPack> newPacks,
        List<Long> freed,
        long relocatedPacks) {

    /// The same state as of another commit.
    public Head renumbered(long newGeneration) {
        return new Head(
                poolId,
                newGeneration,
                time,
                nextSubvolume,
                roots,
                counts,
                packs,
                contents,
                newPacks,
                freed,
                relocatedPacks);
    }

    /// A pack as it was sealed.
    ///
    /// @param kind 1 metadata, 2 data
    public record NewPack(long number, int kind, int slots, long storedBytes, long rawBytes) {}
}
