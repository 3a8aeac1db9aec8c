package dev.varve.receive;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// Damaged streams received into a directory as root, on a file system of its own: typed errors
/// only, and nothing appears or changes outside.
class StreamFuzzIT {
    @TempDir private Path scratch = Path.of("");

    @Test
    void damagedStreamsStayInsideTheDirectory(TestReporter reporter) throws IOException {
        Require.loopDevices();
        Require.program("mkfs.btrfs");
        try (LoopMount btrfs = LoopMount.btrfs("noatime,nodev,nosuid")) {
            Files.writeString(btrfs.path().resolve("canary"), "canary-content");
            StreamFuzz.Result result = StreamFuzz.run(scratch, btrfs.path());
            reporter.publishEntry("fuzz", result.toString());
            assertTrue(result.received() > 10 && result.rounds() > 10, result.toString());
        }
    }
}
