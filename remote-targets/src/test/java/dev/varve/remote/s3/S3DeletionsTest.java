package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DeletionRefusedException;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.ReclaimOptions;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.remote.s3.S3Filter.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Many objects are deleted in one request where the server takes it, and each that is not gone is
/// told as if it had been deleted alone.
class S3DeletionsTest {
    private static final FaultyBlobs BLOBS = new FaultyBlobs();
    private static final List<String> NAMES = List.of("heads/1", "heads/2", "heads/3");
    private static LocalS3 server;

    private S3Filter filter;
    private S3Store store;

    @BeforeAll
    static void startServer() throws Exception {
        server = LocalS3.start(BLOBS);
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void fill() throws IOException {
        filter = S3Filter.before(server.environment().get("VARVE_S3_ENDPOINT"));
        store = store("t/" + UUID.randomUUID(), Map.of());
        create(store);
    }

    @AfterEach
    void close() throws IOException {
        BLOBS.refuseNoDeletion();
        store.close();
        filter.close();
    }

    private S3Store store(String prefix, Map<String, String> more) throws IOException {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("VARVE_S3_ENDPOINT", filter.endpoint());
        return server.store(prefix, settings);
    }

    private void create(S3Store where) throws IOException {
        for (String name : NAMES) {
            where.create(name, List.of(ByteBuffer.wrap(new byte[] {1})));
        }
        requireRequests(0, 0);
    }

    private static List<String> names(ObjectStore store) throws IOException {
        List<String> names = new ArrayList<>();
        for (var all = store.list(""); all.advance(); ) {
            names.add(all.current().name());
        }
        return names;
    }

    private void requireRequests(int together, int alone) {
        List<String> all = filter.requests();
        assertEquals(together, all.stream().filter(head -> head.startsWith("POST ")).count());
        assertEquals(alone, all.stream().filter(head -> head.startsWith("DELETE ")).count());
    }

    @Test
    void aThousandGoInOneRequestThere() throws IOException {
        List<String> names = new ArrayList<>(NAMES);
        for (int number = 0; names.size() < 2_001; number++) {
            names.add("packs/" + number);
        }
        store.deleteAll(names);
        // The one that is left over goes alone.
        requireRequests(2, 1);
        assertEquals(List.of(), names(store));
    }

    @Test
    void oneAloneIsOrdinaryDeletion() throws IOException {
        store.deleteAll(List.of("heads/2"));
        store.deleteAll(List.of());
        requireRequests(0, 1);
        assertEquals(List.of("heads/1", "heads/3"), names(store));
    }

    @Test
    void bothKnownChecksumsAreSent() throws IOException {
        for (String checksums : List.of("when-supported", "when-required")) {
            try (S3Store other =
                    store("t/" + UUID.randomUUID(), Map.of("VARVE_S3_CHECKSUMS", checksums))) {
                create(other);
                other.deleteAll(NAMES);
                List<String> all = filter.requests();
                assertEquals(1, all.size(), all::toString);
                String head = all.getFirst().toLowerCase(Locale.ROOT);
                assertTrue(head.contains("\r\ncontent-md5: "), head);
                assertTrue(head.contains("\r\nx-amz-checksum-crc32: "), head);
                assertEquals(List.of(), names(other));
            }
        }
    }

    @Test
    void keysOfAnyCharactersGoTogether() throws IOException {
        try (S3Store other = store("t/a b&<ü>'\"%41+/" + UUID.randomUUID(), Map.of())) {
            create(other);
            other.deleteAll(NAMES);
            requireRequests(1, 0);
            assertEquals(List.of(), names(other));
        }
    }

    @Test
    void whatMayNotBeDeletedIsNamedAndTheOthersAreGone() throws IOException {
        BLOBS.refuseDeletion("heads/2", 403, "AccessDenied");
        var together = assertThrows(DeletionRefusedException.class, () -> store.deleteAll(NAMES));
        var alone = assertThrows(DeletionRefusedException.class, () -> store.delete("heads/2"));
        assertEquals(alone.getMessage(), together.getMessage());
        assertTrue(together.getMessage().contains("/heads/2: not permitted: the credentials lack"));
        assertEquals(List.of("heads/2"), names(store));
    }

    @Test
    void whatTheServerIsTooBusyToDeleteIsAskedForAgain() throws IOException {
        BLOBS.delayDeletion("heads/2");
        store.deleteAll(NAMES);
        requireRequests(1, 1);
        assertEquals(List.of(), names(store));
    }

    @Test
    void whatTheServerSaysItDoesNotHaveIsGone() throws IOException {
        BLOBS.refuseDeletion("heads/2", 404, "NoSuchKey");
        store.deleteAll(NAMES);
        assertEquals(List.of("heads/2"), names(store));
    }

    @Test
    void whatFailsOtherwiseIsNamed() throws IOException {
        BLOBS.refuseDeletion("heads/2", 409, "OperationAborted");
        var failed = assertThrows(StoreFailedException.class, () -> store.deleteAll(NAMES));
        assertFalse(failed instanceof DeletionRefusedException);
        assertTrue(failed.getMessage().contains("/heads/2: s3:DeleteObject failed"), failed + "");
        assertEquals(List.of("heads/2"), names(store));
    }

    @ParameterizedTest
    @CsvSource({
        "501,NotImplemented",
        "405,MethodNotAllowed",
        "404,''",
        "411,MissingContentLength",
        "400,InvalidRequest",
        "400,BadDigest",
        "400,InvalidDigest",
        "400,XAmzContentSHA256Mismatch",
        "403,SignatureDoesNotMatch",
        "403,AccessDenied"
    })
    void aServerThatTakesNoSuchRequestGetsThemOneByOneFromThenOn(int status, String code)
            throws IOException {
        filter.refuse(Refusal.of(status, code, "POST"));
        store.deleteAll(NAMES);
        requireRequests(1, 3);
        assertEquals(List.of(), names(store));
        store.deleteAll(NAMES);
        requireRequests(0, 3);
    }

    @Test
    void whoMayDeleteNothingIsToldTheSameAsOfOne() throws IOException {
        filter.refuse(Refusal.of(403, "AccessDenied", "POST", "DELETE"));
        for (int time = 0; time < 2; time++) {
            var refused =
                    assertThrows(DeletionRefusedException.class, () -> store.deleteAll(NAMES));
            assertTrue(refused.getMessage().contains("/heads/1: not permitted"), refused + "");
            requireRequests(1, 1);
        }
        assertEquals(NAMES, names(store));
    }

    @Test
    void aServerThatIsDownIsNotAskedThreeTimesAsOften() throws IOException {
        try (S3Store impatient = store("t/x", Map.of("VARVE_S3_ATTEMPTS", "2"))) {
            filter.refuse(Refusal.of(503, "SlowDown", "POST", "DELETE"));
            var failed = assertThrows(StoreFailedException.class, () -> impatient.deleteAll(NAMES));
            assertTrue(failed.getMessage().contains("try again later"), failed.getMessage());
            requireRequests(2, 0);
        }
    }

    @Test
    void aReclaimDeletesItsPacksTogether() throws IOException {
        try (S3Store place = store("t/" + UUID.randomUUID(), Map.of())) {
            Pool.create(place, PoolSettings.defaults(), PoolOptions.defaults());
            try (Pool pool = Pool.open(place, PoolOptions.defaults())) {
                for (int number = 0; number < 12; number++) {
                    commitFile(pool, "f" + number);
                }
                filter.requests();
                ReclaimOptions atOnce =
                        ReclaimOptions.defaults().withGrace(Duration.ZERO).withMaxUnusedPercent(0);
                var done = pool.reclaim(atOnce, _ -> {});
                assertTrue(done.deletedObjects() > 10, done.toString());
                List<String> all = filter.requests();
                assertEquals(1, all.stream().filter(head -> head.startsWith("POST ")).count());
                for (String head : all) {
                    assertFalse(head.matches("(?s)DELETE [^ ]*/packs/.*"), head);
                }
            }
        }
    }

    private static void commitFile(Pool pool, String name) throws IOException {
        try (WriteTransaction transaction = pool.begin()) {
            Attributes attributes = Attributes.of(0644, Timestamp.EPOCH);
            long _ =
                    transaction
                            .edit(SubvolumeId.TOP_LEVEL)
                            .createFile(Inode.ROOT, FileName.of(name), attributes);
            transaction.commit();
        }
    }

    @Test
    void theCacheForgetsThemAndHandsThemOnTogether(@TempDir Path directory) throws IOException {
        String name = "packs/000001-000001";
        try (ObjectStore cached =
                new CachedStore(store, new DiskCache(directory, 1 << 20), store)) {
            cached.createNear(name, List.of(ByteBuffer.wrap(new byte[1000])));
            filter.requests();
            List<String> names = new ArrayList<>(NAMES);
            names.add(name);
            cached.deleteAll(names);
            requireRequests(1, 0);
            assertThrows(
                    NoSuchFileException.class, () -> cached.get(name, new ByteRange.From(0, 10)));
        }
    }
}
