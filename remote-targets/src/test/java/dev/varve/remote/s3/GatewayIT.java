package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.SharedPoolHistory;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.ObjectStoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The store on a real Ceph gateway, which `.ci/gateway.sh` starts and `-Dvarve.s3.endpoint=URL`
/// names. With `-Dvarve.s3.gateway=DIR` it is also killed.
class GatewayIT {
    private static final int KILLS = Integer.getInteger("varve.s3.kills", 10);
    private static final int HISTORIES = Integer.getInteger("varve.s3.histories", 50);

    @BeforeEach
    void needsAGateway() {
        Gateway.require();
    }

    private static S3Store store(String prefix, Map<String, String> more) throws IOException {
        return Gateway.store(prefix, more);
    }

    private static String fresh() {
        return Gateway.fresh();
    }

    @Nested
    class KeepsTheContract extends ObjectStoreContract {
        @Override
        protected ObjectStore newStore() throws IOException {
            Gateway.require();
            return store(fresh(), Map.of());
        }

        @Override
        protected boolean locks() {
            return false;
        }
    }

    @Test
    void theGatewayKeepsWritersApart() throws IOException {
        try (S3Store store = store(fresh(), Map.of())) {
            assertEquals(Optional.empty(), store.declareWriterIfNeeded());
        }
    }

    @Test
    void largeObjectsGoUpInParts() throws IOException {
        byte[] content = new byte[17 << 20];
        new Random(7).nextBytes(content);
        try (S3Store store = store(fresh(), Map.of("VARVE_S3_PART_BYTES", "5242880"))) {
            store.create("packs/1", List.of(ByteBuffer.wrap(content)));
            assertArrayEquals(
                    content, store.get("packs/1", new ByteRange.Last(content.length)).bytes());
        }
    }

    @Test
    void twoWritersAndAPrunerLoseNothing() throws IOException {
        long first = Long.getLong("seed", new Random().nextLong());
        for (int i = 0; i < HISTORIES; i++) {
            String place = fresh();
            long seed = first + i;
            try {
                SharedPoolHistory.play(() -> store(place, Map.of()), seed);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("-Dseed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /// The client's own retries span the restart, so each creation succeeds, exactly once.
    @Test
    void aKilledGatewayLosesNothingAndLeavesNoPart() throws Exception {
        Gateway.requireKillable();
        Random random = new Random(Long.getLong("seed", new Random().nextLong()));
        String place = fresh();
        byte[][] contents = new byte[KILLS][];
        try (S3Store store = store(place, Map.of("VARVE_S3_ATTEMPTS", "12"))) {
            for (int kill = 0; kill < KILLS; kill++) {
                contents[kill] = new byte[random.nextInt(24 << 20)];
                random.nextBytes(contents[kill]);
                int after = random.nextInt(400);
                Thread killer = Gateway.killAfter(after);
                create(store, "packs/" + kill, contents[kill]);
                create(store, "heads/" + kill, new byte[] {(byte) kill});
                killer.join();
            }
            int found = 0;
            for (var packs = store.list(""); packs.advance(); ) {
                found++;
            }
            assertEquals(2 * KILLS, found);
            for (int kill = 0; kill < KILLS; kill++) {
                assertArrayEquals(
                        contents[kill],
                        store.get("packs/" + kill, new ByteRange.From(0, 32 << 20)).bytes());
            }
        }
    }

    private static void create(S3Store store, String name, byte[] content) throws IOException {
        try {
            store.create(name, List.of(ByteBuffer.wrap(content)));
        } catch (FileAlreadyExistsException e) {
            throw new AssertionError("taken for another's: " + name, e);
        }
    }
}
