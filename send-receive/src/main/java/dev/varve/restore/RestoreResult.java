package dev.varve.restore;

import dev.varve.local.Failure;
import java.util.List;

/// What a restore did, or would have done.
///
/// @param restored entries written: files, links, devices, and directories that were not there
/// @param unchanged entries that were there as they should be, or got attributes only
/// @param skipped entries left as they were because of [Overwrite]
/// @param deleted entries removed from the destination
/// @param bytesWritten content written, without holes
/// @param bytesVerified content read back and found equal
/// @param failureCount entries, and kinds of attributes, that could not be restored
/// @param failures the first of them
public record RestoreResult(
        long restored,
        long unchanged,
        long skipped,
        long deleted,
        long bytesWritten,
        long bytesVerified,
        long failureCount,
        List<Failure> failures) {

    /// Whether something is missing.
    public boolean isPartial() {
        return failureCount > 0;
    }
}
