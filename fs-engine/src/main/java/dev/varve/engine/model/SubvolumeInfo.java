package dev.varve.engine.model;

import java.util.Optional;
import java.util.UUID;

/// What a pool knows of a subvolume or snapshot. The four transaction ids and times mean what they
/// mean in btrfs: last change, creation, and for a received one the sender's and the receiver's.
///
/// @param path absolute path from the top level, names separated by `/`; decoded for people. `/`
///   for the top level
/// @param parent the subvolume that holds its name; empty for the top level
/// @param directory inode of the directory in `parent` that holds the name
/// @param generation transaction that last changed it
/// @param createdGeneration transaction that created it
/// @param sentGeneration the sender's transaction id; 0 unless received
/// @param receivedGeneration transaction that finished its receive; 0 unless received
public record SubvolumeInfo(
        SubvolumeId id,
        String path,
        Optional<SubvolumeId> parent,
        long directory,
        boolean readOnly,
        UUID uuid,
        Optional<UUID> parentUuid,
        Optional<UUID> receivedUuid,
        long generation,
        long createdGeneration,
        long sentGeneration,
        long receivedGeneration,
        Timestamp changeTime,
        Timestamp creationTime,
        Timestamp sendTime,
        Timestamp receiveTime) {

    /// Whether it was made as a snapshot of another.
    public boolean isSnapshot() {
        return parentUuid.isPresent();
    }
}
