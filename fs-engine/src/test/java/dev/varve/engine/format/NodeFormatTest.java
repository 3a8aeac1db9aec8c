package dev.varve.engine.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.UnsupportedFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NodeFormatTest {
    private static final long ADDRESS = 0x1234;

    private static byte[] leaf() {
        return node(0, 5, "apple", "1", "banana", "", "cherry", "333");
    }

    private static byte[] interior() {
        byte[] page = node(1, 5, "", "0123456789abcdef", "m", "0123456789abcdef");
        NodeFormat.putChild(page, 0, 77, 4);
        NodeFormat.putChild(page, 1, 78, 5);
        return page;
    }

    private static byte[] node(int level, long generation, String... keysAndValues) {
        int count = keysAndValues.length / 2;
        int at = NodeFormat.itemsAt(count);
        byte[] page = new byte[at + String.join("", keysAndValues).length()];
        NodeFormat.putHeader(page, level, count, page.length, generation);
        for (int slot = 0; slot < count; slot++) {
            byte[] key = keysAndValues[2 * slot].getBytes(StandardCharsets.UTF_8);
            byte[] value = keysAndValues[2 * slot + 1].getBytes(StandardCharsets.UTF_8);
            NodeFormat.putSlot(page, slot, at, key.length, value.length);
            System.arraycopy(key, 0, page, at, key.length);
            System.arraycopy(value, 0, page, at + key.length, value.length);
            at += key.length + value.length;
        }
        return page;
    }

    @Test
    void soundNodesPassTheCheck() throws StorageException {
        NodeFormat.check(leaf(), ADDRESS);
        NodeFormat.check(interior(), ADDRESS);
    }

    @Test
    void searchFindsKeysAndTheirPlaces() {
        byte[] page = leaf();
        assertEquals(1, NodeFormat.search(page, "banana".getBytes(StandardCharsets.UTF_8)));
        assertEquals(-2, NodeFormat.search(page, "b".getBytes(StandardCharsets.UTF_8)));
        assertEquals(-4, NodeFormat.search(page, new byte[] {(byte) 0xff}));
        assertEquals(0, NodeFormat.childSlot(interior(), new byte[] {1}));
        assertEquals(1, NodeFormat.childSlot(interior(), new byte[] {'m'}));
    }

    @Test
    void aNewerVersionIsUnsupportedNotCorrupt() {
        byte[] page = leaf();
        page[0] = NodeFormat.VERSION + 1;
        assertThrows(UnsupportedFormatException.class, () -> NodeFormat.check(page, ADDRESS));
    }

    @Test
    void truncatedAndLengthenedNodesAreCorrupt() {
        for (byte[] page : new byte[][] {leaf(), interior()}) {
            for (int length = 0; length <= page.length + 5; length++) {
                if (length != page.length) {
                    byte[] other = Arrays.copyOf(page, length);
                    assertThrows(CorruptionException.class, () -> NodeFormat.check(other, ADDRESS));
                }
            }
        }
    }

    @Test
    void corruptionNamesTheNode() {
        CorruptionException e =
                assertThrows(
                        CorruptionException.class, () -> NodeFormat.check(new byte[3], ADDRESS));
        assertTrue(e.where().contains("0000000000001234"), e.where());
    }

    @Test
    void outOfOrderKeysAreCorrupt() {
        byte[] page = node(0, 5, "b", "", "a", "");
        assertThrows(CorruptionException.class, () -> NodeFormat.check(page, ADDRESS));
        byte[] twice = node(0, 5, "a", "", "a", "");
        assertThrows(CorruptionException.class, () -> NodeFormat.check(twice, ADDRESS));
    }

    @Test
    void aChildCannotBeYoungerThanItsParentOrNowhere() {
        byte[] young = interior();
        NodeFormat.putChild(young, 1, 78, 6);
        assertThrows(CorruptionException.class, () -> NodeFormat.check(young, ADDRESS));
        byte[] nowhere = interior();
        NodeFormat.putChild(nowhere, 0, 0, 1);
        assertThrows(CorruptionException.class, () -> NodeFormat.check(nowhere, ADDRESS));
    }

    /// Every value of every byte: the node is refused, or every number in it stays inside.
    @Test
    void anyChangedByteIsRefusedOrHarmless() {
        for (byte[] page : new byte[][] {leaf(), interior()}) {
            for (int at = 0; at < page.length; at++) {
                for (int value = 0; value < 256; value++) {
                    byte[] damaged = page.clone();
                    damaged[at] = (byte) value;
                    readAllIfSound(damaged);
                }
            }
        }
    }

    @Test
    void noiseIsRefusedOrHarmless() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] page = (random.nextBoolean() ? leaf() : interior()).clone();
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                page[random.nextInt(page.length)] = (byte) random.nextInt();
            }
            try {
                readAllIfSound(page);
            } catch (RuntimeException e) {
                throw new AssertionError("replay with -Dseed=" + seed, e);
            }
        }
    }

    private static void readAllIfSound(byte[] page) {
        try {
            NodeFormat.check(page, ADDRESS);
        } catch (CorruptionException | UnsupportedFormatException e) {
            return;
        } catch (StorageException e) {
            throw new AssertionError("another kind of error", e);
        }
        for (int slot = 0; slot < NodeFormat.count(page); slot++) {
            byte[] key = NodeFormat.key(page, slot);
            assertEquals(slot, NodeFormat.search(page, key));
            assertTrue(NodeFormat.value(page, slot).length <= page.length);
            if (NodeFormat.level(page) > 0) {
                assertTrue(NodeFormat.childAddress(page, slot) > 0);
            }
        }
    }
}
