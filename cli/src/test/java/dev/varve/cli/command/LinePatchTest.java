package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.testing.Require;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinePatchTest {
    @TempDir Path directory;

    @Test
    void aChangedLineIsShownWithThreeLinesAround() {
        List<String> hunks = patch("1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nfive\n6\n7\n8\n");

        assertEquals(
                List.of("@@ -2,7 +2,7 @@", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8"),
                hunks);
    }

    @Test
    void aNewTextIsAllAdditions() {
        assertEquals(List.of("@@ -0,0 +1,2 @@", "+a", "+b"), patch("", "a\nb\n"));
        assertEquals(List.of("@@ -1 +0,0 @@", "-a"), patch("a\n", ""));
    }

    @Test
    void equalTextsHaveNoHunks() {
        assertTrue(patch("a\nb", "a\nb").isEmpty());
    }

    @Test
    void patchTurnsTheOlderTextIntoTheNewer() throws Exception {
        Require.program("patch");
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            String before = text(random, i % 20 == 0 ? 3000 : random.nextInt(40));
            String after = text(random, i % 20 == 0 ? 3000 : random.nextInt(40));
            assertEquals(after, patched(before, patch(before, after)), "-Dseed=" + seed);
        }
    }

    private String patched(String before, List<String> hunks) throws Exception {
        Path file = directory.resolve("file");
        Path patch = directory.resolve("patch");
        Files.writeString(file, before);
        Files.writeString(patch, "--- a\n+++ b\n" + String.join("\n", hunks) + "\n");
        if (hunks.isEmpty()) {
            return before;
        }
        Process process =
                new ProcessBuilder("patch", "-s", file.toString(), patch.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static String text(Random random, int lines) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append((char) ('a' + random.nextInt(4))).append('\n');
        }
        if (!text.isEmpty() && random.nextInt(3) == 0) {
            text.setLength(text.length() - 1);
        }
        return text.toString();
    }

    private static List<String> patch(String before, String after) {
        return new LinePatch(
                        before.getBytes(StandardCharsets.UTF_8),
                        after.getBytes(StandardCharsets.UTF_8))
                .hunks();
    }
}
