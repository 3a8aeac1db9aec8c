package dev.varve.receive;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damaged streams, read, dumped and received into a pool: typed errors only, in little memory.
class StreamFuzzTest {
    @TempDir private Path scratch = Path.of("");

    @Test
    void damagedStreamsAreReceivedOrRefusedWithATypedError() throws IOException {
        StreamFuzz.Result result = StreamFuzz.run(scratch);
        assertTrue(result.received() > 10 && result.rounds() > 10, result.toString());
    }
}
