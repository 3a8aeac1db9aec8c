package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class LongSpoolTest {
    @Test
    void returnsWhatWasAddedInOrderEvenFromTheFile() throws IOException {
        for (int count : new int[] {0, 1, 131_071, 131_072, 131_073, 262_144, 400_000}) {
            long[] next = new long[1];
            try (LongSpool spool = new LongSpool()) {
                for (long value = 0; value < count; value++) {
                    spool.add(value * 3);
                }
                spool.forEach(value -> assertEquals(3 * next[0]++, value));
            }
            assertEquals(count, next[0]);
        }
    }
}
