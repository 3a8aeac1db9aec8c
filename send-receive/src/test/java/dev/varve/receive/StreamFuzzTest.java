package dev.varve.receive;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// Damaged streams, read, dumped and received into a pool: typed errors only, in little memory.
class StreamFuzzTest {
    @TempDir private Path scratch = Path.of("");

    @Test
    void damagedStreamsAreReceivedOrRefusedWithATypedError(TestReporter reporter)
            throws IOException {
        StreamFuzz.Result result = StreamFuzz.run(scratch);
        reporter.publishEntry("fuzz", result.toString());
        assertTrue(result.received() > 10 && result.rounds() > 10, result.toString());
    }
}
