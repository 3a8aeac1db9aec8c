package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.model.KeySlot;
import dev.varve.engine.model.KeyWay;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SealCipher;
import dev.varve.engine.model.Sealing;
import dev.varve.engine.model.Secret;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.model.WrongKeyException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ForwardingStore;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.ObjectStoreContract;
import dev.varve.engine.store.SlowStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /// Everything has the same tag, and two prefixes are listed for the price of one.
    private record Tagged(ObjectStore far) implements CachedStore.Listings {
        @Override
        public Optional<String> tag(String name) {
            return Optional.of("tag");
        }

        @Override
        public Optional<List<StoredObject>> both(String lesser, String greater) throws IOException {
            List<StoredObject> both = new ArrayList<>();
            for (Scan<StoredObject> scan = far.list(""); scan.advance(); ) {
                String name = scan.current().name();
                if (name.startsWith(lesser) || name.startsWith(greater)) {
                    both.add(scan.current());
                }
            }
            return Optional.of(both);
        }
    }

    private CachedStore cached(ObjectStore far, long maxBytes) {
        return new CachedStore(far, new DiskCache(directory, maxBytes), new Tagged(far));
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
        put(far, "keys/1", 300);
        int before = far.calls();
        for (int i = 0; i < 3; i++) {
            CachedStore store = cached(far, MANY);
            store.get("pool", new ByteRange.From(0, 1 << 20));
            store.get("heads/1", new ByteRange.From(0, 1 << 20));
            store.get("keys/1", new ByteRange.From(0, 1 << 20));
            store.get("packs/1", new ByteRange.Last(64 << 10));
            store.get("packs/1", new ByteRange.From(850_000, 20_000));
            store.get("packs/1", new ByteRange.From(10, 20_000));
        }
        assertEquals(5, far.calls() - before);
    }

    private static List<String> names(ObjectStore store, String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        for (Scan<StoredObject> scan = store.list(prefix); scan.advance(); ) {
            names.add(scan.current().name());
        }
        return names;
    }

    @Test
    void headsThatWereListedWithTheKeysAreGoodForOneListing() throws IOException {
        SlowStore far = new SlowStore(new MemoryStore(), Duration.ZERO);
        put(far, "heads/1", 10);
        put(far, "keys/1", 20);
        put(far, "packs/1", 30);
        CachedStore store = cached(far, MANY);
        int before = far.calls();
        assertEquals(List.of("keys/1"), names(store, "keys/"));
        assertEquals(List.of("heads/1"), names(store, "heads/"));
        assertEquals(1, far.calls() - before);
        put(far, "heads/2", 11);
        assertEquals(List.of("heads/1", "heads/2"), names(store, "heads/"));
    }

    @Test
    void whoHasWrittenSinceSeesTheHeadsOfNow() throws IOException {
        for (Writing writing :
                List.<Writing>of(
                        store -> put(store, "packs/1", 10),
                        store -> store.createNear("packs/1", List.of()),
                        store -> store.delete("packs/1"),
                        store -> store.deleteAll(List.of("packs/1")),
                        store -> store.lock(Duration.ZERO).close())) {
            MemoryStore far = new MemoryStore();
            put(far, "heads/1", 10);
            CachedStore store = cached(far, MANY);
            assertEquals(List.of(), names(store, "keys/"));
            put(far, "heads/2", 11);
            writing.to(store);
            assertEquals(List.of("heads/1", "heads/2"), names(store, "heads/"));
        }
    }

    private interface Writing {
        void to(ObjectStore store) throws IOException;
    }

    @Test
    void whatWasCreatedHereIsNotAskedFor() throws IOException {
        SlowStore far = new SlowStore(new MemoryStore(), Duration.ZERO);
        CachedStore store = cached(far, MANY);
        for (String name : List.of("heads/1", "keys/1")) {
            byte[] whole = put(store, name, 300);
            int before = far.calls();
            assertArrayEquals(
                    whole, cached(far, MANY).get(name, new ByteRange.From(0, 1 << 20)).bytes());
            assertEquals(0, far.calls() - before);
        }
    }

    @Test
    void aRemovedKeyDoesNotOpenFromTheCache() throws IOException {
        MemoryStore far = new MemoryStore();
        Pool.createSealed(
                far,
                PoolSettings.defaults(),
                new Sealing(SealCipher.AES_256_GCM, List.of(way("kept"), way("removed"))),
                PoolOptions.defaults());
        open(cached(far, MANY), "removed").close();
        try (Pool pool = open(far, "kept")) {
            for (KeySlot slot : pool.keys().slots()) {
                if (slot.name().equals("removed")) {
                    pool.keys().remove(slot.id());
                }
            }
        }
        assertThrows(WrongKeyException.class, () -> open(cached(far, MANY), "removed"));
        open(cached(far, MANY), "kept").close();
    }

    private static KeyWay way(String passphrase) {
        return new KeyWay(new KeyWay.Known(secret(passphrase)), passphrase);
    }

    private static Secret secret(String passphrase) {
        return new Secret.Passphrase(passphrase.getBytes(StandardCharsets.UTF_8));
    }

    private static Pool open(ObjectStore store, String passphrase) throws IOException {
        return Pool.open(
                store, PoolOptions.defaults().withUnlocking((_, _) -> List.of(secret(passphrase))));
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

    /// A pool of 100 bytes was read; since then there is one of 101, and the cache still has the
    /// first.
    private CachedStore withAnotherPoolThere(MemoryStore far) throws IOException {
        put(far, "pool", 100);
        cached(far, MANY).get("pool", new ByteRange.From(0, 1 << 20));
        far.delete("pool");
        put(far, "pool", 101);
        CachedStore store = cached(far, MANY);
        store.get("pool", new ByteRange.From(0, 1 << 20));
        return store;
    }

    @Test
    void anotherPoolInTheSamePlaceIsNoticed() throws IOException {
        MemoryStore far = new MemoryStore();
        CachedStore store = withAnotherPoolThere(far);
        put(far, "heads/1", 200);
        assertThrows(
                StoreFailedException.class,
                () -> store.get("heads/1", new ByteRange.From(0, 1 << 20)));
        CachedStore again = cached(far, MANY);
        assertEquals(101, again.get("pool", new ByteRange.From(0, 1 << 20)).bytes().length);
        again.get("heads/1", new ByteRange.From(0, 1 << 20));
    }

    /// One without a head lists nothing that was not seen before.
    @Test
    void nothingIsWrittenToAnotherPoolInTheSamePlace() throws IOException {
        MemoryStore far = new MemoryStore();
        CachedStore store = withAnotherPoolThere(far);
        for (int tries = 0; tries < 2; tries++) {
            assertThrows(StoreFailedException.class, () -> put(store, "writers/000001", 10));
        }
        assertFalse(far.list("writers/").advance());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoMakesAPoolAnewForgetsTheOneBefore(boolean sealed) throws IOException {
        MemoryStore far = new MemoryStore();
        put(far, "pool", 100);
        put(far, "packs/1", 5000);
        CachedStore before = cached(far, MANY);
        before.get("pool", new ByteRange.From(0, 1 << 20));
        before.get("packs/1", new ByteRange.From(0, 5000));
        far.deleteAll(List.of("pool", "packs/1"));
        CachedStore init = cached(far, MANY);
        if (sealed) {
            put(init, "keys/slot", 10);
        }
        put(init, "pool", 101);
        put(far, "heads/1", 200);
        byte[] pack = put(far, "packs/1", 5001);
        CachedStore store = cached(far, MANY);
        assertEquals(101, store.get("pool", new ByteRange.From(0, 1 << 20)).bytes().length);
        store.get("heads/1", new ByteRange.From(0, 1 << 20));
        assertArrayEquals(
                part(pack, 0, 5000), store.get("packs/1", new ByteRange.From(0, 5000)).bytes());
    }

    @Test
    void aDirectoryThatCannotBeWrittenToIsNoError() throws IOException {
        MemoryStore far = new MemoryStore();
        byte[] whole = put(far, "packs/1", 1000);
        Path file = Files.writeString(directory.resolve("file"), "x");
        CachedStore store =
                new CachedStore(far, new DiskCache(file.resolve("cache"), MANY), new Tagged(far));
        assertArrayEquals(whole, store.get("packs/1", new ByteRange.From(0, 1000)).bytes());
        store.close();
    }
}
