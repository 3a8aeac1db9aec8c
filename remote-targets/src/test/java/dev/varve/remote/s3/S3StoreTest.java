package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.ReclaimOptions;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.ObjectStoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The store in a bucket keeps the port's contract, and keeps it when the way to the server is bad.
class S3StoreTest {
    private static final FaultyBlobs BLOBS = new FaultyBlobs();
    private static LocalS3 server;

    @BeforeAll
    static void startServer() throws Exception {
        server = LocalS3.start(BLOBS);
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    private static String fresh() {
        return "t/" + UUID.randomUUID();
    }

    private static List<ByteBuffer> bytes(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Nested
    class InOneBucket extends ObjectStoreContract {
        @Override
        protected ObjectStore newStore() throws IOException {
            return server.store(fresh());
        }

        @Override
        protected boolean locks() {
            return false;
        }
    }

    @Nested
    class InPartsAndAtALimitedRate extends ObjectStoreContract {
        @Override
        protected ObjectStore newStore() throws IOException {
            return server.store(
                    fresh(),
                    Map.of(
                            "VARVE_S3_PART_BYTES",
                            "5242880",
                            "VARVE_S3_UPLOAD_RATE",
                            "500000000",
                            "VARVE_S3_CHUNKED_ENCODING",
                            "false",
                            "VARVE_S3_CHECKSUMS",
                            "when-required"));
        }

        @Override
        protected boolean locks() {
            return false;
        }
    }

    @Test
    void aCreationWhoseAnswerWasLostIsKnownAsOurs() throws IOException {
        try (S3Store store = server.store(fresh())) {
            BLOBS.loseAnswers(1);
            store.create("heads/1", bytes("first"));
            assertEquals(0, BLOBS.left());
            assertThrows(
                    FileAlreadyExistsException.class,
                    () -> store.create("heads/1", bytes("first")));
        }
    }

    @Test
    void anOverloadedServerIsAskedAgain() throws IOException {
        try (S3Store store = server.store(fresh())) {
            BLOBS.refuse(3);
            store.create("heads/1", bytes("first"));
            BLOBS.refuse(3);
            assertEquals(5, store.get("heads/1", new ByteRange.Last(10)).bytes().length);
        }
    }

    @Test
    void aServerThatStaysDownIsNamedInOneLine() throws IOException {
        try (S3Store store = server.store(fresh(), Map.of("VARVE_S3_ATTEMPTS", "2"))) {
            BLOBS.refuse(2);
            var failed =
                    assertThrows(
                            StoreFailedException.class, () -> store.create("heads/1", bytes("x")));
            assertTrue(failed.getMessage().contains("try again later"), failed.getMessage());
        }
    }

    @Test
    void aBodyThatIsCutIsReadAgain() throws IOException {
        byte[] content = random(300_000, 3);
        try (S3Store store = server.store(fresh())) {
            store.create("packs/1", List.of(ByteBuffer.wrap(content)));
            BLOBS.cutBodies(2);
            assertArrayEquals(
                    content, store.get("packs/1", new ByteRange.From(0, 1 << 20)).bytes());
            assertEquals(0, BLOBS.left());
        }
    }

    @Test
    void whatTheServerSaysItHoldsIsNotReadBack() throws IOException {
        byte[] content = random(300_000, 6);
        try (S3Store store = server.store(fresh())) {
            BLOBS.countFromNow();
            store.create("packs/1", List.of(ByteBuffer.wrap(content)));
            assertEquals(1, BLOBS.requests());
            assertEquals(true, store.confirmsContent());
        }
        try (S3Store store = server.store(fresh(), Map.of("VARVE_S3_READ_BACK", "true"))) {
            BLOBS.countFromNow();
            store.create("packs/1", List.of(ByteBuffer.wrap(content)));
            assertEquals(content.length, BLOBS.sentBytes());
        }
    }

    @Test
    void whatTheServerDamagedIsNoticedAndRemoved() throws IOException {
        byte[] content = random(300_000, 7);
        for (boolean hidden : new boolean[] {false, true}) {
            try (S3Store store = server.store(fresh())) {
                BLOBS.hideSums(hidden);
                BLOBS.damageNext();
                var failed =
                        assertThrows(
                                StoreFailedException.class,
                                () -> store.create("heads/1", List.of(ByteBuffer.wrap(content))));
                assertTrue(failed.getMessage().contains("heads/1"), failed.getMessage());
                assertEquals(false, store.list("heads/").advance());
                store.create("heads/1", List.of(ByteBuffer.wrap(content)));
                assertArrayEquals(
                        content, store.get("heads/1", new ByteRange.From(0, 1 << 20)).bytes());
            } finally {
                BLOBS.hideSums(false);
            }
        }
    }

    @Test
    void anUploadThatBrokeOffIsTakenUpWithThePartsThatAreThere() throws IOException {
        String place = fresh();
        byte[] content = random(12 << 20, 4);
        Map<String, String> parts =
                Map.of("VARVE_S3_PART_BYTES", "5242880", "VARVE_S3_ATTEMPTS", "1");
        try (S3Store store = server.store(place, parts)) {
            BLOBS.refuseParts(3);
            assertThrows(
                    StoreFailedException.class,
                    () -> store.create("packs/1", List.of(ByteBuffer.wrap(content))));
        }
        BLOBS.refuseParts(Integer.MAX_VALUE);
        long before = BLOBS.partBytes();
        try (S3Store store = server.store(place, parts)) {
            store.create("packs/1", List.of(ByteBuffer.wrap(content)));
            assertArrayEquals(
                    content, store.get("packs/1", new ByteRange.Last(content.length)).bytes());
        }
        assertTrue(BLOBS.partBytes() - before <= 5 << 20, "sent again: " + BLOBS.partBytes());
    }

    @Test
    void uploadsThatNobodyFinishesAreRemoved() throws IOException {
        String place = fresh();
        Map<String, String> parts =
                Map.of("VARVE_S3_PART_BYTES", "5242880", "VARVE_S3_ATTEMPTS", "1");
        try (S3Store store = server.store(place, parts)) {
            BLOBS.refuseParts(1);
            assertThrows(
                    StoreFailedException.class,
                    () -> store.create("packs/1", List.of(ByteBuffer.wrap(random(11 << 20, 5)))));
        }
        BLOBS.refuseParts(Integer.MAX_VALUE);
        try (S3Store store = server.store(place)) {
            Instant now = Instant.now();
            assertEquals(0, store.dropAbandoned(now.minus(Duration.ofDays(1))));
            assertEquals(1, store.dropAbandoned(now.plus(Duration.ofDays(1))));
            assertEquals(0, store.dropAbandoned(Instant.MAX));
        }
    }

    @Test
    void aReclaimRemovesUploadsThatNobodyFinishes() throws IOException {
        String place = fresh();
        try (S3Store store = server.store(place)) {
            Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        }
        Map<String, String> parts =
                Map.of("VARVE_S3_PART_BYTES", "5242880", "VARVE_S3_ATTEMPTS", "1");
        try (S3Store store = server.store(place, parts)) {
            BLOBS.refuseParts(1);
            assertThrows(
                    StoreFailedException.class,
                    () -> store.create("packs/1", List.of(ByteBuffer.wrap(random(11 << 20, 5)))));
        }
        BLOBS.refuseParts(Integer.MAX_VALUE);
        try (S3Store store = server.store(place);
                Pool pool = Pool.open(store, PoolOptions.defaults())) {
            ReclaimOptions options = ReclaimOptions.defaults();
            assertEquals(0, pool.reclaim(options, _ -> {}).abandonedUploads());
            ReclaimOptions atOnce = options.withGrace(Duration.ZERO);
            assertEquals(0, pool.reclaim(atOnce.withDryRun(true), _ -> {}).abandonedUploads());
            assertEquals(1, pool.reclaim(atOnce, _ -> {}).abandonedUploads());
            assertEquals(0, pool.reclaim(atOnce, _ -> {}).abandonedUploads());
        }
    }

    @Test
    void aStoreThatKeepsWritersApartNeedsNoDeclaredOne() throws IOException {
        try (S3Store store = server.store(fresh())) {
            assertEquals(Optional.empty(), store.declareWriterIfNeeded());
            assertEquals(false, store.list("").advance());
        }
    }

    @Test
    void whereConditionsAreUnknownOnlyTheDeclaredWriterWrites() throws IOException {
        String place = fresh();
        BLOBS.ignoreConditions(true);
        try (S3Store mine = server.store(place, Map.of("VARVE_S3_WRITER", "mine"));
                S3Store other = server.store(place, Map.of("VARVE_S3_WRITER", "other"))) {
            assertEquals(Optional.of("mine"), mine.declareWriterIfNeeded());
            mine.lock(Duration.ZERO).close();
            mine.create("heads/1", bytes("x"));
            assertThrows(
                    FileAlreadyExistsException.class, () -> mine.create("heads/1", bytes("y")));
            var refused =
                    assertThrows(PoolBusyException.class, () -> other.lock(Duration.ZERO).close());
            assertTrue(refused.getMessage().contains("only 'mine' may write"));
        } finally {
            BLOBS.ignoreConditions(false);
        }
    }
}
