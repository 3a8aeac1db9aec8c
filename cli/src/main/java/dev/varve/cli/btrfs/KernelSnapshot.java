package dev.varve.cli.btrfs;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A read-only subvolume of a mounted btrfs.
///
/// @param createdGeneration transaction that created it
/// @param path from the top level, without a leading slash
public record KernelSnapshot(
        long id,
        long createdGeneration,
        Optional<UUID> parentUuid,
        Optional<UUID> receivedUuid,
        UUID uuid,
        String path) {

    /// A line of `btrfs subvolume list -c -u -q -R`.
    private static final Pattern LINE =
            Pattern.compile(
                    "ID (\\d{1,18}) gen \\d+ cgen (\\d{1,18}) top level \\d+ parent_uuid (\\S+)\\s+"
                            + "received_uuid (\\S+)\\s+uuid (\\S+) path (.*)");

    /// The snapshot that such a line tells of; empty for any other line.
    static Optional<KernelSnapshot> parse(String line) {
        Matcher found = LINE.matcher(line);
        Optional<UUID> uuid = found.matches() ? uuid(found.group(5)) : Optional.empty();
        return uuid.map(own ->
                new KernelSnapshot(
                        Long.parseLong(found.group(1)),
                        Long.parseLong(found.group(2)),
                        uuid(found.group(3)),
                        uuid(found.group(4)),
                        own,
                        found.group(6)));
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// What a stream of it calls it.
    public UUID streamUuid() {
        return receivedUuid.orElse(uuid);
    }

    /// Whether both are snapshots of one subvolume, or one is a snapshot of the other.
    public boolean isRelative(KernelSnapshot other) {
        boolean areSiblings = parentUuid.isPresent() && parentUuid.equals(other.parentUuid);
        return areSiblings
                || parentUuid.equals(Optional.of(other.uuid))
                || other.parentUuid.equals(Optional.of(uuid));
    }
}
