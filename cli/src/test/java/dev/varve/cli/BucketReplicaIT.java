package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.Scan;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import dev.varve.engine.testing.Require;
import dev.varve.remote.s3.Gateway;
import dev.varve.remote.s3.S3Location;
import dev.varve.remote.s3.S3Settings;
import dev.varve.remote.s3.S3Stores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Snapshots in a bucket of a real gateway: the pool they come from is lost, most of them are
/// pruned, the rest is restored, and everything goes on.
class BucketReplicaIT {
    private static final int DIRECTORIES = 40;
    private static final int FILES = 40;
    private static final int MAX_FILE_BYTES = 60_000;
    private static final int CHANGED_FILES = 120;
    private static final int INCREMENTS = 10;
    private static final double TOLERANCE = 0.05;

    private final Random random = new Random(Long.getLong("seed", 29));

    @TempDir Path directory;
    private Path source;
    private String bucket;

    @BeforeEach
    void makeSource() throws Exception {
        Gateway.require();
        Require.program("rsync");
        Require.program("cp");
        bucket = Gateway.url(Gateway.fresh());
        source = Files.createDirectory(directory.resolve("source"));
        for (int d = 0; d < DIRECTORIES; d++) {
            Files.createDirectory(source.resolve("d" + d));
            for (int f = 0; f < FILES; f++) {
                write(source.resolve("d" + d + "/f" + f));
            }
        }
    }

    /// Half words, half noise.
    private void write(Path file) throws IOException {
        byte[] noise = new byte[random.nextInt(MAX_FILE_BYTES / 2)];
        random.nextBytes(noise);
        byte[] words =
                ("line " + random.nextInt() + " of " + file.getFileName() + "\n")
                        .repeat(noise.length / 20)
                        .getBytes(StandardCharsets.UTF_8);
        Files.write(file, noise);
        Files.write(file, words, java.nio.file.StandardOpenOption.APPEND);
    }

    private void change() throws IOException {
        for (int i = 0; i < CHANGED_FILES; i++) {
            Path file =
                    source.resolve(
                            "d" + random.nextInt(DIRECTORIES) + "/f" + random.nextInt(FILES));
            write(file);
        }
        Path first = source.resolve("d" + random.nextInt(DIRECTORIES));
        Files.move(
                Files.createDirectory(first.resolve("new" + random.nextInt())),
                first.resolve("moved" + random.nextInt()));
    }

    private Shell shell(String pool) {
        Map<String, String> environment = Gateway.environment();
        environment.put("VARVE_POOL", pool);
        environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        if (pool.startsWith("s3:")) {
            environment.put("VARVE_PASSPHRASE", "bucket's own");
        }
        environment.put("VARVE_TO_PASSPHRASE", "bucket's own");
        return Shell.in(environment);
    }

    private String local(String name) {
        return directory.resolve(name).toString();
    }

    private String snapshot(Shell shell, int number) throws Exception {
        String name = "/snaps/t." + number;
        shell.ok("import", source.toString(), "/t");
        shell.ok("subvolume", "snapshot", "-r", "/t", name);
        return name;
    }

    /// The whole story of ten increments in one pass, of which the middle eight are pruned.
    @Test
    void theMiddleOfTenIncrementsIsPrunedAndTheRestIsAsInAFreshBucket() throws Exception {
        Shell here = shell(local("here"));
        here.ok("init", local("here"));
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= INCREMENTS; i++) {
            change();
            names.add(snapshot(here, i));
            if (i == 1 || i == INCREMENTS) {
                run("cp", "-a", source.toString(), local("expected." + i));
            }
        }
        Shell far = shell(bucket);
        far.ok("init");
        here.ok(replicate(names, bucket));
        delete("here");

        List<String> middle = names.subList(1, INCREMENTS - 1);
        far.ok(with(List.of("subvolume", "delete"), middle));
        far.ok("reclaim", "--grace", "0");

