package dev.varve.engine.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.UnsupportedFormatException;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

    private static byte[] sample(int version) {
        FormatWriter out = Envelope.begin("VARVTEST", version);
        out.u8(200).u16(60_000).u32(4_000_000_000L).i64(-7).uuid(ID).text("Bär").zeros(3);
        return Envelope.end(out.bytes(new byte[] {1, 2, 3}));
    }

    private static Envelope open(byte[] bytes) throws StorageException {
        return Envelope.open("heads/1", bytes, "VARVTEST", 2, 3);
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        Envelope envelope = open(sample(3));
        FormatReader in = envelope.body();
        assertEquals(3, envelope.version());
        assertEquals(200, in.u8());
        assertEquals(60_000, in.u16());
        assertEquals(4_000_000_000L, in.u32());
        assertEquals(-7, in.i64());
        assertEquals(ID, in.uuid());
        assertEquals("Bär", in.text());
        in.zeros(3);
        assertEquals(3, in.remaining());
        assertEquals(3, in.bytes(3)[2]);
        in.requireEnd();
    }

    @Test
    void everyFlippedBitIsFound() throws Exception {
        byte[] good = sample(3);
        open(good);
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(StorageException.class, () -> open(bad), "bit " + bit);
        }
    }

    @Test
    void everyTruncationIsFound() {
        byte[] good = sample(3);
        for (int length = 0; length < good.length; length++) {
            byte[] bad = Arrays.copyOf(good, length);
            assertThrows(CorruptionException.class, () -> open(bad), "length " + length);
        }
    }

    @Test
    void tooNewAndTooOldAreTold() {
        assertEquals(
                "heads/1: format version 4; this program reads 2 to 3",
                assertThrows(UnsupportedFormatException.class, () -> open(sample(4))).getMessage());
        assertThrows(UnsupportedFormatException.class, () -> open(sample(1)));
    }

    @Test
    void readingStopsAtTheEndAndAtTheRange() throws Exception {
        FormatReader in = new FormatReader("x", new byte[] {9, 0, 0, 0, 1}, 0, 5);
        assertThrows(CorruptionException.class, () -> in.u32("count", 10, 20));
        assertEquals(4, in.position());
        assertEquals(
                "x offset 4: expected 8 bytes, found 1 to the end",
                assertThrows(CorruptionException.class, in::i64).getMessage());
        assertThrows(CorruptionException.class, () -> in.bytes(-1));
        assertThrows(CorruptionException.class, () -> in.zeros(1));
    }

    @Test
    void theWriterRefusesWhatDoesNotFit() {
        FormatWriter out = new FormatWriter(0);
        assertThrows(IllegalArgumentException.class, () -> out.u8(256));
        assertThrows(IllegalArgumentException.class, () -> out.u16(-1));
        assertThrows(IllegalArgumentException.class, () -> out.u32(1L << 32));
        assertEquals(1000, out.zeros(1000).size());
    }
}
