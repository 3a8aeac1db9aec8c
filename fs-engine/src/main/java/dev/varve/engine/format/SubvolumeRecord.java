package dev.varve.engine.format;

import dev.varve.engine.model.Timestamp;
import java.util.Optional;
import java.util.UUID;

/// What the root tree keeps of a subvolume; most fields as in
/// [dev.varve.engine.model.SubvolumeInfo].
///
/// @param root where the subvolume's tree starts
/// @param nextInode the number that the next created inode gets
/// @param place where it is named; empty for the top level
public record SubvolumeRecord(
        Root root,
        long nextInode,
        boolean readOnly,
        UUID uuid,
        Optional<UUID> parentUuid,
        Optional<UUID> receivedUuid,
        Optional<Named> place,
        Event changed,
        Event created,
        Event sent,
        Event received) {

    /// A tree's root node: block address, level (0 is a leaf) and generation.
    public record Root(long address, int level, long generation) {}

    /// A directory and the name in it.
    public record Named(long parent, long directory, byte[] name) {}

    /// A transaction id and its time.
    public record Event(long generation, Timestamp time) {
        public static final Event NEVER = new Event(0, Timestamp.EPOCH);
    }

    public SubvolumeRecord withRoot(Root newRoot, long newNextInode) {
        return new SubvolumeRecord(
                newRoot,
                newNextInode,
                readOnly,
                uuid,
                parentUuid,
                receivedUuid,
                place,
                changed,
                created,
                sent,
                received);
    }

    public SubvolumeRecord withReadOnly(boolean newReadOnly) {
        return new SubvolumeRecord(
                root,
                nextInode,
                newReadOnly,
                uuid,
                parentUuid,
                receivedUuid,
                place,
                changed,
                created,
                sent,
                received);
    }

    public SubvolumeRecord withPlace(Named newPlace) {
        return new SubvolumeRecord(
                root,
                nextInode,
                readOnly,
                uuid,
                parentUuid,
                receivedUuid,
                Optional.of(newPlace),
                changed,
                created,
                sent,
                received);
    }

    public SubvolumeRecord withChanged(Event newChanged) {
        return new SubvolumeRecord(
                root,
                nextInode,
                readOnly,
                uuid,
                parentUuid,
                receivedUuid,
                place,
                newChanged,
                created,
                sent,
                received);
    }

    public SubvolumeRecord withReceived(
            Optional<UUID> newReceivedUuid, Event newSent, Event newReceived) {
        return new SubvolumeRecord(
                root,
                nextInode,
                readOnly,
                uuid,
                parentUuid,
                newReceivedUuid,
                place,
                changed,
                created,
                newSent,
                newReceived);
    }
}
