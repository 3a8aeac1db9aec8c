package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.command.ExitCode;
import dev.varve.engine.store.ObjectStore;
import dev.varve.remote.s3.LocalS3;
import dev.varve.remote.s3.S3Location;
import dev.varve.remote.s3.S3Settings;
import dev.varve.remote.s3.S3Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command line on pools in a bucket, with a server in this process.
class BucketPoolTest {
    private static LocalS3 server;
    private static int pools;

    @TempDir private Path directory;
    private String pool;
    private Shell shell;

    @BeforeAll
    static void startServer() throws Exception {
        server = LocalS3.start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void makePool() {
        pool = "s3://bucket/pools/" + pools++;
        shell = shell(Map.of());
    }

    private Shell shell(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(server.environment());
        environment.put("VARVE_POOL", pool);
        environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        environment.put("VARVE_S3_ATTEMPTS", "1");
        environment.putAll(more);
        return Shell.in(environment);
    }

    private Path source() throws IOException {
        Path source = Files.createDirectories(directory.resolve("docs/deep"));
        Files.writeString(source.resolve("file"), "content of a file\n".repeat(20_000));
        Files.writeString(source.resolve("small"), "small");
        return source.getParent();
    }

    @Test
    void anArchiveInABucketIsWrittenVerifiedPrunedAndRestored() throws IOException {
        shell.ok("init", "--plain");
        shell.ok("import", source().toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs.1");
        Files.writeString(source().resolve("deep/small"), "changed");
        shell.ok("import", directory.resolve("docs").toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs.2");
        String archive = pool + "-archive";
        shell.ok("archive", "create", "--to", archive, "/snaps/docs.1", "/snaps/docs.2");
        shell.ok("archive", "prune", "--to", archive, "/snaps/docs.1");
        shell.ok("archive", "verify", "--to", archive);

        String back = directory.resolve("back").toString();
        Shell there = shell(Map.of("VARVE_POOL", back));
        there.ok("init", back);
        there.ok("archive", "restore", "--from", archive);
        assertEquals("small", shell.ok("cat", "/snaps/docs.1/deep/small").out());
        assertEquals("changed", there.ok("cat", "/snaps/docs.2/deep/small").out());
    }

    @Test
    void commandsWorkOnABucketAsOnADirectory() throws IOException {
        shell.ok("init", "--plain");
        shell.ok("import", source().toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs.1");
        Files.writeString(source().resolve("deep/small"), "changed");
        shell.ok("backup", directory.resolve("docs").toString(), "--name", "docs");
        assertEquals("small", shell.ok("cat", "/snaps/docs.1/deep/small").out());
        assertTrue(shell.ok("snapshots").out().contains("docs.1"));
        assertTrue(shell.ok("diff", "/snaps/docs.1", "/docs").out().contains("small"));
        Path back = directory.resolve("back");
        var dry = shell.ok("restore", "-n", "/docs", back.toString());
        assertTrue(dry.out().contains("Would fetch "), dry.out());
        assertTrue(dry.out().contains(" in about 2 requests"), dry.out());
        assertEquals(false, Files.exists(back));
        shell.ok("restore", "/docs", back.toString());
        assertEquals("changed", Files.readString(back.resolve("deep/small")));
        shell.ok("check", "--read-data");
    }

    @Test
    void aPoolThatAnyoneCanReadMustBeAskedFor() {
        assertTrue(shell.run("init").err().contains("no new passphrase given"));
        shell.run("ls", "/").failed(ExitCode.NOT_THERE, pool);
        shell.ok("init", "--plain");
        shell.run("init", "--plain").failed(ExitCode.ERROR, pool, "a pool already");
    }

    @Test
    void noPoolIsTen() {
        shell.run("ls", "/").failed(ExitCode.NOT_THERE, pool);
        shell.run("backup", directory.toString()).failed(ExitCode.NOT_THERE, pool);
    }

    @Test
    void aPlaceThatIsNoneIsAUsageError() {
        shell.run("-P", "s3://", "ls", "/").failed(ExitCode.USAGE, "s3://");
        shell.run("-P", "s3://bucket/x//y", "ls", "/").failed(ExitCode.USAGE, "prefix");
    }

    @Test
    void noBucketIsFifteenAndNamed() {
        shell.run("-P", "s3://nowhere/p", "ls", "/")
                .failed(ExitCode.UNREACHABLE, "there is no bucket 'nowhere'");
        shell.run("-P", "s3://nowhere/p", "init", "--plain")
                .failed(ExitCode.UNREACHABLE, "there is no bucket 'nowhere'");
    }

    @Test
    void aWrongEndpointIsFifteenAndNamed() {
        shell(Map.of("VARVE_S3_ENDPOINT", "http://127.0.0.1:1"))
                .run("ls", "/")
                .failed(ExitCode.UNREACHABLE, "cannot connect", "127.0.0.1:1");
        shell(Map.of("VARVE_S3_ENDPOINT", "http://nowhere.invalid"))
                .run("ls", "/")
                .failed(ExitCode.UNREACHABLE, "no such host", "nowhere.invalid");
        for (String wrong : List.of("127.0.0.1:1", "http://", "http://a b", "http://a:99999")) {
            shell(Map.of("VARVE_S3_ENDPOINT", wrong))
                    .run("ls", "/")
                    .failed(ExitCode.USAGE, "VARVE_S3_ENDPOINT is http://HOST:PORT", wrong);
        }
        shell(Map.of("VARVE_S3_PROXY", "proxy:3128"))
                .run("ls", "/")
                .failed(ExitCode.USAGE, "VARVE_S3_PROXY is http://HOST:PORT");
    }

    @Test
    void aTlsFailureIsFifteenAndNamed() {
        String plain = server.environment().get("VARVE_S3_ENDPOINT");
        shell(Map.of("VARVE_S3_ENDPOINT", plain.replace("http:", "https:")))
                .run("ls", "/")
                .failed(ExitCode.UNREACHABLE, "TLS failed");
    }

    @Test
    void wrongCredentialsAreFifteenAndNamed() {
        shell(Map.of("AWS_SECRET_ACCESS_KEY", "wrong"))
                .run("ls", "/")
                .failed(ExitCode.UNREACHABLE, "does not accept the credentials");
        shell(Map.of("AWS_ACCESS_KEY_ID", "unknown"))
                .run("ls", "/")
                .failed(ExitCode.UNREACHABLE, "does not accept the credentials");
    }

    private void delete(String prefix) throws IOException {
        try (ObjectStore store =
                S3Stores.open(S3Location.parse(pool), new S3Settings(server.environment()))) {
            for (var objects = store.list(prefix); objects.advance(); ) {
                store.delete(objects.current().name());
            }
        }
    }

    @Test
    void aPoolIsMadeAnewWhereOneWas() throws IOException {
        shell.ok("init", "--plain");
        shell.ok("backup", source().toString(), "--name", "docs");
        delete("");
        shell.ok("init", "--plain");
        shell.ok("backup", source().toString(), "--name", "again");
        assertEquals("small", shell.ok("cat", "/again/deep/small").out());
        shell.ok("check", "--read-data");
    }

    @Test
    void aMissingObjectIsNamed() throws IOException {
        shell.ok("init", "--plain");
        shell.ok("import", source().toString(), "/docs");
        delete("packs/");
        shell(Map.of("VARVE_S3_CACHE_BYTES", "0"))
                .run("cat", "/docs/deep/file")
                .failed(ExitCode.UNREACHABLE, "packs/", "no such object in " + pool);
    }
}
