package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.command.ExitCode;
import dev.varve.engine.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a real Ceph gateway refuses, and what the user is told: permissions by a bucket's policy, a
/// wrong clock, a bucket that is none. `.ci/gateway.sh` starts it and makes its users;
/// `-Dvarve.s3.endpoint=URL` names it.
class BucketErrorsIT {
    private static final String ENDPOINT = System.getProperty("varve.s3.endpoint", "");

    @TempDir Path directory;
    private String pool;

    @BeforeEach
    void makePool() throws IOException {
        Require.that(!ENDPOINT.isEmpty(), "no S3 server named by -Dvarve.s3.endpoint");
        pool = "s3://varve/errors/" + UUID.randomUUID();
        Files.writeString(directory.resolve("file"), "content\n");
        Shell owner = Shell.in(environment("testaccess"));
        owner.ok("init", "--plain");
        owner.ok("import", directory.toString(), "/docs");
    }

    private Map<String, String> environment(String key) {
        Map<String, String> environment = new HashMap<>();
        environment.put("VARVE_POOL", pool);
        environment.put("VARVE_S3_ENDPOINT", ENDPOINT);
        environment.put("VARVE_S3_CACHE_BYTES", "0");
        environment.put(
                "VARVE_S3_CHUNKED_ENCODING",
                System.getProperty("varve.s3.chunked-encoding", "true"));
        environment.put("AWS_ACCESS_KEY_ID", key);
        environment.put("AWS_SECRET_ACCESS_KEY", "testsecretkey0123");
        return environment;
    }

    @Test
    void whoMayOnlyReadReadsAndIsToldWhatIsLackingToWrite() {
        Shell reader = Shell.in(environment("readaccess"));
        assertEquals("content\n", reader.ok("cat", "/docs/file").out());
        reader.run("subvolume", "snapshot", "-r", "/docs", "/docs.1")
                .failed(ExitCode.UNREACHABLE, pool, "lack s3:PutObject on bucket 'varve'");
    }

    @Test
    void whoMayNotDeleteBacksUpAndIsToldThatOldHeadsStay() throws IOException {
        Shell adder = Shell.in(environment("addaccess"));
        Files.writeString(directory.resolve("file"), "changed\n");
        for (String target : new String[] {"/docs.1", "/docs.2"}) {
            Shell.Result done = adder.ok("subvolume", "snapshot", "-r", "/docs", target);
            assertTrue(done.err().contains("lack s3:DeleteObject on bucket 'varve'"), done.err());
        }
        adder.ok("import", directory.toString(), "/docs3");
        assertEquals("changed\n", adder.ok("cat", "/docs3/file").out());
        adder.ok("check");
        String other = pool + "-added";
        adder.ok("-P", other, "init", "--plain");
        adder.ok("-P", other, "import", directory.toString(), "/docs");
    }

    @Test
    void keysThatAreNoneAndABucketThatIsNoneAreNamed() {
        Shell.in(environment("nobody"))
                .run("ls", "/")
                .failed(ExitCode.UNREACHABLE, pool, "does not accept the credentials");
        Shell.in(environment("testaccess"))
                .run("-P", "s3://nowhere/pool", "ls", "/")
                .failed(ExitCode.UNREACHABLE, "there is no bucket 'nowhere' at " + ENDPOINT);
    }

    /// The server's answer tells its time, and the client asks again with that; so only who may not
    /// ask twice hears of it.
    @Test
    void aClockThatIsThreeDaysBehindIsMadeUpForOrNamed() throws Exception {
        Require.program("faketime");
        assertEquals(0, threeDaysAgo("8"), this::errors);
        assertEquals(ExitCode.UNREACHABLE.status(), threeDaysAgo("1"), this::errors);
        String told = errors();
        assertTrue(told.startsWith("varve: " + pool + ": this machine's clock is wrong"), told);
        assertEquals(1, told.lines().count(), told);
    }

    private String errors() {
        try {
            return Files.readString(directory.resolve("err"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private int threeDaysAgo(String attempts) throws Exception {
        ProcessBuilder varve =
                new ProcessBuilder(
                        List.of(
                                "faketime",
                                "-f",
                                "-3d",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.varve.cli.Main",
                                "ls",
                                "/"));
        varve.environment().putAll(environment("testaccess"));
        varve.environment().put("VARVE_S3_ATTEMPTS", attempts);
        varve.redirectOutput(directory.resolve("out").toFile());
        varve.redirectError(directory.resolve("err").toFile());
        Process process = varve.start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "still running");
        return process.exitValue();
    }
}
