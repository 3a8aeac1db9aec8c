package dev.varve.engine.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.CorruptionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PackFormatTest {
    private static final UUID POOL = new UUID(1, 2);
    private static final int BLOCKS_END = 1000;
    private static final Checksums XXH3 =
            (_, prefix, bytes, offset, length) ->
                    StandardChecksums.xxh3(prefix, bytes, offset, length);
    private static final PackSlot RECLAIMED = PackSlot.dropped(8);

    private static PackSlot slot(long offset, int stored, int raw, int kind, int codec) {
        return new PackSlot(offset, stored, raw, kind, codec, false, ContentId.NONE, new byte[8]);
    }

    private static PackTable table(int sequence, PackSlot... slots) {
        long pack = BlockAddress.packNumber(1, sequence);
        return PackTable.of(POOL, pack, ChecksumKind.XXH3, List.of(slots), XXH3);
    }

    private static PackTable reread(PackTable table) throws CorruptionException {
        TableLocation location =
                new TableLocation(table.packNumber(), BLOCKS_END, table.sizeBytes());
        return PackFormat.readTable("packs/x", POOL, location, table.bytes(), XXH3);
    }

    @Test
    void oneObjectAnswersForManyPacks() throws IOException {
        List<PackTable> tables = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            tables.add(table(i, slot(40, 10, 10, 1, 0), RECLAIMED, slot(50, i, 500, 2, 1)));
        }
        byte[] ending = PackFormat.ending(POOL, tables, BLOCKS_END);
        byte[] object = new byte[BLOCKS_END + ending.length];
        System.arraycopy(ending, 0, object, BLOCKS_END, ending.length);
        List<TableLocation> found = PackFormat.readTrailer("x", POOL, object, object.length);
        assertEquals(50, found.size());
        for (int i = 0; i < found.size(); i++) {
            TableLocation location = found.get(i);
            int from = (int) location.offset();
            byte[] bytes = Arrays.copyOfRange(object, from, from + location.lengthBytes());
            PackTable table = PackFormat.readTable("x", POOL, location, bytes, XXH3);
            assertTrue(table.sameAs(tables.get(i)));
            assertFalse(table.slot(1).isPresent());
            assertEquals(i + 1, table.slot(2).storedLength());
            assertThrows(IndexOutOfBoundsException.class, () -> table.slot(3));
        }
    }

    @Test
    void everyNumberOfATableIsChecked() throws IOException {
        reread(table(1, slot(40, 960, 1 << 20, 2, 1)));
        PackSlot[] impossible = {
            slot(39, 10, 10, 1, 0),
            slot(40, 961, 961, 1, 0),
            slot((1L << 32) - 1, 10, 10, 1, 0),
            slot(40, (1 << 20) + 257, 10, 1, 1),
            slot(40, 10, 0, 1, 1),
            slot(40, 10, (1 << 20) + 1, 1, 1),
            slot(40, 10, 10, 0, 0),
            slot(40, 10, 10, 3, 0),
            slot(40, 10, 10, 1, 2),
            slot(40, 10, 11, 1, 0),
            slot(40, 0, 0, 0, 0),
        };
        for (PackSlot slot : impossible) {
            PackTable table = table(1, slot);
            assertThrows(CorruptionException.class, () -> reread(table), slot.toString());
        }
    }

    @Test
    void aTrailerOutOfOrderOrOutOfTheObjectIsCorrupt() {
        PackTable first = table(1, slot(40, 10, 10, 1, 0));
        PackTable second = table(2, slot(40, 10, 10, 1, 0));
        byte[] swapped = PackFormat.ending(POOL, List.of(second, first), 40);
        assertThrows(
                CorruptionException.class,
                () -> PackFormat.readTrailer("x", POOL, swapped, swapped.length + 40));
        byte[] good = PackFormat.ending(POOL, List.of(first), 50);
        assertThrows(
                CorruptionException.class,
                () -> PackFormat.readTrailer("x", POOL, good, good.length + 49));
        assertThrows(
                CorruptionException.class,
                () -> PackFormat.readTrailer("x", new UUID(1, 3), good, good.length + 50));
    }
}
