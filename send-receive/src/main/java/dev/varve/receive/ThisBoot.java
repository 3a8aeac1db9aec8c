package dev.varve.receive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// Which run of this machine it is: what a killed process wrote is still there in the same one.
final class ThisBoot {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final long NUMBER = read();

    private ThisBoot() {}

    /// The same until the machine goes down, then another; 0 if it cannot be told.
    static long number() {
        return NUMBER;
    }

    private static long read() {
        try {
            UUID id = UUID.fromString(Files.readString(BOOT_ID).strip());
            return (id.getMostSignificantBits() ^ id.getLeastSignificantBits()) >>> 1;
        } catch (IOException | IllegalArgumentException _) {
            return 0;
        }
    }
}
