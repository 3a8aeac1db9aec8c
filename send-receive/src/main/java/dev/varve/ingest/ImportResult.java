package dev.varve.ingest;

import dev.varve.local.Failure;
import java.util.List;

/// What an import did. An entry is a name in a directory, whatever it names; the root counts too.
///
/// @param created entries whose inode is new in the subvolume
/// @param changed entries whose content or attributes were brought up to date
/// @param moved entries recognised at another place: renamed, or one more name of a file
/// @param unmodified entries left alone
/// @param removed inodes that are gone
/// @param bytesRead content read from the directory
/// @param bytesWritten content that was new to the pool, before compression
/// @param failureCount entries that could not be imported as they are; what the subvolume held of
///   them before is kept
/// @param failures the first of them
public record ImportResult(
        long created,
        long changed,
        long moved,
        long unmodified,
        long removed,
        long bytesRead,
        long bytesWritten,
        long failureCount,
        List<Failure> failures) {

    /// Whether something is missing.
    public boolean isPartial() {
        return failureCount > 0;
    }

    /// Whether the subvolume is as it was.
    public boolean isUnchanged() {
        return created == 0 && changed == 0 && moved == 0 && removed == 0;
    }
}
