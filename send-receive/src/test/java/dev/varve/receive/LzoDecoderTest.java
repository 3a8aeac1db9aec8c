package dev.varve.receive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;

class LzoDecoderTest {
    private static final int[] END = {17, 0, 0};

    private static byte[] stream(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            switch (part) {
                case Integer b -> bytes.write(b);
                case String text -> bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
                case int[] list -> Arrays.stream(list).forEach(bytes::write);
                default -> throw new IllegalArgumentException(part.toString());
            }
        }
        return bytes.toByteArray();
    }

    private static String decode(byte[] in) throws DataFormatException {
        byte[] out = new byte[70_000];
        int length = LzoDecoder.decode(in, 0, in.length, out, 0, out.length);
        return new String(out, 0, length, StandardCharsets.US_ASCII);
    }

    @Test
    void literalsComeInRunsOfEveryKind() throws DataFormatException {
        assertEquals("", decode(stream(END)));
        assertEquals("abc", decode(stream(17 + 3, "abc", END)));
        assertEquals("abcdefgh", decode(stream(17 + 8, "abcdefgh", END)));
        assertEquals("abcde", decode(stream(5 - 3, "abcde", END)));
        String text = "x".repeat(18 + 255 + 7);
        assertEquals(text, decode(stream(0, 0, 7, text, END)));
    }

    @Test
    void matchesCopyFromTheOutputAndMayOverlap() throws DataFormatException {
        // 1LLDDDSS: 5 + 3 bytes from distance 1, no literals behind.
        assertEquals("ab" + "b".repeat(8), decode(stream(19, "ab", 0b1_11_000_00, 0, END)));
        // 01LDDDSS: 3 bytes from distance 2, then one literal.
        assertEquals("ababaz", decode(stream(19, "ab", 0b01_0_001_01, 0, "z", END)));
        // 001LLLLL with a longer length: 2 + 31 + 255 + 4 bytes from distance 1.
        assertEquals("a".repeat(1 + 292), decode(stream(18, "a", 32, 0, 4, 0, 0, END)));
        // 0000DDSS behind one to three literals: 2 bytes from distance 2.
        assertEquals("abab", decode(stream(19, "ab", 0b0000_01_00, 0, END)));
    }

    @Test
    void distancesBehindRunsAndFarOnesAreMeasuredFromTheirBases() throws DataFormatException {
        String run = random(2_049);
        byte[] afterRun = stream(17 + 200, run.substring(0, 200), longRun(run.substring(200)));
        // Not decodable as such: two runs in a row are one run. Make the second one the first.
        assertThrows(DataFormatException.class, () -> decode(afterRun));
        assertEquals(run + run.substring(0, 3), decode(stream(longRun(run), 0b0000_00_00, 0, END)));
        String far = random(16_385);
        // 0001HLLL: 2 + 1 bytes from distance 16384 + 1.
        assertEquals(
                far + far.substring(0, 3),
                decode(stream(longRun(far), 0b0001_0_001, 0b0000_0100, 0, END)));
    }

    /// A run of literals whose length needs several bytes.
    private static int[] longRun(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0);
        int rest = text.length() - 18;
        for (; rest > 255; rest -= 255) {
            bytes.write(0);
        }
        bytes.write(rest);
        bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        byte[] all = bytes.toByteArray();
        int[] ints = new int[all.length];
        for (int i = 0; i < all.length; i++) {
            ints[i] = all[i] & 0xff;
        }
        return ints;
    }

    private static String random(int length) {
        return new Random(7)
                .ints(length, 'a', 'z' + 1)
                .collect(
                        StringBuilder::new,
                        (text, c) -> text.append((char) c),
                        StringBuilder::append)
                .toString();
    }

    @Test
    void nothingIsReadOrWrittenOutside() {
        assertThrows(DataFormatException.class, () -> decode(stream()));
        assertThrows(DataFormatException.class, () -> decode(stream(20, "ab")));
        assertThrows(DataFormatException.class, () -> decode(stream(20, "abc")));
        assertThrows(
                DataFormatException.class, () -> decode(stream(18, "a", 0b01_0_001_00, 0, END)));
        assertThrows(DataFormatException.class, () -> decode(stream(0, new int[90_000])));
        byte[] small = new byte[2];
        byte[] in = stream(20, "abc", END);
        assertThrows(
                DataFormatException.class, () -> LzoDecoder.decode(in, 0, in.length, small, 0, 2));
    }

    @Test
    void randomInputGivesBytesOrATypedError() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] out = new byte[4096 + 16];
        for (int i = 0; i < 20_000; i++) {
            byte[] in = new byte[random.nextInt(64)];
            random.nextBytes(in);
            Arrays.fill(out, (byte) 1);
            try {
                int length = LzoDecoder.decode(in, 0, in.length, out, 8, 4104);
                assertTrue(length <= 4096, "seed " + seed);
            } catch (DataFormatException _) {
                // As documented.
            } catch (IndexOutOfBoundsException e) {
                throw new AssertionError("seed " + seed, e);
            }
            assertArrayEquals(new byte[] {1, 1, 1, 1}, Arrays.copyOf(out, 4), "seed " + seed);
            assertEquals(1, out[4104], "seed " + seed);
        }
    }
}
