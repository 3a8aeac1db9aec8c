package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.command.ExitCode;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.remote.s3.LocalS3;
import dev.varve.remote.s3.S3Filter;
import dev.varve.remote.s3.S3Filter.Refusal;
import dev.varve.remote.s3.S3Location;
import dev.varve.remote.s3.S3Settings;
import dev.varve.remote.s3.S3Stores;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a user is told when a bucket, or the way to it, is not as it should be: one line that names
/// the object and what to do, and an exit code. The server is in this process; what it would never
/// say is said by a filter in front of it.
class BucketErrorsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private static LocalS3 server;
    private static int pools;

    @TempDir private Path directory;
    private S3Filter filter;
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
    void makePool() throws IOException {
        filter = S3Filter.before(server.environment().get("VARVE_S3_ENDPOINT"));
        pool = "s3://bucket/errors/" + pools++;
        shell = shell(Map.of());
        Files.writeString(directory.resolve("file"), "content of a file\n".repeat(20_000));
    }

    @AfterEach
    void stopFilter() throws IOException {
        filter.close();
    }

    private Shell shell(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(server.environment());
        environment.put("VARVE_S3_ENDPOINT", filter.endpoint());
        environment.put("VARVE_POOL", pool);
        environment.put("VARVE_S3_CACHE_BYTES", "0");
        environment.put("VARVE_S3_ATTEMPTS", "1");
        environment.putAll(more);
        return Shell.in(environment);
    }

    private ObjectStore store(String place) throws IOException {
        return S3Stores.open(S3Location.parse(place), new S3Settings(server.environment()));
    }

    private static List<String> names(ObjectStore store, String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        for (var all = store.list(prefix); all.advance(); ) {
            names.add(all.current().name());
        }
        return names;
    }

    private void fill() {
        shell.ok("init", "--plain");
        shell.ok("import", directory.resolve("file").getParent().toString(), "/docs");
    }

    @Test
    void withoutThePermissionToWriteOnlyReadingWorks() {
        fill();
        filter.refuse(Refusal.of(403, "AccessDenied", "PUT", "POST"));
        shell.ok("ls", "/docs");
        shell.run("subvolume", "snapshot", "-r", "/docs", "/docs.1")
                .failed(ExitCode.UNREACHABLE, pool, "lack s3:PutObject on bucket 'bucket'");
        shell.run("-P", pool + "-new", "init", "--plain")
                .failed(ExitCode.UNREACHABLE, pool + "-new", "lack s3:PutObject");
        filter.refuse(Refusal.of(500, "", "NONE"));
        shell.run("ls", "/docs.1").failed(ExitCode.ERROR, "/docs.1");
    }

    /// Keys that only add are what one wants on a machine that may be broken into: everything but
    /// freeing space works, old heads and claims stay, and one line says so. Who may delete tidies
    /// up with the next commit.
    @Test
    void withoutThePermissionToDeleteBackupsGoOnAndWhatIsOfNoUseStays() throws IOException {
        filter.refuse(
                new Refusal(
                        line -> line.startsWith("DELETE ") || line.contains("?delete"),
                        403,
                        "AccessDenied",
                        "no"));
        fill();
        int commits = 40;
        for (int number = 1; number <= commits; number++) {
            Shell.Result done = shell.ok("subvolume", "snapshot", "-r", "/docs", "/docs." + number);
            assertEquals(1, done.err().lines().count(), done.err());
            assertTrue(done.err().contains("lack s3:DeleteObject on bucket 'bucket'"), done.err());
        }
        Files.writeString(directory.resolve("file"), "another content\n".repeat(20_000));
        shell.ok("import", directory.toString(), "/other");
        shell.ok("subvolume", "delete", "/other");
        try (ObjectStore store = store(pool)) {
            assertTrue(names(store, "heads/").size() > commits);
            assertTrue(names(store, "writers/").size() > commits);
        }
        shell.ok("check");
        Shell.Result refused = shell.run("reclaim", "--grace", "0", "--max-unused", "0");
        assertEquals(ExitCode.UNREACHABLE, refused.code(), refused.err());
        assertTrue(refused.err().contains("/packs/"), refused.err());
        filter.refuse(Refusal.of(500, "", "NONE"));
        assertEquals("", shell.run("subvolume", "snapshot", "/docs", "/docs.x").err());
        try (ObjectStore store = store(pool)) {
            assertEquals(32, names(store, "heads/").size());
            assertEquals(1, names(store, "writers/").size());
        }
        shell.ok("check");
    }

    @Test
    void withoutThePermissionToListOrReadNothingWorksAndEachIsNamed() {
        fill();
        filter.refuse(new Refusal(line -> line.contains("list-type=2"), 403, "AccessDenied", "no"));
        shell.run("ls", "/docs").failed(ExitCode.UNREACHABLE, pool, "lack s3:ListBucket");
        filter.refuse(
                new Refusal(
                        line -> line.startsWith("GET") && !line.contains("list-type=2"),
                        403,
                        "AccessDenied",
                        "no"));
        shell.run("ls", "/docs").failed(ExitCode.UNREACHABLE, pool + "/pool", "lack s3:GetObject");
    }

    @Test
    void aWrongClockIsNamed() {
        fill();
        filter.refuse(Refusal.of(403, "RequestTimeTooSkewed"));
        shell.run("ls", "/docs").failed(ExitCode.UNREACHABLE, pool, "clock", filter.endpoint());
    }

    @Test
    void credentialsThatHaveExpiredAreNamed() {
        fill();
        for (String code : List.of("ExpiredToken", "TokenRefreshRequired")) {
            filter.refuse(Refusal.of(400, code));
            shell.run("ls", "/docs").failed(ExitCode.UNREACHABLE, pool, "have expired");
        }
    }

    @Test
    void whatIsNoS3ServerIsNamed() {
        filter.refuse(new Refusal(_ -> true, 404, "", "a web server's page"));
        shell.run("init", "--plain")
                .failed(ExitCode.UNREACHABLE, filter.endpoint(), "check the endpoint");
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNamedAndOneThatIsTrustedWorks() throws Exception {
        shell.ok("init", "--plain");
        try (S3Filter secure = S3Filter.before(filter.endpoint(), certified("san=ip:127.0.0.1"))) {
            shell(Map.of("VARVE_S3_ENDPOINT", secure.endpoint()))
                    .run("ls", "/")
                    .failed(
                            ExitCode.UNREACHABLE,
                            secure.endpoint(),
                            "TLS failed",
                            "check VARVE_S3_CA_FILE");
            shell(
                            Map.of(
                                    "VARVE_S3_ENDPOINT",
                                    secure.endpoint(),
                                    "VARVE_S3_CA_FILE",
                                    directory.resolve("ca.pem").toString()))
                    .ok("ls", "/");
        }
    }

    @Test
    void certificatesAreReadOnlyWhereTheyAreNeeded() throws Exception {
        shell.ok("init", "--plain");
        String missing = directory.resolve("missing.pem").toString();
        shell(Map.of("VARVE_S3_CA_FILE", missing)).ok("ls", "/");
        try (S3Filter secure = S3Filter.before(filter.endpoint(), certified("san=ip:127.0.0.1"))) {
            shell(Map.of("VARVE_S3_ENDPOINT", secure.endpoint(), "VARVE_S3_CA_FILE", missing))
                    .run("ls", "/")
                    .failed(ExitCode.ERROR, missing, "no such file");
        }
    }

    @Test
    void aCertificateOfAnotherHostIsNamed() throws Exception {
        try (S3Filter secure =
                S3Filter.before(filter.endpoint(), certified("san=dns:other.test"))) {
            shell(
                            Map.of(
                                    "VARVE_S3_ENDPOINT",
                                    secure.endpoint(),
                                    "VARVE_S3_CA_FILE",
                                    directory.resolve("ca.pem").toString()))
                    .run("ls", "/")
                    .failed(ExitCode.UNREACHABLE, secure.endpoint(), "TLS failed", "127.0.0.1");
        }
    }

    @Test
    void aLostObjectIsNamedWithItsBucket() throws IOException {
        fill();
        try (ObjectStore store = store(pool)) {
            for (String pack : names(store, "packs/")) {
                store.delete(pack);
            }
        }
        shell.run("cat", "/docs/file")
                .failed(ExitCode.UNREACHABLE, "packs/", "no such object in " + pool);
        assertEquals(ExitCode.CORRUPT, shell.run("check").code());
    }

    @Test
    void anObjectOfAnotherPoolIsNamedWithItsBucket() throws IOException {
        fill();
        String other = pool + "-other";
        shell.ok("-P", other, "init", "--plain");
        shell.ok("-P", other, "import", directory.toString(), "/docs");
        replace("packs/", other);
        shell.run("cat", "/docs/file")
                .failed(ExitCode.UNREACHABLE, "packs/", "an object of pool", pool);
        replace("heads/", other);
        shell.run("ls", "/").failed(ExitCode.UNREACHABLE, "heads/", "an object of pool", pool);
    }

    @Test
    void aHeadOfAnotherSealedPoolIsNamedWithItsBucket() throws IOException {
        Path pass = Files.writeString(directory.resolve("pass"), "correct horse\n");
        String[] init = {"init", "--passphrase-file", pass.toString()};
        shell.ok(init);
        String other = pool + "-other";
        shell.ok("-P", other, "init", "--passphrase-file", pass.toString());
        replace("heads/", other);
        shell.run("--passphrase-file", pass.toString(), "ls", "/")
                .failed(ExitCode.UNREACHABLE, "heads/", "an object of pool", pool);
    }

    /// Puts another pool's objects in the place of those of the same name.
    private void replace(String prefix, String other) throws IOException {
        try (ObjectStore mine = store(pool);
                ObjectStore theirs = store(other)) {
            List<String> names = names(mine, prefix);
            names.retainAll(names(theirs, prefix));
            assertEquals(false, names.isEmpty());
            for (String name : names) {
                byte[] bytes = theirs.get(name, new ByteRange.From(0, 64 << 20)).bytes();
                mine.delete(name);
                mine.create(name, List.of(ByteBuffer.wrap(bytes)));
            }
        }
    }

    @Test
    void anArchiveThatLostAPartNamesItWithTheBucket() throws IOException {
        fill();
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/docs.1");
        String archive = pool + "-archive";
        shell.ok("archive", "create", "--to", archive, "/docs.1");
        try (ObjectStore store = store(archive)) {
            store.delete(names(store, "streams/").getFirst());
        }
        String back = directory.resolve("back").toString();
        Shell there = shell(Map.of("VARVE_POOL", back));
        there.ok("init", back);
        there.run("archive", "restore", "--from", archive)
                .failed(ExitCode.UNREACHABLE, "streams/", "no such object in " + archive);
    }

    /// A certificate of its own, also written to `ca.pem`.
    private SSLContext certified(String name) throws Exception {
        Path store = directory.resolve("keys.p12");
        keytool("-genkeypair", "-alias", "s3", "-keyalg", "EC", "-dname", "CN=s3", "-ext", name);
        keytool("-exportcert", "-alias", "s3", "-rfc", "-file", directory.resolve("ca.pem") + "");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(factory.getKeyManagers(), null, null);
        return tls;
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(
                List.of(
                        "-keystore",
                        directory.resolve("keys.p12").toString(),
                        "-storepass",
                        new String(PASSWORD)));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("keytool.out").toFile())
                        .start();
        assertEquals(0, process.waitFor(), () -> "keytool " + command);
    }
}
