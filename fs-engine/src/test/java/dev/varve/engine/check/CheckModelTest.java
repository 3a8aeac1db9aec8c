package dev.varve.engine.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CheckResult;
import dev.varve.engine.model.Finding;
import dev.varve.engine.store.MemoryStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever is done to a pool through the engine's face, the check finds nothing.
class CheckModelTest {
    private static final int RUNS = 4;
    private static final int TRANSACTIONS = 24;

    @Test
    void aPoolWithAnyHistoryHasNoFindings() throws IOException {
        Long given = Long.getLong("seed");
        Random seeds = new Random();
        for (int run = 0; run < (given == null ? RUNS : 1); run++) {
            long seed = given == null ? seeds.nextLong() : given;
            try {
                play(seed);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("failed with -Dseed=" + seed, e);
            }
        }
    }

    private static void play(long seed) throws IOException {
        MemoryStore store = new MemoryStore();
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            PoolHistory history = new PoolHistory(pool, seed);
            for (int i = 0; i < TRANSACTIONS; i++) {
                history.transaction(40);
                if (i % 4 == 3) {
                    assertClean(store, i % 8 == 7);
                }
            }
        }
    }

    private static void assertClean(MemoryStore store, boolean readData) throws IOException {
        List<Finding> findings = new ArrayList<>();
        CheckOptions options = CheckOptions.defaults().withReadData(readData);
        CheckResult result = Pool.check(store, options, findings::add, _ -> {});
        assertEquals(List.of(), findings.stream().map(Finding::message).toList());
        assertTrue(result.isSound());
        assertTrue(result.nodes() > 0 && result.items() > 0 && result.packs() > 0);
    }
}
