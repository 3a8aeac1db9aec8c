package dev.varve.engine.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FastCdcTest {
    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /// The positions behind each chunk.
    private static List<Integer> cuts(byte[] content) {
        List<Integer> cuts = new ArrayList<>();
        for (int from = 0; from < content.length; ) {
            from = FastCdc.cut(content, from, content.length);
            cuts.add(from);
        }
        return cuts;
    }

    @Test
    void chunksKeepToTheLimitsAndAreAboutAsLongAsWanted() {
        byte[] content = random(1, 64 << 20);
        List<Integer> cuts = cuts(content);
        assertEquals(content.length, cuts.getLast());
        int from = 0;
        for (int to : cuts) {
            boolean isLast = to == content.length;
            assertTrue(isLast || to - from >= FastCdc.LEAST_BYTES, from + " to " + to);
            assertTrue(to - from <= FastCdc.MOST_BYTES, from + " to " + to);
            from = to;
        }
        int mean = content.length / cuts.size();
        assertTrue(mean > FastCdc.NORMAL_BYTES * 3 / 4, "mean " + mean);
        assertTrue(mean < FastCdc.NORMAL_BYTES * 3 / 2, "mean " + mean);
    }

    /// The cuts are part of what pools hold: others would find nothing again.
    @Test
    void theCutsOfAKnownContentNeverChange() {
        byte[] content = new byte[3 << 20];
        long state = 1;
        for (int i = 0; i < content.length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            content[i] = (byte) (state >>> 56);
        }
        assertEquals(
                List.of(
                        343510, 808947, 1116943, 1638196, 1927829, 2259931, 2623207, 2947347,
                        3145728),
                cuts(content));
    }

    @Test
    void aContentOfOneByteIsCutAtTheMost() {
        assertEquals(List.of(1 << 20, 2 << 20, (2 << 20) + 5), cuts(new byte[(2 << 20) + 5]));
    }

    /// As when a content is read in pieces: a cut is final once the most bytes were given.
    @Test
    void cutsDoNotDependOnHowMuchMoreIsGiven() {
        byte[] content = random(2, 8 << 20);
        for (int from = 0; from + FastCdc.MOST_BYTES <= content.length; ) {
            int to = FastCdc.cut(content, from, content.length);
            assertEquals(to, FastCdc.cut(content, from, from + FastCdc.MOST_BYTES));
            from = to;
        }
    }

    @Test
    void behindAnInsertionTheCutsAreSoonTheSameAgain() {
        byte[] content = random(3, 32 << 20);
        Random random = new Random(4);
        for (int round = 0; round < 10; round++) {
            int at = random.nextInt(content.length);
            byte[] inserted = random(round, 1 + random.nextInt(100_000));
            byte[] longer = new byte[content.length + inserted.length];
            System.arraycopy(content, 0, longer, 0, at);
            System.arraycopy(inserted, 0, longer, at, inserted.length);
            System.arraycopy(content, at, longer, at + inserted.length, content.length - at);
            Set<Integer> expected = new HashSet<>();
            cuts(content).forEach(cut -> expected.add(cut < at ? cut : cut + inserted.length));
            Set<Integer> found = new HashSet<>(cuts(longer));
            found.removeAll(expected);
            assertTrue(found.size() <= 8, round + ": " + found.size() + " new cuts");
        }
    }
}
