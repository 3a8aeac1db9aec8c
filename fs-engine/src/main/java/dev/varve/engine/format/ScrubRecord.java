package dev.varve.engine.format;

import dev.varve.engine.model.ScrubStatus;
import java.util.List;
import java.util.UUID;

/// A piece of what a scrub remembers: where it stands, and when the packs of this piece were last
/// found sound.
///
/// @param segment the run's pieces are counted from 0
/// @param position the last pack object that was dealt with; 0 if none
/// @param thresholdDay packs last verified before this day are read
/// @param quotaBytes so much is still to be read of what was verified on that day
/// @param verified the packs of this piece, ascending
public record ScrubRecord(
        UUID poolId,
        int segment,
        ScrubStatus status,
        long position,
        long thresholdDay,
        long quotaBytes,
        List<Verified> verified) {
    /// When a pack object was last verified.
    ///
    /// @param object the pack number that names it
    /// @param seconds since 1970; 0 if never
    /// @param errors what was wrong when it was last read
    public record Verified(long object, long seconds, int errors) {}
}
