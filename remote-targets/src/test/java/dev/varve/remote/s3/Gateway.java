package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.testing.Require;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// The real Ceph gateway that `.ci/gateway.sh` starts and `-Dvarve.s3.endpoint=URL` names. With
/// `-Dvarve.s3.gateway=DIR` it can also be killed.
public final class Gateway {
    private static final String ENDPOINT = System.getProperty("varve.s3.endpoint", "");
    private static final String DIRECTORY = System.getProperty("varve.s3.gateway", "");
    private static final long PATIENCE_SECONDS = 60;

    private Gateway() {}

    public static void require() {
        Require.that(!ENDPOINT.isEmpty(), "no S3 server named by -Dvarve.s3.endpoint");
    }

    static void requireKillable() {
        require();
        Require.that(!DIRECTORY.isEmpty(), "no gateway to kill named by -Dvarve.s3.gateway");
    }

    static int port() {
        String[] parts = ENDPOINT.split(":");
        return Integer.parseInt(parts[parts.length - 1]);
    }

    /// What a user would have in the environment.
    public static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("VARVE_S3_ENDPOINT", ENDPOINT);
        environment.put("AWS_ACCESS_KEY_ID", "testaccess");
        environment.put("AWS_SECRET_ACCESS_KEY", "testsecretkey0123");
        environment.put(
                "VARVE_S3_CHUNKED_ENCODING",
                System.getProperty("varve.s3.chunked-encoding", "true"));
        return environment;
    }

    /// A prefix of the bucket that nobody has used.
    public static String fresh() {
        return "it/" + UUID.randomUUID();
    }

    /// The name of a place in the bucket.
    public static String url(String prefix) {
        return "s3://varve/" + prefix;
    }

    /// @param more settings that go before the usual ones
    static S3Store store(String prefix, Map<String, String> more) throws IOException {
        Map<String, String> environment = environment();
        environment.putAll(more);
        return S3Stores.store(S3Location.parse(url(prefix)), new S3Settings(environment));
    }

    /// Kills it (-9) after so many milliseconds and starts it again; the thread ends when it
    /// answers.
    static Thread killAfter(long millis) {
        return Thread.ofPlatform()
                .start(() -> {
                    try {
                        Thread.sleep(millis);
                        restart();
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private static void restart() throws IOException, InterruptedException {
        Process restart =
                new ProcessBuilder("../.ci/gateway.sh", "restart", DIRECTORY, "" + port())
                        .inheritIO()
                        .start();
        assertTrue(
                restart.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS),
                "the gateway did not come back");
        assertEquals(0, restart.exitValue());
    }
}
