package dev.varve.archive;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What a stream makes when it is received.
///
/// @param path where the snapshot stood in its pool, decoded for people
/// @param uuid what the stream calls it
/// @param parent what an incremental stream builds on; empty for a full one
/// @param number its place in its family, which chooses parents: see [ParentTree]
/// @param created when the snapshot was taken
public record Snapshot(
        String path, UUID uuid, Optional<UUID> parent, long number, Instant created) {

    /// The same with another parent.
    public Snapshot withParent(Optional<UUID> other) {
        return new Snapshot(path, uuid, other, number, created);
    }
}
