package dev.varve.ingest;

import dev.varve.local.PathFilter;
import java.time.Clock;

/// How a directory is imported.
///
/// @param exclude paths to leave out, relative to the directory
/// @param oneFileSystem leave directories empty where something else is mounted, or where a nested
///   btrfs subvolume begins
/// @param threads threads that read files, and as many that list directories
/// @param clock tells how fresh a change is: a file that changed within the file system's time
///   resolution is read a moment later
public record ImportOptions(PathFilter exclude, boolean oneFileSystem, int threads, Clock clock) {
    public ImportOptions {
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("threads: " + threads);
        }
    }

    /// Everything below the directory, mounts included, with all cores.
    public static ImportOptions everything(Clock clock) {
        int cores = Runtime.getRuntime().availableProcessors();
        return new ImportOptions(PathFilter.none(), false, Math.clamp(cores, 2, 16), clock);
    }

    public ImportOptions withExclude(PathFilter filter) {
        return new ImportOptions(filter, oneFileSystem, threads, clock);
    }

    public ImportOptions withOneFileSystem(boolean value) {
        return new ImportOptions(exclude, value, threads, clock);
    }
}
