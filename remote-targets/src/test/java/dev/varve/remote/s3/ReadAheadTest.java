package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.SlowStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Reading ahead gives what the store gives, in fewer requests.
class ReadAheadTest {
    private static final int SIZE = 40 << 20;
    private static final byte[] WHOLE = new byte[SIZE];

    static {
        new Random(1).nextBytes(WHOLE);
    }

    private static SlowStore store(String... names) throws IOException {
        MemoryStore memory = new MemoryStore();
        for (String name : names) {
            memory.create(name, List.of(ByteBuffer.wrap(WHOLE)));
        }
        return new SlowStore(memory, Duration.ZERO);
    }

    private static void read(ReadAhead ahead, String name, int offset, int length)
            throws IOException {
        ObjectPart part = ahead.get(name, offset, length);
        assertArrayEquals(
                Arrays.copyOfRange(WHOLE, offset, Math.min(SIZE, offset + length)),
                part.bytes(),
                () -> offset + "+" + length);
        assertEquals(SIZE, part.objectSizeBytes());
    }

    @Test
    void readsThatFollowEachOtherBecomeFew() throws IOException {
        SlowStore far = store("packs/1", "packs/2", "packs/3");
        ReadAhead ahead = new ReadAhead(far);
        for (String name : List.of("packs/1", "packs/2", "packs/3")) {
            int before = far.calls();
            ahead.last(name, 1000);
            for (int at = 0; at < SIZE; at += 100_000) {
                read(ahead, name, at, 100_000);
            }
            int requests = far.calls() - before;
            assertTrue(requests <= (name.equals("packs/1") ? 9 : 4), name + ": " + requests);
        }
    }

    @Test
    void whoReadsHereAndThereGetsWhatItAskedFor() throws IOException {
        SlowStore far = store("packs/1");
        ReadAhead ahead = new ReadAhead(far);
        Random random = new Random(2);
        for (int round = 0; round < 100; round++) {
            read(ahead, "packs/1", random.nextInt(SIZE), 1 + random.nextInt(3 << 20));
        }
    }

    @Test
    void severalReadersOfOneObjectShareWhatIsFetched() throws Exception {
        SlowStore far = store("packs/1");
        ReadAhead ahead = new ReadAhead(far);
        try (ExecutorService readers = Executors.newFixedThreadPool(4)) {
            List<Future<?>> done = new ArrayList<>();
            for (int reader = 0; reader < 4; reader++) {
                done.add(
                        readers.submit(() -> {
                            for (int at = 0; at < SIZE; at += 70_001) {
                                read(ahead, "packs/1", at, 70_001);
                            }
                            return null;
                        }));
            }
            for (Future<?> reader : done) {
                reader.get();
            }
        }
        assertTrue(far.calls() < 60, () -> "requests: " + far.calls());
    }

    @Test
    void aFailureIsToldAndTheNextReadAsksAgain() throws IOException {
        MemoryStore memory = new MemoryStore();
        ReadAhead ahead = new ReadAhead(memory);
        assertThrows(NoSuchFileException.class, () -> ahead.get("packs/1", 0, 10));
        memory.create("packs/1", List.of(ByteBuffer.wrap(WHOLE)));
        read(ahead, "packs/1", 0, 10);
        memory.delete("packs/1");
        assertThrows(NoSuchFileException.class, () -> ahead.get("packs/1", SIZE - 10, 10));
    }
}
