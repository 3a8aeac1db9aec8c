package dev.varve.engine.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class NodeFormatTest {
    private static final long ADDRESS = BlockAddress.of(BlockAddress.packNumber(1, 2), 3);

    private static byte[] leaf() {
        return node(0, 5, "apple", "1", "banana", "", "cherry", "333");
    }

    private static byte[] interior() {
        byte[] page = node(1, 5, "", "0123456789abcdef", "m", "0123456789abcdef");
        NodeFormat.putChild(page, 0, ADDRESS + 1, 4);
        NodeFormat.putChild(page, 1, ADDRESS + 2, 5);
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
        assertTrue(e.where().contains("node 000001-000002:3"), e.where());
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
        NodeFormat.putChild(young, 1, ADDRESS + 2, 6);
        assertThrows(CorruptionException.class, () -> NodeFormat.check(young, ADDRESS));
        byte[] nowhere = interior();
        NodeFormat.putChild(nowhere, 0, 0, 1);
        assertThrows(CorruptionException.class, () -> NodeFormat.check(nowhere, ADDRESS));
    }

    /// The tables in the documentation are the ones in the code.
    @Test
    void theDocumentationGivesTheSameOffsetsAndLimits() throws IOException {
        String text = Files.readString(Path.of("../docs/format/node.md"));
        assertEquals(
                List.of("version", "level", "count", "size", "generation"), rows(text, "Header"));
        assertEquals(NodeFormat.HEADER_BYTES, bytes(text, "Header"));
        assertEquals(NodeFormat.SLOT_BYTES, bytes(text, "Slot"));
        assertEquals(NodeFormat.CHILD_BYTES, bytes(text, "Child"));
        for (int limit :
                new int[] {
                    NodeFormat.MAX_BYTES,
                    NodeFormat.MAX_KEY_BYTES,
                    NodeFormat.MAX_VALUE_BYTES,
                    NodeFormat.MAX_LEVEL,
                    NodeFormat.VERSION
                }) {
            assertTrue(text.contains("| " + limit + " |"), "no limit " + limit);
        }
        String dump = HexFormat.ofDelimiter(" ").formatHex(leaf());
        assertEquals(
                dump,
                text.substring(text.indexOf("```hex") + 7)
                        .replaceAll("(?s)\\s*```.*", "")
                        .replaceAll("\\s+", " "));
    }

    /// The names in a section's table, whose rows are `| offset | bytes | name | ...`.
    private static List<String> rows(String text, String section) {
        return table(text, section).map(cells -> cells[3]).toList();
    }

    /// The sum of a table's lengths, after making sure that each row starts where the last ended.
    private static int bytes(String text, String section) {
        int end = 0;
        for (String[] cells : table(text, section).toList()) {
            assertEquals(end, Integer.parseInt(cells[1]), section + " " + cells[3]);
            end += Integer.parseInt(cells[2]);
        }
        return end;
    }

    private static Stream<String[]> table(String text, String section) {
        String from = text.substring(text.indexOf("## " + section + "\n"));
        return from.lines()
                .dropWhile(line -> !line.startsWith("| 0 "))
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split(" *\\| *", -1));
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
                assertTrue(BlockAddress.isValid(NodeFormat.childAddress(page, slot)));
            }
        }
    }
}
