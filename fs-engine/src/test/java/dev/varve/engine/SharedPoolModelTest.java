package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.store.ForwardingStore;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.WriterLock;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Several writers on a store that has no locks never lose or mix up a commit.
class SharedPoolModelTest {
    private static final int HISTORIES = Integer.getInteger("varve.shared.histories", 300);

    /// The same objects for all, and no lock.
    private record Unlocked(ObjectStore store) implements ForwardingStore {
        @Override
        public WriterLock lock(Duration wait) {
            return () -> {};
        }

        @Override
        public void close() {}
    }

    @Test
    void twoWritersAndAPrunerNeverBothCommitAndLoseNothing() throws IOException {
        Long given = Long.getLong("seed");
        long first = given != null ? given : new Random().nextLong();
        int losers = 0;
        for (int i = 0; i < (given != null ? 1 : HISTORIES); i++) {
            long seed = first + i;
            MemoryStore objects = new MemoryStore();
            try {
                losers += SharedPoolHistory.play(() -> new Unlocked(objects), seed);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("-Dseed=" + seed + ": " + e.getMessage(), e);
            }
        }
        if (given == null) {
            assertTrue(losers > 0, "nobody ever lost a race");
        }
    }
}
