package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.SharedPoolHistory;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.ObjectStoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/// The store on MinIO in a container. Skipped where there is no Docker, also under
/// `-Dvarve.it.required=true`: `GatewayIT` plays the same on another real server.
class MinioIT {
    private static final String IMAGE = "minio/minio:RELEASE.2025-09-07T16-13-09Z";
    private static final int PORT = 9000;
    private static final String KEY = "testaccess";
    private static final String SECRET = "testsecretkey0123";
    private static final int HISTORIES = 5;

    private static GenericContainer<?> minio;

    @BeforeAll
    static void startServer() {
        Assumptions.assumeTrue(
                DockerClientFactory.instance().isDockerAvailable(), "there is no Docker here");
        // A directory of its data is a bucket.
        minio =
                new GenericContainer<>(IMAGE)
                        .withExposedPorts(PORT)
                        .withEnv("MINIO_ROOT_USER", KEY)
                        .withEnv("MINIO_ROOT_PASSWORD", SECRET)
                        .withCreateContainerCmdModifier(command ->
                                command.withEntrypoint(
                                        "sh", "-c", "mkdir -p /data/varve && minio server /data"))
                        .waitingFor(Wait.forHttp("/minio/health/ready").forPort(PORT));
        minio.start();
    }

    @AfterAll
    static void stopServer() {
        if (minio != null) {
            minio.stop();
        }
    }

    private static S3Store store(String prefix, Map<String, String> more) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put(
                "VARVE_S3_ENDPOINT", "http://" + minio.getHost() + ":" + minio.getMappedPort(PORT));
        environment.put("AWS_ACCESS_KEY_ID", KEY);
        environment.put("AWS_SECRET_ACCESS_KEY", SECRET);
        environment.putAll(more);
        return S3Stores.store(
                S3Location.parse("s3://varve/" + prefix), new S3Settings(environment));
    }

    private static String fresh() {
        return "it/" + UUID.randomUUID();
    }

    @Nested
    class KeepsTheContract extends ObjectStoreContract {
        @Override
        protected ObjectStore newStore() throws IOException {
            return store(fresh(), Map.of());
        }

        @Override
        protected boolean locks() {
            return false;
        }
    }

    @Test
    void theServerKeepsWritersApart() throws IOException {
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
        for (long seed = first; seed < first + HISTORIES; seed++) {
            String place = fresh();
            try {
                SharedPoolHistory.play(() -> store(place, Map.of()), seed);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("-Dseed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }
}
