package dev.varve.engine.model;

/// Something that happened to a pool, for whoever watches it: hooks, a daemon, a log. Events of a
/// commit are told when it is durable, those of one that failed never.
public sealed interface PoolEvent {
    /// A commit is durable; what it did follows.
    record Committed(long generation, Timestamp time) implements PoolEvent {}

    /// A subvolume is there that was not: made, received, taken as a snapshot or undeleted.
    record SubvolumeCreated(long generation, SubvolumeInfo subvolume) implements PoolEvent {}

    /// A subvolume is gone; its space is not free yet.
    ///
    /// @param path where it was
    record SubvolumeDeleted(long generation, SubvolumeId id, String path) implements PoolEvent {}

    /// All that a deleted subvolume alone held is free.
    record SubvolumeCleaned(long generation, SubvolumeId id) implements PoolEvent {}

    /// The store is full: whatever was being written is undone.
    ///
    /// @param object what could not be written
    record NoSpace(String object, String detail) implements PoolEvent {}

    /// The store failed to take a write: whatever was being written is undone. Reading goes on; the
    /// next writer tries again.
    ///
    /// @param object what could not be written
    record WentReadOnly(String object, String detail) implements PoolEvent {}

    /// The store does not let this process delete what is of no use any more. It does no harm, and
    /// whoever may delete does so with the next commit, or with a reclaim.
    ///
    /// @param object the first that could not be deleted
    record LeftBehind(String object, String detail) implements PoolEvent {}

    /// A scrub began, or goes on.
    record ScrubStarted(int run, boolean resumed) implements PoolEvent {}

    /// A scrub ended, or was stopped.
    record ScrubEnded(ScrubStatus status) implements PoolEvent {}

    /// Something is not what was written, or does not agree.
    record MismatchDetected(Finding finding) implements PoolEvent {}

    /// Something was mended.
    record MismatchRepaired(RepairStep step) implements PoolEvent {}
}
