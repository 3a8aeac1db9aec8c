package dev.varve.engine.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.model.CorruptionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TreeWriterTest {
    private final Forest forest = new Forest(64 << 20);

    static byte[] key(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private TreeRoot ascending(int count, int valueBytes) throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        for (int i = 0; i < count; i++) {
            writer.put(key(i), new byte[valueBytes]);
        }
        return writer.flush();
    }

    @Test
    void anEmptyTreeHasNoRootAndNoItems() throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        assertTrue(writer.isEmpty());
        assertNull(writer.get(key(1)));
        assertFalse(writer.remove(key(1)));
        assertFalse(writer.cursor().seekFirst());
        assertEquals(TreeRoot.EMPTY, writer.flush());
        assertNull(forest.reader(TreeRoot.EMPTY).get(key(1)));
        assertEquals(0, forest.blocks.appended());
    }

    @Test
    void aTreeThatLosesItsLastItemIsEmptyAgain() throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        writer.put(bytes("a"), bytes("1"));
        TreeRoot root = writer.flush();
        assertArrayEquals(bytes("1"), forest.reader(root).get(bytes("a")));
        assertTrue(writer.remove(bytes("a")));
        assertTrue(writer.isEmpty());
        assertEquals(TreeRoot.EMPTY, writer.flush());
        assertTrue(forest.blocks.counts().isEmpty());
    }

    @Test
    void ascendingKeysFillLeavesToTheBrim() throws IOException {
        int count = 100_000;
        ascending(count, 52);
        long itemBytes = 8 + 52 + NodeFormat.SLOT_BYTES;
        long leaves = count * itemBytes / NodeFormat.MAX_BYTES;
        assertTrue(forest.blocks.appended() <= leaves * 102 / 100 + 2);
    }

    @Test
    void anAscendingRunInTheMiddleFillsLeavesToo() throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        writer.put(key(1), new byte[52]);
        writer.put(key(1L << 40), new byte[52]);
        int count = 100_000;
        for (int i = 2; i < count; i++) {
            writer.put(key(i), new byte[52]);
        }
        writer.flush();
        long itemBytes = 8 + 52 + NodeFormat.SLOT_BYTES;
        long leaves = count * itemBytes / NodeFormat.MAX_BYTES;
        assertTrue(forest.blocks.appended() <= leaves * 102 / 100 + 4);
    }

    @Test
    void leavesKeptForLastStandBesideTheNodesAboveThem() throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        for (int i = 0; i < 20_000; i++) {
            writer.put(key(i), new byte[52]);
            writer.spillBeyond(1 << 20);
        }
        byte[] absent = bytes("zz");
        TreeRoot root = writer.flush(List.of(key(5), key(12_345), key(6), absent));
        assertEquals(1, root.level());
        byte[] page = forest.blocks.read(root.address());
        List<Long> kept = new ArrayList<>();
        for (byte[] key : List.of(key(5), key(12_345), absent)) {
            kept.add(NodeFormat.childAddress(page, NodeFormat.childSlot(page, key)));
        }
        long last = root.address();
        assertEquals(List.of(last - 1, last - 2, last - 3), kept);
        for (int i = 0; i < 20_000; i++) {
            assertNotNull(forest.reader(root).get(key(i)));
        }
        assertEquals(root, writer.flush(List.of()), "nothing has changed since");
        long appended = forest.blocks.appended();
        writer.flush(List.of(key(777)));
        assertEquals(appended + 2, forest.blocks.appended(), "a leaf and the root");
    }

    @Test
    void spillingWritesLeavesOnly() throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        int count = 100_000;
        int spills = 0;
        for (int i = 0; i < count; i++) {
            writer.put(key(i), new byte[52]);
            long before = writer.dirtyBytes();
            writer.spillBeyond(1 << 20);
            spills += writer.dirtyBytes() < before ? 1 : 0;
        }
        assertTrue(spills > 3);
        TreeRoot root = writer.flush();
        // The leaf that a spill found half full is written once more, and no node above it.
        long nodes = forest.blocks.counts().size();
        assertTrue(forest.blocks.appended() <= nodes + spills);
        TreeReader reader = forest.reader(root);
        for (int i = 0; i < count; i++) {
            assertNotNull(reader.get(key(i)));
        }
    }

    @Test
    void whereTheNodesAboveTheLeavesAreTooManySpillingWritesThemToo() throws IOException {
        TreeWriter writer = forest.writer(ascending(1000, 3000));
        for (int i = 0; i < 1000; i++) {
            writer.put(key(i), new byte[3001]);
            writer.spillBeyond(0);
            assertEquals(0, writer.dirtyBytes());
        }
    }

    @Test
    void removingMostItemsLeavesFewNodes() throws IOException {
        TreeRoot root = ascending(100_000, 52);
        TreeWriter writer = forest.writer(root);
        for (int i = 0; i < 100_000; i++) {
            if (i % 100 != 0) {
                assertTrue(writer.remove(key(i)));
            }
        }
        root = writer.flush();
        assertTrue(forest.blocks.counts().size() <= 12, forest.blocks.counts()::toString);
        for (int i = 0; i < 100_000; i++) {
            assertEquals(i % 100 == 0, forest.reader(root).get(key(i)) != null);
        }
    }

    @Test
    void puttingWhatIsThereWritesNothing() throws IOException {
        TreeRoot root = ascending(10_000, 20);
        long appended = forest.blocks.appended();
        TreeWriter writer = forest.writer(root);
        for (int i = 0; i < 10_000; i++) {
            writer.put(key(i), new byte[20]);
        }
        assertFalse(writer.remove(bytes("absent")));
        assertEquals(0, writer.dirtyBytes());
        assertEquals(root, writer.flush());
        assertEquals(appended, forest.blocks.appended());
    }

    @Test
    void oneChangeWritesOneNodePerLevel() throws IOException {
        TreeRoot root = ascending(200_000, 52);
        assertEquals(1, root.level());
        long appended = forest.blocks.appended();
        TreeWriter writer = forest.writer(root);
        writer.put(key(77_777), new byte[52 + 1]);
        TreeRoot changed = writer.flush();
        assertEquals(appended + 2, forest.blocks.appended());
        assertEquals(forest.generation, changed.generation());
    }

    @Test
    void aSnapshotKeepsWhatTheWriterChanges() throws IOException {
        TreeRoot root = ascending(50_000, 52);
        forest.blocks.retain(root.address());
        TreeWriter writer = forest.writer(root);
        for (int i = 0; i < 50_000; i += 7) {
            writer.remove(key(i));
        }
        TreeRoot changed = writer.flush();
        for (int i = 0; i < 50_000; i++) {
            assertArrayEquals(new byte[52], forest.reader(root).get(key(i)));
            assertEquals(i % 7 == 0, forest.reader(changed).get(key(i)) == null);
        }
    }

    @Test
    void aCursorPassesOverNodesOlderThanAGeneration() throws IOException {
        TreeRoot root = ascending(100_000, 52);
        TreeWriter writer = forest.writer(root);
        writer.put(key(500), new byte[1]);
        writer.put(key(99_000), new byte[1]);
        root = writer.flush();
        long reads = readsWith(root, forest.generation);
        assertEquals(3, reads);
        assertEquals(0, readsWith(root, forest.generation + 1));
    }

    /// The cost of a pass both ways over what is at least this young; checks what it finds.
    private long readsWith(TreeRoot root, long since) throws IOException {
        long before = forest.blocks.reads();
        NodeCache cold = new NodeCache(forest.blocks, 64 << 20);
        TreeCursor cursor = new TreeReader(cold, root).cursorSince(since);
        int up = 0;
        int changed = 0;
        for (boolean on = cursor.seek(key(3)); on; on = cursor.next()) {
            up++;
            changed += cursor.valueLength() == 1 ? 1 : 0;
        }
        int down = 0;
        for (boolean on = cursor.seekBefore(key(99_999)); on; on = cursor.previous()) {
            down++;
        }
        assertEquals(since > forest.generation ? 0 : 2, changed);
        assertTrue(Math.abs(up - down) < 4 && up < 3_000, () -> "too many items");
        return forest.blocks.reads() - before;
    }

    @Test
    void aCursorOfAWriterStepsOnAfterChangesButItsValueIsGone() throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        for (int i = 0; i < 10; i++) {
            writer.put(key(i), key(i));
        }
        TreeCursor cursor = writer.cursor();
        assertTrue(cursor.seek(key(4)));
        assertArrayEquals(key(4), cursor.value());
        writer.remove(key(4));
        writer.remove(key(5));
        assertArrayEquals(key(4), cursor.key());
        assertThrows(ConcurrentModificationException.class, cursor::value);
        assertTrue(cursor.next());
        assertArrayEquals(key(6), cursor.value());
        writer.flush();
        assertTrue(cursor.previous());
        assertArrayEquals(key(3), cursor.value());
    }

    @Test
    void aCursorOnNoItemRefusesToShowOne() throws IOException {
        TreeCursor cursor = forest.reader(ascending(3, 1)).cursor();
        assertThrows(IllegalStateException.class, cursor::page);
        assertFalse(cursor.next());
        assertTrue(cursor.seekLast());
        assertFalse(cursor.next());
        assertThrows(IllegalStateException.class, cursor::key);
    }

    @Test
    void keysAndValuesHaveLimits() throws IOException {
        TreeWriter writer = forest.writer(TreeRoot.EMPTY);
        byte[] longestKey = new byte[NodeFormat.MAX_KEY_BYTES];
        byte[] longestValue = new byte[NodeFormat.MAX_VALUE_BYTES];
        writer.put(longestKey, longestValue);
        assertArrayEquals(longestValue, writer.get(longestKey));
        assertThrows(IllegalArgumentException.class, () -> writer.put(new byte[0], longestValue));
        assertThrows(
                IllegalArgumentException.class,
                () -> writer.put(new byte[longestKey.length + 1], longestValue));
        assertThrows(
                IllegalArgumentException.class,
                () -> writer.put(longestKey, new byte[longestValue.length + 1]));
    }

    @Test
    void aDiscardedWriterIsOfNoUse() throws IOException {
        TreeRoot root = ascending(10, 1);
        TreeWriter writer = forest.writer(root);
        writer.put(key(3), new byte[2]);
        assertTrue(writer.dirtyBytes() > 0);
        writer.discard();
        assertEquals(0, writer.dirtyBytes());
        assertThrows(IllegalStateException.class, () -> writer.put(key(3), new byte[2]));
        assertThrows(IllegalStateException.class, writer::flush);
    }

    @Test
    void aNodeInTheWrongPlaceIsCorruption() throws IOException {
        TreeRoot root = ascending(10_000, 20);
        TreeRoot wrongLevel = new TreeRoot(root.address(), 0, root.generation());
        TreeRoot wrongTime = new TreeRoot(root.address(), root.level(), root.generation() + 1);
        assertThrows(CorruptionException.class, () -> forest.reader(wrongLevel).get(key(1)));
        assertThrows(CorruptionException.class, () -> forest.reader(wrongTime).get(key(1)));
    }

    @Test
    void theCacheStaysWithinItsBytes() throws IOException {
        NodeCache small = new NodeCache(forest.blocks, 4 * NodeFormat.MAX_BYTES);
        TreeRoot root = ascending(20_000, 52);
        TreeReader reader = new TreeReader(small, root);
        for (int i = 0; i < 20_000; i++) {
            assertTrue(reader.get(key(i)) != null);
        }
        assertTrue(small.loads() >= 40 && small.loads() < 60, () -> "" + small.loads());
        assertTrue(reader.get(key(0)) != null);
        long loads = small.loads();
        assertTrue(reader.get(key(1)) != null);
        assertEquals(loads, small.loads());
    }
}
