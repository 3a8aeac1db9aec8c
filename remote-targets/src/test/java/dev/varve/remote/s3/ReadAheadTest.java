package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ForwardingStore;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.SlowStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reading ahead gives what the store gives, in fewer requests.
class ReadAheadTest {
    private static final int SIZE = 40 << 20;
    private static final int MOST = 32 << 20;
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
        ReadAhead ahead = new ReadAhead(far, MOST);
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
        Counting far = new Counting(store("packs/1"));
        ReadAhead ahead = new ReadAhead(far, MOST);
        Random random = new Random(2);
        long asked = 0;
        for (int round = 0; round < 1000; round++) {
            int length = 1 + random.nextInt(10_000);
            read(ahead, "packs/1", random.nextInt(SIZE - length), length);
            asked += length;
        }
        long fetched = far.bytes().get();
        long most = 6 * asked;
        assertTrue(fetched < most, () -> "bytes: " + fetched);
        for (int round = 0; round < 100; round++) {
            read(ahead, "packs/1", random.nextInt(SIZE), 1 + random.nextInt(3 << 20));
        }
    }

    @Test
    void afterReadingAllOfSomeObjectsLittleOfOthersCostsLittle() throws IOException {
        Counting far = new Counting(store("packs/1", "packs/2"));
        ReadAhead ahead = new ReadAhead(far, MOST);
        for (int at = 0; at < SIZE; at += 100_000) {
            read(ahead, "packs/1", at, 100_000);
        }
        far.bytes().set(0);
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            read(ahead, "packs/2", random.nextInt(SIZE), 5000);
        }
        long fetched = far.bytes().get();
        assertTrue(fetched < 4L * MOST, () -> "bytes: " + fetched);
    }

    @Test
    void whoComesBackToWhatIsGoneGetsLittleUntilItReadsOn() throws IOException {
        String[] names = new String[ReadAhead.PIECES + 2];
        Arrays.setAll(names, i -> "packs/" + i);
        Counting far = new Counting(store(names));
        ReadAhead ahead = new ReadAhead(far, MOST);
        for (String name : names) {
            for (int at = 0; at < SIZE; at += 100_000) {
                read(ahead, name, at, 100_000);
            }
        }
        far.bytes().set(0);
        read(ahead, names[0], 20 << 20, 5000);
        read(ahead, names[1], 10 << 20, 5000);
        assertEquals(10_000, far.bytes().get());
        far.calls().set(0);
        for (int at = 20 << 20; at < SIZE; at += 100_000) {
            read(ahead, names[0], at, 100_000);
        }
        assertTrue(far.calls().get() <= 10, () -> "requests: " + far.calls());
    }

    @Test
    void whatWentBeforeItWasUsedComesAsAWholeAgain() throws IOException {
        String[] names = new String[ReadAhead.PIECES + 3];
        Arrays.setAll(names, i -> "packs/" + i);
        Counting far = new Counting(store(names));
        ReadAhead ahead = new ReadAhead(far, MOST);
        for (int at = 0; at < SIZE; at += 100_000) {
            read(ahead, names[0], at, 100_000);
        }
        read(ahead, names[1], 0, 5000);
        for (int i = 2; i < names.length; i++) {
            for (int at = 0; at < SIZE; at += 100_000) {
                read(ahead, names[i], at, 100_000);
            }
        }
        far.bytes().set(0);
        read(ahead, names[1], 5000, 5000);
        assertEquals(MOST, far.bytes().get());
    }

    /// How many bytes were fetched, in how many requests.
    private record Counting(ObjectStore store, AtomicLong bytes, AtomicLong calls)
            implements ForwardingStore {
        Counting(ObjectStore store) {
            this(store, new AtomicLong(), new AtomicLong());
        }

        @Override
        public ObjectPart get(String name, ByteRange range) throws IOException {
            ObjectPart part = store.get(name, range);
            bytes.addAndGet(part.bytes().length);
            calls.incrementAndGet();
            return part;
        }
    }

    @Test
    void readersSideBySideInSeveralObjectsAskForLargePieces() throws IOException {
        SlowStore far = store("packs/1", "packs/2");
        ReadAhead ahead = new ReadAhead(far, MOST);
        Random random = new Random(4);
        int step = 50_000;
        for (int at = 0; at < SIZE; at += 4 * step) {
            // Four reads of each, in any order.
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                order.add(i);
            }
            Collections.shuffle(order, random);
            for (int i : order) {
                int offset = at + i / 2 * step;
                if (offset < SIZE) {
                    read(ahead, i % 2 == 0 ? "packs/1" : "packs/2", offset, step);
                }
            }
        }
        assertTrue(far.calls() < 40, () -> "requests: " + far.calls());
    }

    @Test
    void severalReadersOfOneObjectShareWhatIsFetched() throws Exception {
        SlowStore far = store("packs/1");
        ReadAhead ahead = new ReadAhead(far, MOST);
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
    void readersOfManyObjectsNeverSeeTheMemoryOfOthers() throws Exception {
        int size = 6 << 20;
        int most = 2 << 20;
        MemoryStore far = new MemoryStore();
        List<byte[]> wholes = new ArrayList<>();
        for (int object = 0; object < 8; object++) {
            byte[] whole = new byte[size];
            Arrays.fill(whole, (byte) object);
            far.create("packs/" + object, List.of(ByteBuffer.wrap(whole)));
            wholes.add(whole);
        }
        ReadAhead ahead = new ReadAhead(far, most);
        try (ExecutorService readers = Executors.newFixedThreadPool(6)) {
            List<Future<?>> done = new ArrayList<>();
            for (int reader = 0; reader < 6; reader++) {
                Random random = new Random(reader);
                done.add(
                        readers.submit(() -> {
                            for (int round = 0; round < 60; round++) {
                                int object = random.nextInt(wholes.size());
                                for (int at = 0; at < size; at += most) {
                                    assertArrayEquals(
                                            Arrays.copyOfRange(wholes.get(object), at, at + most),
                                            ahead.get("packs/" + object, at, most).bytes());
                                }
                            }
                            return null;
                        }));
            }
            for (Future<?> reader : done) {
                reader.get();
            }
        }
    }

    @Test
    void aFailureIsToldAndTheNextReadAsksAgain() throws IOException {
        MemoryStore memory = new MemoryStore();
        ReadAhead ahead = new ReadAhead(memory, MOST);
        assertThrows(NoSuchFileException.class, () -> ahead.get("packs/1", 0, 10));
        memory.create("packs/1", List.of(ByteBuffer.wrap(WHOLE)));
        read(ahead, "packs/1", 0, 10);
        memory.delete("packs/1");
        assertThrows(NoSuchFileException.class, () -> ahead.get("packs/1", SIZE - 10, 10));
    }

    /// Fails once, when somebody else waits for the same bytes.
    private record FailingOnce(
            ObjectStore store, Thread waiter, AtomicLong calls, boolean outOfMemory)
            implements ForwardingStore {
        @Override
        public long read(String name, ByteRange range, List<ByteBuffer> into) throws IOException {
            if (calls.getAndIncrement() > 0) {
                return store.read(name, range, into);
            }
            waiter.start();
            while (waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            if (outOfMemory) {
                throw new OutOfMemoryError("not now");
            }
            throw new IOException("not now");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoWaitedForWhatFailedMayAskAgainAtOnce(boolean outOfMemory) throws Exception {
        Class<? extends Throwable> told =
                outOfMemory ? CompletionException.class : IOException.class;
        SlowStore memory = store("packs/1");
        for (int round = 0; round < 100; round++) {
            AtomicReference<ReadAhead> ahead = new AtomicReference<>();
            FutureTask<ObjectPart> again =
                    new FutureTask<>(() -> {
                        assertThrows(told, () -> ahead.get().get("packs/1", 0, 10));
                        return ahead.get().get("packs/1", 0, 10);
                    });
            Thread waiter = Thread.ofPlatform().unstarted(again);
            FailingOnce failing = new FailingOnce(memory, waiter, new AtomicLong(), outOfMemory);
            ahead.set(new ReadAhead(failing, MOST));
            assertThrows(told, () -> ahead.get().get("packs/1", 0, 10));
            assertArrayEquals(Arrays.copyOf(WHOLE, 10), again.get().bytes());
        }
    }
}
