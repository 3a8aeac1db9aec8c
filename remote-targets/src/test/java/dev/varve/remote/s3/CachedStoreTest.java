package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ForwardingStore;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.ObjectStoreContract;
import dev.varve.engine.store.SlowStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a cache gives is what the store gives, only sooner.
class CachedStoreTest {
    private static final long MANY = 1 << 30;

    @TempDir private Path directory;

    @Nested
    class KeepsTheContract extends ObjectStoreContract {
        @Override
        protected ObjectStore newStore() {
            return cached(new MemoryStore(), MANY);
        }
    }

    private CachedStore cached(ObjectStore far, long maxBytes) {
        return new CachedStore(far, new DiskCache(directory, maxBytes), name -> Optional.of("tag"));
    }

    private static byte[] put(ObjectStore store, String name, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        store.create(name, List.of(ByteBuffer.wrap(bytes)));
        return bytes;
    }

    private static byte[] part(byte[] whole, int from, int length) {
        return java.util.Arrays.copyOfRange(whole, from, Math.min(from + length, whole.length));
    }

    @Test
    void everyPartOfAPackIsTheSameAsInTheStore() throws IOException {
        MemoryStore far = new MemoryStore();
        byte[] whole = put(far, "packs/1", 900_001);
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            CachedStore store = cached(far, MANY);
            int length = random.nextInt(120_000);
            int from = random.nextInt(whole.length);
            assertArrayEquals(
                    part(whole, from, length),
                    store.get("packs/1", new ByteRange.From(from, length)).bytes(),
                    from + "+" + length);
            int last = random.nextInt(300_000);
            var end = store.get("packs/1", new ByteRange.Last(last));
            assertArrayEquals(part(whole, whole.length - last, last), end.bytes());
            assertEquals(whole.length, end.objectSizeBytes());
        }
    }

    @Test
    void theSecondReaderAsksForNothing() throws IOException {
        SlowStore far = new SlowStore(new MemoryStore(), Duration.ZERO);
        put(far, "packs/1", 900_001);
        put(far, "pool", 100);
        put(far, "heads/1", 200);
        int before = far.calls();
        for (int i = 0; i < 3; i++) {
            CachedStore store = cached(far, MANY);
            store.get("pool", new ByteRange.From(0, 1 << 20));
            store.get("heads/1", new ByteRange.From(0, 1 << 20));
            store.get("packs/1", new ByteRange.Last(64 << 10));
            store.get("packs/1", new ByteRange.From(850_000, 20_000));
            store.get("packs/1", new ByteRange.From(10, 20_000));
        }
        assertEquals(4, far.calls() - before);
    }

    @Test
    void whatIsReadOnceIsTheSameAndNotKept() throws IOException {
        SlowStore far = new SlowStore(new MemoryStore(), Duration.ZERO);
        byte[] whole = put(far, "packs/1", 900_001);
        int before = far.calls();
        CachedStore store = cached(far, MANY);
        for (int from : List.of(300_000, 899_000, 900_001)) {
            assertArrayEquals(
                    part(whole, from, 5000),
                    store.getOnce("packs/1", new ByteRange.From(from, 5000)).bytes());
        }
        assertTrue(far.calls() > before);
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void whoReadsManyNodesGetsOfAContentWhatItAskedFor() throws IOException {
        SlowStore slow = new SlowStore(new MemoryStore(), Duration.ZERO);
        byte[] nodes = put(slow, "packs/1", 20 << 20);
        byte[] contents = put(slow, "packs/2", 20 << 20);
        AtomicLong bytes = new AtomicLong();
        ForwardingStore counting =
                new ForwardingStore() {
                    @Override
                    public ObjectStore store() {
                        return slow;
                    }

                    @Override
                    public ObjectPart get(String name, ByteRange range) throws IOException {
                        ObjectPart part = slow.get(name, range);
                        bytes.addAndGet(part.bytes().length);
                        return part;
                    }
                };
        CachedStore store = cached(counting, MANY);
        for (int at = 0; at < nodes.length; at += 10_000) {
            store.get("packs/1", new ByteRange.From(at, 10_000));
        }
        long before = bytes.get();
        assertArrayEquals(
                part(contents, 5_000_000, 70_000),
                store.getOnce("packs/2", new ByteRange.From(5_000_000, 70_000)).bytes());
        assertEquals(70_000, bytes.get() - before);
    }

    @Test
    void aDamagedOrMissingFileIsAsGoodAsNone() throws IOException {
        MemoryStore far = new MemoryStore();
        byte[] whole = put(far, "packs/1", 300_000);
        cached(far, MANY).get("packs/1", new ByteRange.From(0, 1000));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 1;
                Files.write(file, bytes);
            }
        }
        assertArrayEquals(
                part(whole, 100_000, 70_000),
                cached(far, MANY).get("packs/1", new ByteRange.From(100_000, 70_000)).bytes());
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertArrayEquals(
                part(whole, 5, 5),
                cached(far, MANY).get("packs/1", new ByteRange.From(5, 5)).bytes());
    }

    @Test
    void itStaysWithinItsBound() throws IOException {
        MemoryStore far = new MemoryStore();
        put(far, "packs/1", 8 << 20);
        try (CachedStore store = cached(far, 1 << 20)) {
            for (int at = 0; at < 8 << 20; at += 100_000) {
                store.get("packs/1", new ByteRange.From(at, 100));
            }
        }
        try (Stream<Path> files = Files.list(directory)) {
            long total = files.mapToLong(file -> file.toFile().length()).sum();
            assertTrue(total <= 1 << 20 && total > 0, "holds " + total);
        }
    }

    @Test
    void anotherPoolInTheSamePlaceIsNoticed() throws IOException {
        MemoryStore far = new MemoryStore();
        put(far, "pool", 100);
        cached(far, MANY).get("pool", new ByteRange.From(0, 1 << 20));
        far.delete("pool");
        put(far, "pool", 101);
        put(far, "heads/1", 200);
        CachedStore store = cached(far, MANY);
        store.get("pool", new ByteRange.From(0, 1 << 20));
        assertThrows(
                StoreFailedException.class,
                () -> store.get("heads/1", new ByteRange.From(0, 1 << 20)));
        CachedStore again = cached(far, MANY);
        assertEquals(101, again.get("pool", new ByteRange.From(0, 1 << 20)).bytes().length);
        again.get("heads/1", new ByteRange.From(0, 1 << 20));
    }

    @Test
    void aDirectoryThatCannotBeWrittenToIsNoError() throws IOException {
        MemoryStore far = new MemoryStore();
        byte[] whole = put(far, "packs/1", 1000);
        Path file = Files.writeString(directory.resolve("file"), "x");
        CachedStore store =
                new CachedStore(
                        far, new DiskCache(file.resolve("cache"), MANY), _ -> Optional.empty());
        assertArrayEquals(whole, store.get("packs/1", new ByteRange.From(0, 1000)).bytes());
        store.close();
    }
}
