package dev.varve.receive;

import dev.varve.stream.StreamPosition;
import java.io.IOException;
import java.util.UUID;

/// The stream builds on a snapshot that is not at the destination, or was changed there.
public final class MissingParentException extends IOException {
    private final UUID uuid;

    MissingParentException(StreamPosition position, String path, UUID uuid) {
        super(
                "%s, path '%s': needs the snapshot %s, which is not here or is no longer read-only"
                        .formatted(position, path, uuid));
        this.uuid = uuid;
    }

    /// What the sender calls the snapshot: its received UUID here, or its own.
    public UUID uuid() {
        return uuid;
    }
}
