package dev.varve.engine.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.format.Head.NewPack;
import dev.varve.engine.format.SubvolumeRecord.Event;
import dev.varve.engine.format.SubvolumeRecord.Named;
import dev.varve.engine.format.SubvolumeRecord.Root;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.UnsupportedFormatException;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Holds the record formats to docs/format/pool.md: sizes and samples as bytes, so that a change of
/// a format cannot go unnoticed.
class RecordFormatsTest {
    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final long BLOCK = BlockAddress.of(BlockAddress.packNumber(1, 2), 3);
    private static final Timestamp TIME = new Timestamp(-1, 999_999_999);

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void anInodeTakesAHundredBytesAndComesBackAsItWas() throws IOException {
        Inode inode =
                new Inode(
                        300,
                        0100644,
                        0xffff_ffffL,
                        7,
                        2,
                        1L << 40,
                        0xffff_ffffL,
                        -1,
                        TIME,
                        Timestamp.EPOCH,
                        TIME,
                        TIME,
                        5,
                        Long.MAX_VALUE);
        byte[] bytes = InodeFormat.write(inode);
        assertEquals(100, bytes.length);
        assertEquals(inode, InodeFormat.read(300, bytes, 0, bytes.length));
    }

    @Test
    void aDataExtentIsItsKindAndTwentyEightBytes() throws IOException {
        Extent extent = new Extent.Data(4096, 100, BLOCK, 5, 105, 9);
        byte[] bytes = ExtentFormat.write(extent);
        assertEquals(
                "01"
                        + "0300020000010000"
                        + "05000000"
                        + "69000000"
                        + "64000000"
                        + "0900000000000000",
                hex(bytes));
        assertEquals(extent, ExtentFormat.read(300, 4096, bytes, 0, bytes.length));
        assertEquals(BLOCK, ExtentFormat.block(bytes, 0, bytes.length));
    }

    @Test
    void anExtentOutsideItsBlockIsDamage() {
        byte[] bytes = ExtentFormat.write(new Extent.Data(0, 101, BLOCK, 5, 105, 9));
        assertThrows(
                CorruptionException.class, () -> ExtentFormat.read(300, 0, bytes, 0, bytes.length));
    }

    @Test
    void aSubvolumeComesBackAsItWas() throws IOException {
        SubvolumeRecord record =
                new SubvolumeRecord(
                        new Root(BLOCK, 2, 8),
                        400,
                        true,
                        ID,
                        Optional.of(ID),
                        Optional.empty(),
                        Optional.of(new Named(5, 256, new byte[] {(byte) 0xff})),
                        new Event(8, TIME),
                        new Event(7, TIME),
                        Event.NEVER,
                        Event.NEVER);
        byte[] bytes = SubvolumeFormat.write(record);
        SubvolumeRecord again = SubvolumeFormat.read(256, bytes);
        assertArrayEquals(bytes, SubvolumeFormat.write(again));
        assertEquals(4 + 17 + 8 + 3 * 16 + 4 * 20 + 16 + 1, bytes.length);
    }

    @Test
    void aHeadComesBackAsItWasAndEveryFlippedBitIsNoticed() throws IOException {
        Root root = new Root(BLOCK, 0, 1);
        Head head =
                new Head(
                        ID,
                        7,
                        TIME,
                        300,
                        root,
                        root,
                        root,
                        root,
                        List.of(new NewPack(BLOCK >>> 16, 1, 4, 100, 200)),
                        List.of(BLOCK),
                        3);
        byte[] bytes = HeadFormat.write(head);
        assertEquals(head, HeadFormat.read("heads/7", bytes));
        assertEquals(12 + 16 + 8 + 12 + 8 + 4 * 17 + 4 + 29 + 4 + 8 + 8 + 8, bytes.length);
        for (int i = 0; i < bytes.length * 8; i++) {
            byte[] flipped = bytes.clone();
            flipped[i / 8] ^= (byte) (1 << i % 8);
            IOException e =
                    assertThrows(IOException.class, () -> HeadFormat.read("heads/7", flipped));
            boolean versionBit = i / 8 >= 8 && i / 8 < 12;
            assertEquals(
                    versionBit ? UnsupportedFormatException.class : CorruptionException.class,
                    e.getClass(),
                    "bit " + i);
        }
    }

    @Test
    void aPackItemKeepsItsBitmapsWithoutZerosAtTheEnd() throws IOException {
        BitSet free = new BitSet();
        free.set(1);
        free.set(9);
        BitSet dropped = new BitSet();
        dropped.set(9);
        PackItem item = new PackItem(1, 20, 100, 200, 6, BLOCK >>> 16, dropped, free);
        byte[] bytes = item.write();
        assertEquals(
                "01"
                        + "14000000"
                        + "6400000000000000"
                        + "c800000000000000"
                        + "0600000000000000"
                        + hex(PackItem.key(Long.reverseBytes(BLOCK >>> 16)))
                        + "0200"
                        + "0002"
                        + "0202",
                hex(bytes));
        assertEquals(item, PackItem.read(3, bytes));
        assertEquals(18, item.liveSlots());
        assertEquals(19, item.presentSlots());
        assertEquals(100 / 19, item.unusedBytes());
    }

    @Test
    void aDroppedSlotThatIsInUseIsRefused() {
        BitSet dropped = new BitSet();
        dropped.set(3);
        byte[] bytes = new PackItem(1, 20, 1, 1, 6, 0, dropped, new BitSet()).write();
        assertThrows(CorruptionException.class, () -> PackItem.read(3, bytes));
    }

    @Test
    void aDoomedObjectStandsBehindAllPacks() throws IOException {
        DoomedObject doomed = new DoomedObject(BLOCK >>> 16, 7, TIME, 1000);
        byte[] key = DoomedObject.key(doomed.number());
        assertEquals(doomed, DoomedObject.read(key, doomed.write()));
        byte[] last = PackItem.key(BlockAddress.packNumber(BlockAddress.MAX_WRITER, 1));
        assertTrue(Arrays.compareUnsigned(last, DoomedObject.firstKey()) < 0);
        assertTrue(Arrays.compareUnsigned(DoomedObject.firstKey(), key) < 0);
        assertThrows(
                CorruptionException.class,
                () -> DoomedObject.read(DoomedObject.firstKey(), doomed.write()));
    }
}
