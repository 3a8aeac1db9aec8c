package dev.varve.engine.model;

import java.time.Duration;

/// What a reclaim may do.
///
/// @param grace what was deleted or replaced less than this ago stays: deleted subvolumes can be
///   brought back, and readers and writers that began before go on
/// @param dryRun only say what would be done
/// @param maxUnusedPercent packs are rewritten until at most this part of what is in use is unused
/// @param dataUsage instead, rewrite data objects of which at most this many percent are in use;
///   [#NO_FILTER] for none
/// @param metadataUsage the same for metadata objects
/// @param bytesPerSecond the most to copy; 0 for no limit
/// @param repackSmall merge all objects far smaller than usual, not only the smallest ones
public record ReclaimOptions(
        Duration grace,
        boolean dryRun,
        int maxUnusedPercent,
        int dataUsage,
        int metadataUsage,
        long bytesPerSecond,
        boolean repackSmall) {
    public static final int NO_FILTER = -1;

    /// How long deleted and replaced things stay unless told otherwise.
    public static final Duration DEFAULT_GRACE = Duration.ofDays(1);

    public static final int DEFAULT_MAX_UNUSED_PERCENT = 5;

    public ReclaimOptions {
        if (grace.isNegative()
                || maxUnusedPercent < 0
                || maxUnusedPercent > 100
                || dataUsage < NO_FILTER
                || dataUsage > 100
                || metadataUsage < NO_FILTER
                || metadataUsage > 100
                || bytesPerSecond < 0) {
            throw new IllegalArgumentException("reclaim: a number out of range");
        }
    }

    public static ReclaimOptions defaults() {
        return new ReclaimOptions(
                DEFAULT_GRACE, false, DEFAULT_MAX_UNUSED_PERCENT, NO_FILTER, NO_FILTER, 0, false);
    }

    public ReclaimOptions withGrace(Duration newGrace) {
        return new ReclaimOptions(
                newGrace,
                dryRun,
                maxUnusedPercent,
                dataUsage,
                metadataUsage,
                bytesPerSecond,
                repackSmall);
    }

    public ReclaimOptions withDryRun(boolean newDryRun) {
        return new ReclaimOptions(
                grace,
                newDryRun,
                maxUnusedPercent,
                dataUsage,
                metadataUsage,
                bytesPerSecond,
                repackSmall);
    }

    public ReclaimOptions withMaxUnusedPercent(int percent) {
        return new ReclaimOptions(
                grace, dryRun, percent, dataUsage, metadataUsage, bytesPerSecond, repackSmall);
    }

    /// The filters of a balance; either may be [#NO_FILTER].
    public ReclaimOptions withUsage(int data, int metadata) {
        return new ReclaimOptions(
                grace, dryRun, maxUnusedPercent, data, metadata, bytesPerSecond, repackSmall);
    }

    public ReclaimOptions withBytesPerSecond(long limit) {
        return new ReclaimOptions(
                grace, dryRun, maxUnusedPercent, dataUsage, metadataUsage, limit, repackSmall);
    }

    public ReclaimOptions withRepackSmall(boolean all) {
        return new ReclaimOptions(
                grace, dryRun, maxUnusedPercent, dataUsage, metadataUsage, bytesPerSecond, all);
    }

    public boolean hasFilter() {
        return dataUsage != NO_FILTER || metadataUsage != NO_FILTER;
    }
}
