package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.engine.SharedPoolHistory;
import dev.varve.engine.model.DeletionRefusedException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.ObjectStoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
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

    /// In as many requests as there are thousands, whether the objects are there or not; by whoever
    /// may not, with the words of one deletion.
    @Test
    void manyAreDeletedTogether() throws IOException {
        String place = fresh();
        String endpoint = Gateway.environment().get("VARVE_S3_ENDPOINT");
        List<String> names = new ArrayList<>();
        for (int number = 0; number < 1_500; number++) {
            names.add("packs/" + number);
        }
        try (S3Filter filter = S3Filter.before(endpoint);
                S3Store owner = store(place, Map.of("VARVE_S3_ENDPOINT", filter.endpoint()));
                S3Store adder =
                        store(
                                place,
                                Map.of(
                                        "VARVE_S3_ENDPOINT",
                                        filter.endpoint(),
                                        "AWS_ACCESS_KEY_ID",
                                        "addaccess"))) {
            for (int there = 3; there < 1_500; there += 100) {
                create(owner, names.get(there), new byte[] {1});
            }
            create(adder, "heads/1", new byte[] {1});
            filter.requests();

            var together =
                    assertThrows(DeletionRefusedException.class, () -> adder.deleteAll(names));
            assertEquals(List.of("POST", "DELETE"), methods(filter));
            var alone =
                    assertThrows(
                            DeletionRefusedException.class, () -> adder.delete(names.getFirst()));
            assertEquals(alone.getMessage(), together.getMessage());
            assertEquals(16, count(owner));
            filter.requests();

            owner.deleteAll(names);
            assertEquals(List.of("POST", "POST"), methods(filter));
            assertEquals(1, count(owner));
        }
    }

    private static List<String> methods(S3Filter filter) {
        return filter.requests().stream()
                .map(head -> head.substring(0, head.indexOf(' ')))
                .toList();
    }

    private static int count(S3Store store) throws IOException {
        int count = 0;
        for (var all = store.list(""); all.advance(); ) {
            count++;
        }
        return count;
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
            assertEquals(2 * KILLS, count(store));
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
