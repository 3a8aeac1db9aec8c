package dev.varve.engine.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every way to damage a pack object ends in a typed error.
class PackDamageTest {
    private static final UUID POOL = new UUID(1, 2);
    private static final String NAME = "packs/000001-000001";

    private final List<Long> addresses = new ArrayList<>();
    private byte[] object = {};

    @BeforeEach
    void writeOnePack() throws IOException {
        MemoryStore store = new MemoryStore();
        try (BlockStore blocks = open(store)) {
            byte[] noise = new byte[300];
            new Random(4).nextBytes(noise);
            addresses.add(blocks.append(BlockKind.DATA, new byte[1000]));
            addresses.add(blocks.append(BlockKind.DATA, noise));
            addresses.add(blocks.append(BlockKind.DATA, new byte[] {1, 2, 3}));
            blocks.flush();
        }
        object = store.get(NAME, new ByteRange.Last(1 << 20)).bytes();
    }

    private static BlockStore open(MemoryStore store) {
        return new BlockStore(
                store,
                POOL,
                BlockStoreOptions.of(ChecksumKind.CRC32C, 3, 1),
                () -> 1,
                PackLocator.FIRST_OBJECT,
                Sealer.PLAIN);
    }

    private static MemoryStore storeWith(byte[] bytes) throws IOException {
        MemoryStore store = new MemoryStore();
        store.create(NAME, List.of(ByteBuffer.wrap(bytes)));
        return store;
    }

    /// Damage that a full check reports, one line each.
    private static List<String> verify(byte[] bytes) throws IOException {
        List<String> damage = new ArrayList<>();
        try (BlockStore blocks = open(storeWith(bytes))) {
            blocks.openPack(NAME).verify((_, e) -> damage.add(e.where()));
        } catch (CorruptionException | UnsupportedFormatException e) {
            damage.add("pack: " + e.getMessage());
        }
        return damage;
    }

    @Test
    void aGoodPackHasNoDamage() throws IOException {
        assertEquals(List.of(), verify(object));
    }

    @Test
    void aCheckFindsEveryFlippedBit() throws IOException {
        for (int bit = 0; bit < object.length * 8; bit++) {
            byte[] bad = object.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(verify(bad).isEmpty(), "bit " + bit + " of " + object.length * 8);
        }
    }

    @Test
    void readingGivesTheRightBytesOrATypedErrorForEveryFlippedBit() throws IOException {
        byte[] expected = {1, 2, 3};
        int refused = 0;
        for (int bit = 0; bit < object.length * 8; bit++) {
            byte[] bad = object.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            try (BlockStore blocks = open(storeWith(bad))) {
                assertTrue(Arrays.equals(expected, blocks.read(addresses.get(2))), "bit " + bit);
            } catch (CorruptionException | UnsupportedFormatException e) {
                assertTrue(e.toString().contains(NAME), e.toString());
                refused++;
            }
        }
        int ending = 16 + 3 * 36 + 4 + 16 + PackFormat.TAIL_BYTES;
        assertEquals((ending + expected.length) * 8, refused);
    }

    @Test
    void theDamagedBlockIsNamedAndTheOthersAreRead() throws IOException {
        byte[] bad = object.clone();
        int offsetOfSecond = PackFormat.HEADER_BYTES + firstBlockBytes();
        bad[offsetOfSecond + 100] ^= 1;
        assertEquals(List.of(NAME + " slot 1"), verify(bad));
        try (BlockStore blocks = open(storeWith(bad))) {
            assertEquals(1000, blocks.read(addresses.get(0)).length);
            CorruptionException damaged =
                    assertThrows(CorruptionException.class, () -> blocks.read(addresses.get(1)));
            assertEquals(NAME + " slot 1", damaged.where());
        }
    }

    private int firstBlockBytes() throws IOException {
        try (BlockStore blocks = open(storeWith(object))) {
            return blocks.storedLength(addresses.get(0));
        }
    }

    @Test
    void everyTruncationIsFound() throws IOException {
        for (int length = 0; length < object.length; length++) {
            MemoryStore store = storeWith(Arrays.copyOf(object, length));
            try (BlockStore blocks = open(store)) {
                assertThrows(
                        CorruptionException.class,
                        () -> blocks.read(addresses.get(0)),
                        "length " + length);
            }
        }
    }

    @Test
    void bytesMissingAtTheStartAreFound() throws IOException {
        for (int cut = 1; cut < object.length; cut += 7) {
            byte[] bad = Arrays.copyOfRange(object, cut, object.length);
            assertFalse(verify(bad).isEmpty(), "cut " + cut);
        }
    }

    @Test
    void aPackOfANewerProgramIsToldFromADamagedOne() throws IOException {
        byte[] newer = object.clone();
        newer[object.length - 20] = 2;
        try (BlockStore blocks = open(storeWith(newer))) {
            StorageException e =
                    assertThrows(
                            UnsupportedFormatException.class, () -> blocks.read(addresses.get(0)));
            assertEquals(NAME + ": format version 2; this program reads 1 to 1", e.getMessage());
        }
    }

    @Test
    void aPackUnderAnothersNameIsFound() throws IOException {
        MemoryStore store = new MemoryStore();
        store.create("packs/000001-000002", List.of(ByteBuffer.wrap(object)));
        try (BlockStore blocks = open(store)) {
            long moved = addresses.get(0) + (1L << 16);
            assertThrows(CorruptionException.class, () -> blocks.read(moved));
        }
    }

    @Test
    void randomBytesAreNoPack() throws IOException {
        long seed = Long.getLong("seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            byte[] bad = object.clone();
            int from = random.nextInt(bad.length);
            int to = Math.min(bad.length, from + 1 + random.nextInt(40));
            for (int i = from; i < to; i++) {
                bad[i] = (byte) random.nextInt();
            }
            boolean same = Arrays.equals(bad, object);
            assertEquals(same, verify(bad).isEmpty(), "-Dseed=" + seed + " round " + round);
        }
    }
}
