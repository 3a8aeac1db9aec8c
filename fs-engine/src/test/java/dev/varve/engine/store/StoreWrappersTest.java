package dev.varve.engine.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.FaultyStore.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The wrappers that other tests rely on do what they say, and otherwise nothing.
class StoreWrappersTest {
    private static final byte[] BYTES = {1, 2, 3, 4};

    @Nested
    class ACrashStore extends ObjectStoreContract {
        @Override
        protected ObjectStore newStore() {
            return new CrashStore();
        }
    }

    @Nested
    class AFaultyStoreWithoutFaults extends ObjectStoreContract {
        @Override
        protected ObjectStore newStore() {
            return new FaultyStore(new MemoryStore(), 1);
        }
    }

    @Nested
    class ASlowStore extends ObjectStoreContract {
        @Override
        protected ObjectStore newStore() {
            return new SlowStore(new MemoryStore(), Duration.ZERO);
        }
    }

    private static void create(ObjectStore store, String name) throws IOException {
        store.create(name, List.of(ByteBuffer.wrap(BYTES)));
    }

    private static boolean has(ObjectStore store, String name) throws IOException {
        try {
            store.get(name, new ByteRange.Last(1));
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    @Test
    void anErrorBeforeDoesNothingAndAnErrorAfterDoesAll() throws IOException {
        FaultyStore store = new FaultyStore(new MemoryStore(), 1);
        store.fail(1, Set.of(Fault.ERROR_BEFORE));
        assertThrows(StoreFailedException.class, () -> create(store, "a"));
        store.fail(1, Set.of(Fault.ERROR_AFTER));
        assertThrows(StoreFailedException.class, () -> create(store, "b"));
        assertThrows(FileAlreadyExistsException.class, () -> create(store, "b"));
        store.fail(0, Set.of());
        assertEquals(false, has(store, "a"));
        assertEquals(true, has(store, "b"));
        assertEquals(2, store.faultsSoFar());
    }

    @Test
    void damagedReadsLeaveTheObjectAlone() throws IOException {
        FaultyStore store = new FaultyStore(new MemoryStore(), 1);
        create(store, "a");
        store.fail(1, Set.of(Fault.SHORT_READ));
        assertTrue(store.get("a", new ByteRange.Last(4)).bytes().length < 4);
        store.fail(1, Set.of(Fault.FLIPPED_BIT));
        assertEquals(4, store.get("a", new ByteRange.Last(4)).bytes().length);
        store.fail(0, Set.of());
        assertArrayEquals(BYTES, store.get("a", new ByteRange.Last(4)).bytes());
    }

    @Test
    void aCrashLeavesAllThatReturnedAndAnyPartOfTheRest() throws IOException {
        CrashStore store = new CrashStore();
        create(store, "a");
        create(store, "b");
        assertThrows(FileAlreadyExistsException.class, () -> create(store, "a"));
        store.delete("a");
        assertEquals(6, store.points());
        Random random = new Random(1);
        Set<String> seen = new HashSet<>();
        for (int point = 0; point <= store.points(); point++) {
            for (int i = 0; i < 40; i++) {
                MemoryStore left = store.imageAt(point, random);
                seen.add(point + (has(left, "a") ? "a" : "") + (has(left, "b") ? "b" : ""));
            }
        }
        Set<String> expected = Set.of("0", "1", "1a", "2a", "3a", "3ab", "4ab", "5ab", "5b", "6b");
        assertEquals(expected, seen);
    }

    @Test
    void aSlowStoreTakesItsTime() throws IOException {
        SlowStore store = new SlowStore(new MemoryStore(), Duration.ofMillis(5));
        long start = System.nanoTime();
        create(store, "a");
        store.delete("a");
        assertTrue(System.nanoTime() - start >= 10_000_000);
        assertEquals(2, store.calls());
        assertEquals(1, store.mostAtOnce());
    }
}
