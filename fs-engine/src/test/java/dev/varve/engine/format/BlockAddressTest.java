package dev.varve.engine.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.CorruptionException;
import org.junit.jupiter.api.Test;

class BlockAddressTest {
    @Test
    void theLargestAddressIsTheLargestLong() {
        long pack = BlockAddress.packNumber(BlockAddress.MAX_WRITER, BlockAddress.MAX_SEQUENCE);
        long address = BlockAddress.of(pack, BlockAddress.MAX_SLOT);
        assertEquals(Long.MAX_VALUE, address);
        assertEquals(pack, BlockAddress.packOf(address));
        assertEquals(BlockAddress.MAX_SLOT, BlockAddress.slotOf(address));
        assertEquals(BlockAddress.MAX_WRITER, BlockAddress.writer(pack));
        assertEquals(BlockAddress.MAX_SEQUENCE, BlockAddress.sequence(pack));
    }

    @Test
    void addressesOfOneWriterAscendAsTheyAreGiven() {
        assertTrue(
                BlockAddress.of(BlockAddress.packNumber(1, 1), 65_535)
                        < BlockAddress.of(BlockAddress.packNumber(1, 2), 0));
        assertEquals(
                "000001-00000a:3",
                new BlockAddress(BlockAddress.of(BlockAddress.packNumber(1, 10), 3)).toString());
    }

    @Test
    void zeroNegativeAndHalfAddressesAreNone() {
        assertFalse(BlockAddress.isValid(BlockAddress.NONE));
        assertFalse(BlockAddress.isValid(-1));
        assertFalse(BlockAddress.isValid(1));
        assertFalse(BlockAddress.isValid(1L << 40));
        assertThrows(CorruptionException.class, () -> BlockAddress.requireValid("node", 5));
        assertThrows(IllegalArgumentException.class, () -> BlockAddress.packNumber(0, 1));
        assertThrows(IllegalArgumentException.class, () -> BlockAddress.of(1, 0));
    }
}
