package dev.varve.cli.output;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RawTextTest {
    @Test
    void utf8IsItself() {
        byte[] bytes = "grüße \uD83D\uDE00 \uFFFD".getBytes(StandardCharsets.UTF_8);

        assertEquals("grüße \uD83D\uDE00 \uFFFD", RawText.decode(bytes));
        assertArrayEquals(bytes, RawText.encode(RawText.decode(bytes)));
    }

    @Test
    void aByteThatIsNoUtf8BecomesALoneSurrogate() {
        String text = RawText.decode(new byte[] {'a', (byte) 0xff, 'b'});

        assertEquals("a\uDCFFb", text);
        assertTrue(RawText.hasEscapes(text));
        assertEquals("a\uFFFDb", RawText.lossy(text));
    }

    @Test
    void anyBytesComeOutAsTheyWentIn() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            assertArrayEquals(bytes, RawText.encode(RawText.decode(bytes)), () -> "-Dseed=" + seed);
        }
    }

    @Test
    void controlCharactersDoNotReachATerminal() {
        assertEquals("a?[31mb?", RawText.printable("a\u001b[31mb\n"));
        assertFalse(RawText.hasEscapes("plain"));
    }
}
