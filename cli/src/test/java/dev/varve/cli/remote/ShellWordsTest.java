package dev.varve.cli.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.output.RawText;
import dev.varve.cli.pool.UsageException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShellWordsTest {
    private static final int WORDS = 300;

    /// What a shell makes of a command line that prints its words, each with a NUL behind.
    private static byte[] printed(String shell, String line) throws Exception {
        Process process =
                new ProcessBuilder(shell, "-c", "printf '%s\\0' " + line)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        process.getOutputStream().close();
        byte[] out = process.getInputStream().readAllBytes();
        assertEquals(0, process.waitFor());
        return out;
    }

    @Test
    void aShellTakesEachWordAsItIs() throws Exception {
        Random random = new Random(Long.getLong("seed", 11));
        List<String> words = new ArrayList<>(List.of("", "'", "\\'", "a'b\\", "$(id)", "-x", "é"));
        while (words.size() < WORDS) {
            byte[] bytes = new byte[random.nextInt(20)];
            for (int i = 0; i < bytes.length; i++) {
                byte b =
                        (byte)
                                (random.nextBoolean()
                                        ? random.nextInt()
                                        : "'\\$`\" !".charAt(i % 7));
                bytes[i] = b == 0 || b == '\n' ? (byte) '\'' : b;
            }
            words.add(RawText.decode(bytes));
        }
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (String word : words) {
            expected.writeBytes(RawText.encode(word));
            expected.write(0);
        }
        String line = ShellWords.line(words);
        assertTrue(line.chars().allMatch(c -> c >= ' ' && c <= '~'));
        assertArrayEquals(expected.toByteArray(), printed("sh", line));
        assertArrayEquals(expected.toByteArray(), printed("bash", line));
        // Twice, as a word of a word.
        String twice = ShellWords.line(List.of("sh", "-c", "printf '%s\\0' " + line));
        Process process = new ProcessBuilder("bash", "-c", twice).start();
        assertArrayEquals(expected.toByteArray(), process.getInputStream().readAllBytes());
    }

    @Test
    void aNewlineIsRefused() {
        assertThrows(UsageException.class, () -> ShellWords.line(List.of("a\nb")));
    }
}
