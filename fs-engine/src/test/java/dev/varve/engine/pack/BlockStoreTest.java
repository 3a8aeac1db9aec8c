package dev.varve.engine.pack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockStoreTest {
    private static final int NO_KEY = 77;
    private static final UUID POOL = new UUID(1, 2);
    private static final BlockStoreOptions OPTIONS = BlockStoreOptions.of(ChecksumKind.XXH3, 1, 2);

    private final MemoryStore store = new MemoryStore();
    private final List<BlockStore> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(BlockStore::close);
    }

    private BlockStore open(int writer, BlockStoreOptions options) {
        return open(writer, options, PackLocator.FIRST_OBJECT, Sealer.PLAIN);
    }

    private BlockStore open(
            int writer, BlockStoreOptions options, PackLocator locator, Sealer sealer) {
        BlockStore blocks = new BlockStore(store, POOL, options, () -> writer, locator, sealer);
        opened.add(blocks);
        return blocks;
    }

    private static byte[] text(int seed, int length) {
        byte[] words = ("block " + seed + " says hello, ").getBytes(UTF_8);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = words[i % words.length];
        }
        return bytes;
    }

    private static byte[] noise(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private List<String> objects() throws IOException {
        List<String> names = new ArrayList<>();
        for (Scan<StoredObject> scan = store.list(""); scan.advance(); ) {
            names.add(scan.current().name());
        }
        return names;
    }

    @ParameterizedTest
    @EnumSource
    void blocksAreReadBackWithEveryChecksum(ChecksumKind kind) throws IOException {
        BlockStore blocks = open(1, BlockStoreOptions.of(kind, 1, 2));
        long small = blocks.append(BlockKind.METADATA, new byte[] {42});
        long large = blocks.append(BlockKind.DATA, text(1, Blocks.MAX_RAW_BYTES));
        long random = blocks.append(BlockKind.DATA, noise(1, 100_000));
        blocks.flush();
        BlockStore later = open(2, OPTIONS);
        assertArrayEquals(new byte[] {42}, later.read(small));
        assertArrayEquals(text(1, Blocks.MAX_RAW_BYTES), later.read(large));
        assertArrayEquals(noise(1, 100_000), later.read(random));
        assertArrayEquals(noise(1, 100_000), later.read(random));
    }

    @Test
    void anAppendedBlockIsReadBeforeAnyFlush() throws IOException {
        BlockStore blocks = open(1, OPTIONS);
        long address = blocks.append(BlockKind.DATA, text(3, 50_000));
        assertArrayEquals(text(3, 50_000), blocks.read(address));
        assertTrue(blocks.storedLength(address) < 1000);
        assertArrayEquals(text(3, 50_000), blocks.read(address));
        assertEquals(List.of(), objects());
    }

    @Test
    void addressesAreGivenInOrderAndKindsGoToDifferentPacks() throws IOException {
        BlockStore blocks = open(7, OPTIONS);
        long a = blocks.append(BlockKind.DATA, text(1, 10));
        long b = blocks.append(BlockKind.METADATA, text(2, 10));
        long c = blocks.append(BlockKind.DATA, text(3, 10));
        assertEquals(BlockAddress.of(BlockAddress.packNumber(7, 1), 0), a);
        assertEquals(BlockAddress.of(BlockAddress.packNumber(7, 2), 0), b);
        assertEquals(BlockAddress.of(BlockAddress.packNumber(7, 1), 1), c);
        blocks.flush();
        assertEquals(List.of("packs/000007-000001", "packs/000007-000002"), objects());
        assertEquals(2, blocks.statistics(BlockKind.DATA).blocks());
        assertEquals(20, blocks.statistics(BlockKind.DATA).rawBytes());
        assertEquals(1, blocks.statistics(BlockKind.METADATA).packs());
    }

    @Test
    void aPackIsFullByRawBytesSoThatFillingDoesNotDependOnCompression() throws IOException {
        BlockStore blocks = open(1, OPTIONS.withPackRawBytes(10_000));
        long last = 0;
        for (int i = 0; i < 10; i++) {
            last = blocks.append(BlockKind.DATA, i % 2 == 0 ? text(i, 4000) : noise(i, 4000));
        }
        assertEquals(BlockAddress.of(BlockAddress.packNumber(1, 5), 1), last);
        blocks.flush();
        assertEquals(5, objects().size());
        long tooLargeForAnyPack = blocks.append(BlockKind.DATA, text(1, 20_000));
        blocks.flush();
        assertArrayEquals(text(1, 20_000), blocks.read(tooLargeForAnyPack));
    }

    @Test
    void aPackIsFullAt16384Slots() throws IOException {
        BlockStore blocks = open(1, OPTIONS);
        long last = 0;
        for (int i = 0; i <= PackFormat.FULL_SLOTS; i++) {
            last = blocks.append(BlockKind.METADATA, new byte[] {(byte) i, 1});
        }
        blocks.flush();
        assertEquals(BlockAddress.of(BlockAddress.packNumber(1, 2), 0), last);
        BlockStore later = open(2, OPTIONS);
        long lastOfFirst = BlockAddress.of(BlockAddress.packNumber(1, 1), 16_383);
        assertArrayEquals(new byte[] {-1, 1}, later.read(lastOfFirst));
    }

    @Test
    void whatDoesNotShrinkIsStoredAsItIs() throws IOException {
        for (int level : new int[] {0, 1, 12}) {
            BlockStore blocks =
                    open(1 + level, BlockStoreOptions.of(ChecksumKind.CRC32C, level, 1));
            long random = blocks.append(BlockKind.DATA, noise(1, 30_000));
            long words = blocks.append(BlockKind.DATA, text(1, 30_000));
            blocks.flush();
            assertEquals(30_000, blocks.storedLength(random));
            assertEquals(level == 0, blocks.storedLength(words) == 30_000);
            assertArrayEquals(text(1, 30_000), blocks.read(words));
        }
    }

    @Test
    void discardTakesBackWhatWasNotCommitted() throws IOException {
        BlockStore blocks = open(1, OPTIONS.withPackRawBytes(1000));
        long kept = blocks.append(BlockKind.DATA, text(1, 900));
        blocks.flush();
        blocks.committed();
        long flushed = blocks.append(BlockKind.DATA, text(2, 900));
        blocks.append(BlockKind.METADATA, text(2, 900));
        blocks.flush();
        long pending = blocks.append(BlockKind.DATA, text(3, 900));
        blocks.read(flushed);
        blocks.discard();
        assertEquals(List.of("packs/000001-000001"), objects());
        assertArrayEquals(text(1, 900), blocks.read(kept));
        assertThrows(CorruptionException.class, () -> blocks.read(flushed));
        assertThrows(CorruptionException.class, () -> blocks.read(pending));
        long next = blocks.append(BlockKind.DATA, text(4, 900));
        assertTrue(BlockAddress.packOf(next) > BlockAddress.packOf(pending), "numbers come once");
        blocks.flush();
        assertArrayEquals(text(4, 900), blocks.read(next));
    }

    @Test
    void aWriterNumberUsedTwiceIsToldAndTheOthersPackStays() throws IOException {
        BlockStore first = open(5, OPTIONS);
        long address = first.append(BlockKind.DATA, text(1, 500));
        first.flush();
        BlockStore second = open(5, OPTIONS);
        second.append(BlockKind.DATA, text(2, 500));
        assertThrows(StoreFailedException.class, second::flush);
        assertThrows(StoreFailedException.class, () -> second.append(BlockKind.DATA, text(2, 500)));
        second.discard();
        assertArrayEquals(text(1, 500), open(6, OPTIONS).read(address));
    }

    @Test
    void aMissingPackASlotTooFarAndNoAddressAreCorruption() throws IOException {
        BlockStore blocks = open(1, OPTIONS);
        long address = blocks.append(BlockKind.DATA, text(1, 10));
        CorruptionException none =
                assertThrows(CorruptionException.class, () -> blocks.read(address + 1));
        assertTrue(none.where().contains("slot 1"), none.where());
        blocks.flush();
        CorruptionException far =
                assertThrows(CorruptionException.class, () -> blocks.read(address + 1));
        assertEquals("packs/000001-000001 slot 1", far.where());
        long elsewhere = BlockAddress.of(BlockAddress.packNumber(9, 9), 0);
        assertThrows(CorruptionException.class, () -> blocks.read(elsewhere));
        assertThrows(CorruptionException.class, () -> blocks.storedLength(elsewhere));
        for (long nonsense : new long[] {0, -1, 77, 1L << 40}) {
            assertThrows(CorruptionException.class, () -> blocks.read(nonsense));
        }
    }

    @Test
    void aPackOfAnotherPoolIsNotRead() throws IOException {
        BlockStore blocks = open(1, OPTIONS);
        long address = blocks.append(BlockKind.DATA, text(1, 10));
        blocks.flush();
        try (BlockStore other =
                new BlockStore(
                        store,
                        new UUID(3, 4),
                        OPTIONS,
                        () -> 2,
                        PackLocator.FIRST_OBJECT,
                        Sealer.PLAIN)) {
            assertThrows(CorruptionException.class, () -> other.read(address));
        }
    }

    @Test
    void blocksOfNoOrTooManyBytesAreRefused() {
        BlockStore blocks = open(1, OPTIONS);
        assertThrows(
                IllegalArgumentException.class, () -> blocks.append(BlockKind.DATA, new byte[0]));
        assertThrows(
                IllegalArgumentException.class,
                () -> blocks.append(BlockKind.DATA, new byte[Blocks.MAX_RAW_BYTES + 1]));
    }

    @Test
    void aMovedPackIsFoundAgainThroughTheLocator() throws IOException {
        Map<Long, String> places = new HashMap<>();
        PackLocator locator = n -> places.getOrDefault(n, PackFormat.objectName(n));
        BlockStore blocks = open(1, OPTIONS, locator, Sealer.PLAIN);
        long address = blocks.append(BlockKind.METADATA, text(1, 10));
        blocks.flush();
        assertArrayEquals(text(1, 10), blocks.read(address));
        String old = "packs/000001-000001";
        byte[] object = store.get(old, new ByteRange.Last(1 << 20)).bytes();
        store.create("packs/000002-000001", List.of(ByteBuffer.wrap(object)));
        places.put(BlockAddress.packOf(address), "packs/000002-000001");
        store.delete(old);
        assertArrayEquals(text(1, 10), blocks.read(address));
        assertEquals(10, blocks.storedLength(address));
    }

    @Test
    void aSealedBlockIsBoundToItsAddressAndToASealer() throws IOException {
        Sealer sealer = new RotatingSealer();
        BlockStore sealing = open(1, OPTIONS, PackLocator.FIRST_OBJECT, sealer);
        long words = sealing.append(BlockKind.DATA, text(1, 5000));
        long random = sealing.append(BlockKind.DATA, noise(1, 5000));
        assertArrayEquals(text(1, 5000), sealing.read(words));
        sealing.flush();
        assertEquals(5001, sealing.storedLength(random));
        BlockStore again = open(2, OPTIONS, PackLocator.FIRST_OBJECT, sealer);
        assertArrayEquals(text(1, 5000), again.read(words));
        assertArrayEquals(noise(1, 5000), again.read(random));
        assertThrows(CorruptionException.class, () -> open(3, OPTIONS).read(words));
    }

    /// Found on another thread, twice removed, it stays what it was.
    @Test
    void aDefectOfSealingIsNoFailureOfTheStore() throws IOException {
        BlockStore sealing = open(1, OPTIONS, PackLocator.FIRST_OBJECT, new RotatingSealer());
        sealing.sealedFor(NO_KEY).append(BlockKind.DATA, text(1, 1000));

        var defect = assertThrows(IllegalStateException.class, sealing::flush);

        assertEquals("no key", defect.getMessage());
        sealing.discard();
        long address = sealing.append(BlockKind.DATA, text(2, 1000));
        sealing.flush();
        assertArrayEquals(text(2, 1000), sealing.read(address));
    }

    /// Adds the address to each byte, and one byte.
    private record RotatingSealer() implements Sealer {
        @Override
        public byte[] seal(int domain, BlockIdentity block, byte[] bytes) {
            if (domain == NO_KEY) {
                throw new IllegalStateException("no key");
            }
            return rotate(Arrays.copyOf(bytes, bytes.length + 1), key(block));
        }

        @Override
        public byte[] open(String where, BlockIdentity block, byte[] sealed) {
            byte[] opened = rotate(sealed.clone(), -key(block));
            return Arrays.copyOf(opened, sealed.length - 1);
        }

        private static int key(BlockIdentity block) {
            return (int) block.address() + block.kind().ordinal();
        }

        @Override
        public byte[] sealObject(String name, byte[] bytes) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        public byte[] openObject(String name, byte[] stored) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        public boolean seals() {
            return true;
        }

        private static byte[] rotate(byte[] bytes, int by) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] += (byte) by;
            }
            return bytes;
        }
    }

    @Test
    void manyThreadsAppendAndReadAtOnce() throws Exception {
        BlockStore blocks = open(1, OPTIONS.withPackRawBytes(50_000));
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int t = 0; t < 4; t++) {
            int seed = t;
            threads.add(
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((_, e) -> failures.add(e))
                            .start(() -> appendAndRead(blocks, seed)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
        blocks.flush();
        assertEquals(4 * 300, blocks.statistics(BlockKind.DATA).blocks());
    }

    private static void appendAndRead(BlockStore blocks, int seed) {
        Random random = new Random(seed);
        List<Long> addresses = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                addresses.add(blocks.append(BlockKind.DATA, text(seed * 1000 + i, 2000)));
                int n = random.nextInt(addresses.size());
                assertArrayEquals(text(seed * 1000 + n, 2000), blocks.read(addresses.get(n)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aReaderNeverClaimsAWriterNumber() throws IOException {
        long address;
        try (BlockStore blocks = open(1, OPTIONS)) {
            address = blocks.append(BlockKind.DATA, text(1, 10));
            blocks.flush();
        }
        BlockStore reader =
                new BlockStore(
                        store,
                        POOL,
                        OPTIONS,
                        () -> {
                            throw new AssertionError("claimed");
                        },
                        PackLocator.FIRST_OBJECT,
                        Sealer.PLAIN);
        opened.add(reader);
        assertArrayEquals(text(1, 10), reader.read(address));
        reader.flush();
        reader.discard();
        assertFalse(objects().isEmpty());
        assertNotEquals(0, reader.storedLength(address));
    }
}