        far.ok("check", "--read-data");
        for (int i : new int[] {1, INCREMENTS}) {
            far.ok("restore", "/snaps/t." + i, local("restored." + i));
            assertSame(local("expected." + i), local("restored." + i));
        }
        assertArrayEquals(
                Files.readAllBytes(source.resolve("d3/f3")),
                far.ok("cat", "/snaps/t." + INCREMENTS + "/d3/f3").bytes());
        String freshBucket = Gateway.url(Gateway.fresh());
        shell(freshBucket).ok("init");
        far.ok(replicate(List.of(names.getFirst(), names.getLast()), freshBucket));
        long pruned = storedBytes(bucket);
        long fresh = storedBytes(freshBucket);
        String told = "pruned %d bytes, fresh %d".formatted(pruned, fresh);
        System.getLogger("test").log(System.Logger.Level.INFO, told);
        assertTrue(Math.abs(pruned - fresh) <= TOLERANCE * fresh, told);
    }

    /// A disaster on either side: everything comes from the other, and increments go on both ways.
    @Test
    void afterADisasterIncrementsGoOnInBothDirections() throws Exception {
        Shell here = shell(local("here"));
        here.ok("init", local("here"));
        shell(bucket).ok("init");
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            change();
            names.add(snapshot(here, i));
        }
        here.ok(replicate(names, bucket));
        delete("here");

        // Everything comes back in one pass, to a pool that then goes on.
        Shell again = shell(local("again"));
        again.ok("init", local("again"));
        assertEquals(
                List.of(
                        "Copying /snaps/t.1",
                        "Copying /snaps/t.2 from /snaps/t.1",
                        "Copying /snaps/t.3 from /snaps/t.2"),
                withoutTargetKey(bucket).ok(replicate(names, local("again"))).lines());
        again.ok("subvolume", "snapshot", "/snaps/t.3", "/t");
        change();
        String fourth = snapshot(again, 4);
        assertEquals(
                List.of("Copying /snaps/t.4 from /snaps/t.3"),
                again.ok("replicate", fourth, "--to", bucket).lines());

        // The other way: what another machine makes of the bucket's comes back as an increment.
        Shell other = shell(local("other"));
        other.ok("init", local("other"));
        withoutTargetKey(bucket).ok("replicate", fourth, "--to", local("other"));
        other.ok("subvolume", "snapshot", "/snaps/t.4", "/t");
        change();
        String fifth = snapshot(other, 5);
        assertEquals(
                List.of("Copying /snaps/t.5 from /snaps/t.4"),
                other.ok("replicate", fifth, "--to", bucket).lines());
        assertEquals(
                List.of("Copying /snaps/t.5 from /snaps/t.4"),
                withoutTargetKey(bucket).ok("replicate", fifth, "--to", local("again")).lines());
        again.ok("restore", "/snaps/t.5", local("restored"));
        assertSame(source.toString(), local("restored"));
        for (String pool : List.of(bucket, local("again"), local("other"))) {
            shell(pool).ok("check", "--read-data");
        }
    }

    /// For a target that is plain.
    private Shell withoutTargetKey(String pool) {
        Map<String, String> environment = Gateway.environment();
        environment.put("VARVE_POOL", pool);
        environment.put("VARVE_PASSPHRASE", "bucket's own");
        environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        return Shell.in(environment);
    }

    private static String[] replicate(List<String> names, String to) {
        List<String> words = new ArrayList<>(names);
        words.addAll(List.of("--to", to));
        return with(List.of("replicate"), words);
    }

    private static String[] with(List<String> words, List<String> more) {
        return Stream.concat(words.stream(), more.stream()).toArray(String[]::new);
    }

    private static long storedBytes(String bucket) throws IOException {
        long bytes = 0;
        try (ObjectStore store =
                S3Stores.open(S3Location.parse(bucket), new S3Settings(Gateway.environment()))) {
            for (Scan<StoredObject> all = store.list(""); all.advance(); ) {
                bytes += all.current().sizeBytes();
            }
        }
        return bytes;
    }

    private void delete(String pool) throws Exception {
        run("rm", "-r", local(pool));
    }

    private static void assertSame(String one, String other) throws Exception {
        assertEquals("", run("rsync", "-aHAXinc", "--delete", one + "/", other + "/"), other);
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + said);
        return said;
    }
}
