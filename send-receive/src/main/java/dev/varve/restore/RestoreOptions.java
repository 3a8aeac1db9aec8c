package dev.varve.restore;

import dev.varve.local.PathFilter;

/// How a tree is restored.
///
/// @param include only what matches, and what lies in a matching directory; everything if empty
/// @param exclude what to leave out; the destination's files of these names are left alone
/// @param delete remove what the destination has and the tree has not
/// @param dryRun only count; the destination is not touched
/// @param verify read back what was written, and compare
/// @param sparse also make blocks of zeros holes
/// @param noOwner leave owner and group to the system
/// @param threads threads that read the pool and write files
public record RestoreOptions(
        PathFilter include,
        PathFilter exclude,
        Overwrite overwrite,
        boolean delete,
        boolean dryRun,
        boolean verify,
        boolean sparse,
        boolean noOwner,
        int threads) {
    public RestoreOptions {
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("threads: " + threads);
        }
    }

    /// Everything, over whatever is there, with all cores.
    public static RestoreOptions everything() {
        int cores = Runtime.getRuntime().availableProcessors();
        return new RestoreOptions(
                PathFilter.none(),
                PathFilter.none(),
                Overwrite.ALWAYS,
                false,
                false,
                false,
                false,
                false,
                Math.clamp(cores, 2, 16));
    }
}
