package dev.varve.engine.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.store.CrashStore;
import dev.varve.engine.store.FaultyStore;
import dev.varve.engine.store.FaultyStore.Fault;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What was flushed is there whatever happens next, and no block is ever read wrong.
class BlockStoreCrashTest {
    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);

    private static BlockStore open(ObjectStore store, int writer) {
        BlockStoreOptions options =
                BlockStoreOptions.of(ChecksumKind.XXH3, 1, 2).withPackRawBytes(2000);
        return new BlockStore(
                store,
                new UUID(1, 1),
                options,
                () -> writer,
                PackLocator.FIRST_OBJECT,
                Sealer.PLAIN);
    }

    private byte[] someBytes() {
        byte[] raw = new byte[1 + random.nextInt(700)];
        random.nextBytes(raw);
        return raw;
    }

    private BlockKind someKind() {
        return random.nextBoolean() ? BlockKind.DATA : BlockKind.METADATA;
    }

    @Test
    void everyBlockFlushedBeforeACrashIsRead() throws IOException {
        CrashStore store = new CrashStore();
        Map<Long, byte[]> blocks = new HashMap<>();
        Map<Long, Integer> flushedAt = new HashMap<>();
        try (BlockStore writing = open(store, 1)) {
            for (int commit = 0; commit < 10; commit++) {
                for (int i = random.nextInt(20); i >= 0; i--) {
                    byte[] raw = someBytes();
                    blocks.put(writing.append(someKind(), raw), raw);
                }
                writing.flush();
                writing.committed();
                blocks.keySet().forEach(a -> flushedAt.putIfAbsent(a, store.points()));
            }
        }
        for (int point = 0; point <= store.points(); point++) {
            try (BlockStore reading = open(store.imageAt(point, random), 2)) {
                for (Map.Entry<Long, byte[]> block : blocks.entrySet()) {
                    boolean flushed = flushedAt.getOrDefault(block.getKey(), 0) <= point;
                    boolean there = isThere(reading, block.getKey(), block.getValue());
                    assertTrue(there || !flushed, "-Dseed=" + seed + " point " + point);
                }
            }
        }
    }

    private static boolean isThere(BlockStore blocks, long address, byte[] expected)
            throws IOException {
        try {
            assertArrayEquals(expected, blocks.read(address));
            return true;
        } catch (CorruptionException e) {
            assertTrue(e.toString().contains("no such object"), e::toString);
            return false;
        }
    }

    @Test
    void afterFailedWritesWhatIsCommittedStandsAndWorkGoesOn() throws IOException {
        MemoryStore medium = new MemoryStore();
        FaultyStore store = new FaultyStore(medium, seed);
        Map<Long, byte[]> committed = new HashMap<>();
        int failures = 0;
        try (BlockStore blocks = open(store, 1)) {
            for (int round = 0; round < 150; round++) {
                Map<Long, byte[]> appended = new HashMap<>();
                store.fail(0.05, EnumSet.allOf(Fault.class));
                try {
                    for (int i = random.nextInt(20); i >= 0; i--) {
                        byte[] raw = someBytes();
                        appended.put(blocks.append(someKind(), raw), raw);
                    }
                    blocks.flush();
                    blocks.committed();
                    committed.putAll(appended);
                } catch (StorageException _) {
                    failures++;
                    store.fail(0, EnumSet.noneOf(Fault.class));
                    blocks.discard();
                }
                readUnderFaults(store, blocks, committed);
            }
        }
        assertTrue(failures > 10 && committed.size() > 100, failures + " failures");
        try (BlockStore reading = open(medium, 2)) {
            for (Map.Entry<Long, byte[]> block : committed.entrySet()) {
                assertArrayEquals(block.getValue(), reading.read(block.getKey()), "-Dseed=" + seed);
            }
        }
    }

    private void readUnderFaults(
            FaultyStore store, BlockStore blocks, Map<Long, byte[]> committed) {
        store.fail(0.2, EnumSet.allOf(Fault.class));
        committed.forEach((address, expected) -> {
            try {
                assertArrayEquals(expected, blocks.read(address), "-Dseed=" + seed);
            } catch (StorageException _) {
                // Told, not wrong.
            } catch (IOException e) {
                throw new AssertionError("-Dseed=" + seed, e);
            }
        });
    }

    @Test
    void aDamagedPackIsFoundBeforeAFlushReturns() throws IOException {
        FaultyStore store = new FaultyStore(new MemoryStore(), seed);
        int found = 0;
        try (BlockStore blocks = open(store, 1)) {
            store.fail(1, EnumSet.of(Fault.FLIPPED_BIT));
            for (int i = 0; i < 20; i++) {
                blocks.append(BlockKind.DATA, someBytes());
                try {
                    blocks.flush();
                } catch (StorageException _) {
                    found++;
                    blocks.discard();
                }
            }
        }
        assertEquals(20, found, "-Dseed=" + seed);
    }
}
