package dev.varve.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.varve.stream.Corpus;
import dev.varve.stream.StreamCommand;
import dev.varve.stream.StreamCommand.Encoding;
import dev.varve.stream.StreamReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class ContentDecoderTest {
    private static final int CAP = 128 << 10;

    private static final byte[] TEXT =
            "a text that says the same, the same and the same again. "
                    .repeat(100)
                    .getBytes(StandardCharsets.US_ASCII);

    private static byte[] zlib(byte[] bytes) {
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(bytes);
            deflater.finish();
            byte[] out = new byte[bytes.length + 100];
            return Arrays.copyOf(out, deflater.deflate(out));
        }
    }

    private static String decode(int compression, byte[] payload, long... lengths)
            throws DataFormatException {
        Encoding encoding =
                new Encoding(lengths[0], lengths[1], lengths[2], compression, Optional.of(0));
        try (ContentDecoder decoder = new ContentDecoder(CAP)) {
            return StandardCharsets.ISO_8859_1
                    .decode(decoder.decode(encoding, ByteBuffer.wrap(payload)))
                    .toString();
        }
    }

    private static String text(int from, int to) {
        return new String(TEXT, from, to - from, StandardCharsets.US_ASCII);
    }

    @Test
    void whatFillsTheLastSectorIsPassedOver() throws DataFormatException {
        byte[] zlib = Arrays.copyOf(zlib(TEXT), 4096);
        Arrays.fill(zlib, 4000, 4096, (byte) 0x5a);
        assertEquals(text(0, 5600), decode(1, zlib, 5600, 5600, 0));
        byte[] zstd = Arrays.copyOf(Zstd.compress(TEXT), 4096);
        Arrays.fill(zstd, 4000, 4096, (byte) 0x5a);
        assertEquals(text(0, 5600), decode(2, zstd, 5600, 5600, 0));
    }

    @Test
    void contentIsCutOrFilledThenAPartIsTaken() throws DataFormatException {
        for (int compression : new int[] {1, 2}) {
            byte[] payload = compression == 1 ? zlib(TEXT) : Zstd.compress(TEXT);
            assertEquals(text(100, 150), decode(compression, payload, 50, 5600, 100));
            assertEquals(text(0, 1000), decode(compression, payload, 1000, 1000, 0));
            String filled = text(5500, 5600) + "\0".repeat(400);
            assertEquals(filled, decode(compression, payload, 500, 6000, 5500));
        }
    }

    @Test
    void numbersThatDoNotFitAreRefused() {
        byte[] payload = zlib(TEXT);
        long[][] bad = {
            {5601, 5600, 0},
            {1, 5600, 5600},
            {-1, 5600, 0},
            {1, 5600, -1},
            {1, CAP + 1, 0},
            {1, -1, 0},
            {4096, 1L << 40, 0},
            {4096, 4096, 1 << 20}
        };
        for (long[] lengths : bad) {
            assertThrows(
                    DataFormatException.class,
                    () -> decode(1, payload, lengths),
                    Arrays.toString(lengths));
        }
        for (int compression : new int[] {0, 8, 99, -1}) {
            assertThrows(DataFormatException.class, () -> decode(compression, payload, 1, 1, 0));
        }
        byte[] large = new byte[CAP + 1];
        assertThrows(DataFormatException.class, () -> decode(1, large, 1, 1, 0));
    }

    @Test
    void damagedAndBoundlessContentIsRefused() {
        byte[] bomb = zlib(new byte[CAP + 1]);
        assertThrows(DataFormatException.class, () -> decode(1, bomb, 1, 1, 0));
        byte[] zstdBomb = Zstd.compress(new byte[CAP + 1]);
        assertThrows(DataFormatException.class, () -> decode(2, zstdBomb, 1, 1, 0));
        for (int compression = 1; compression <= 7; compression++) {
            int method = compression;
            byte[] garbage = new byte[200];
            Arrays.fill(garbage, (byte) 0xa5);
            assertThrows(DataFormatException.class, () -> decode(method, garbage, 1, 1, 0));
            assertThrows(DataFormatException.class, () -> decode(method, new byte[0], 1, 1, 0));
        }
        byte[] cut = Arrays.copyOf(zlib(TEXT), 20);
        assertThrows(DataFormatException.class, () -> decode(1, cut, 1, 1, 0));
        byte[] cutZstd = Arrays.copyOf(Zstd.compress(TEXT), 20);
        assertThrows(DataFormatException.class, () -> decode(2, cutZstd, 1, 1, 0));
    }

    @Test
    void allMethodsOfTheKernelGiveTheSameContent() throws IOException, DataFormatException {
        for (Path directory : Corpus.cases("04_compressed")) {
            Map<String, String> zlib = contents(directory.resolve("zlib.v2c.stream"));
            Map<String, String> zstd = contents(directory.resolve("zstd.v2c.stream"));
            Map<String, String> lzo = contents(directory.resolve("lzo.v2c.stream"));
            assertTrue(zlib.size() > 5, zlib.keySet().toString());
            assertEquals(zlib, zstd);
            assertEquals(zlib, lzo);
        }
    }

    /// Hashes of what every encoded write puts where.
    private static Map<String, String> contents(Path stream)
            throws IOException, DataFormatException {
        Map<String, String> contents = new TreeMap<>();
        try (FileChannel channel = FileChannel.open(stream);
                ContentDecoder decoder = new ContentDecoder(CAP)) {
            StreamReader reader = new StreamReader(channel, StreamReader.Options.defaults());
            while (reader.advance()) {
                if (reader.current() instanceof StreamCommand.EncodedWrite c) {
                    byte[] bytes = new byte[(int) c.encoding().fileLength()];
                    decoder.decode(c.encoding(), c.data()).get(bytes);
                    contents.put(
                            new String(c.path(), StandardCharsets.UTF_8) + "@" + c.offset(),
                            bytes.length + " " + Arrays.hashCode(bytes));
                }
            }
        }
        return contents;
    }
}
