package dev.varve.receive;

import java.io.IOException;
import java.util.UUID;

/// No subvolume here has this UUID.
final class UnknownSubvolumeException extends IOException {
    private final UUID uuid;

    UnknownSubvolumeException(UUID uuid) {
        super("no read-only subvolume with received or own UUID " + uuid);
        this.uuid = uuid;
    }

    UUID uuid() {
        return uuid;
    }
}
