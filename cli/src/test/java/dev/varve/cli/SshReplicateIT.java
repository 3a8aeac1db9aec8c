package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `replicate --to ssh://...` to a real sshd.
class SshReplicateIT {
    private static final int BIG_BYTES = 12_000_000;

    @TempDir Path directory;
    private LoopbackSsh ssh;
    private Path source;
    private byte[] big;

    @BeforeEach
    void start() throws Exception {
        ssh = new LoopbackSsh(directory.resolve("ssh"));
        source = Files.createDirectories(directory.resolve("source"));
        big = new byte[BIG_BYTES];
        new Random(5).nextBytes(big);
        Files.write(source.resolve("big"), big);
    }

    @AfterEach
    void stop() throws IOException {
        ssh.close();
    }

    /// With the way to the other machine in its environment.
    private Shell shell(Path pool, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("VARVE_POOL", pool.toString());
        environment.putIfAbsent("VARVE_SSH", ssh.client());
        environment.putIfAbsent("VARVE_REMOTE", ssh.varve());
        return Shell.in(environment);
    }

    private Shell newPool(Path pool) {
        Shell.onNewPool(pool);
        return shell(pool, Map.of());
    }

    private void snapshot(Shell shell, String place, int number) throws IOException {
        Files.writeString(source.resolve("file"), "state " + number + "\n");
        shell.ok("import", source.toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", place + "/docs." + number);
    }

    @Test
    void incrementsGoThereAndComeBackWhateverTheNamesAre() throws Exception {
        // What a shell would trip over, or worse.
        String odd = "it's $(touch pwned) `touch pwned` \\\\ \"ä\" ;*";
        Path there = directory.resolve(odd);
        String place = "/" + odd + "/snaps";
        Shell here = newPool(directory.resolve("here"));
        Shell.onNewPool(there);
        snapshot(here, place, 1);
        snapshot(here, place, 2);

        Shell.Result result =
                here.ok(
                        "replicate",
                        place + "/docs.1",
                        place + "/docs.2",
                        "--to",
                        ssh.place(there));

        assertEquals(
                "Copying %1$s/docs.1\nCopying %1$s/docs.2 from %1$s/docs.1\n".formatted(place),
                result.out());
        Shell other = shell(there, Map.of());
        assertEquals("state 2\n", other.ok("cat", place + "/docs.2/file").out());
        assertArrayEquals(big, other.ok("cat", place + "/docs.2/big").bytes());
        assertTrue(
                here.ok("replicate", place + "/docs.2", "--to", ssh.place(there))
                        .out()
                        .endsWith("is there already\n"));
        other.ok("check", "--read-data");
        assertFalse(Files.exists(Path.of(System.getProperty("user.home"), "pwned")));

        // The other way, with the same snapshots known.
        other.ok("subvolume", "snapshot", place + "/docs.2", "/docs");
        snapshot(other, place, 3);
        assertEquals(
                "Copying %1$s/docs.3 from %1$s/docs.2\n".formatted(place),
                other.ok(
                                "replicate",
                                place + "/docs.3",
                                "--to",
                                ssh.place(directory.resolve("here")))
                        .out());
    }

    @Test
    void aCopyThatIsCutShortGoesOn() throws Exception {
        Path there = directory.resolve("there");
        Shell.onNewPool(there);
        Shell here = newPool(directory.resolve("here"));
        snapshot(here, "/snaps", 1);
        String cutting =
                ssh.script("cutting", "head -c 7000000 | exec " + ssh.client() + " \"$@\"\n");
        Shell cut = shell(directory.resolve("here"), Map.of("VARVE_SSH", cutting));
        Shell.Result failed = cut.run("replicate", "/snaps/docs.1", "--to", ssh.place(there));
        failed.failed(ExitCode.UNSUPPORTED, ssh.place(there));

        Shell.Result result = here.ok("replicate", "/snaps/docs.1", "--to", ssh.place(there));
        assertEquals("Copying /snaps/docs.1, going on\n", result.out());
        Shell other = shell(there, Map.of());
        assertArrayEquals(big, other.ok("cat", "/snaps/docs.1/big").bytes());
        other.ok("check", "--read-data");
        Matcher kept = Pattern.compile(":([0-9]+):[0-9a-f]{16}").matcher(failed.err());
        assertTrue(kept.find() && Long.parseLong(kept.group(1)) > 1_000_000, failed.err());
    }

    @Test
    void whatIsNestedGoesOnTooWhereItWasCut() throws Exception {
        Path there = directory.resolve("there");
        Shell.onNewPool(there);
        Shell here = newPool(directory.resolve("here"));
        Files.createDirectory(directory.resolve("empty"));
        here.ok("import", directory.resolve("empty").toString(), "/set");
        here.ok("import", source.toString(), "/set/inner");
        here.ok("subvolume", "snapshot", "-r", "-R", "/set", "/snaps/set.1");
        String cutting =
                ssh.script("cutting", "head -c 7000000 | exec " + ssh.client() + " \"$@\"\n");
        Shell cut = shell(directory.resolve("here"), Map.of("VARVE_SSH", cutting));
        String[] replicate = {"replicate", "-R", "/snaps/set.1", "--to", ssh.place(there)};
        cut.run(replicate).failed(ExitCode.UNSUPPORTED, ssh.place(there));
        Shell other = shell(there, Map.of());
        assertTrue(other.ok("receive", "--status").out().startsWith("/snaps/set.1/inner "));

        assertEquals(
                """
                /snaps/set.1 is there already
                Copying /snaps/set.1/inner, going on
                """,
                here.ok(replicate).out());
        assertArrayEquals(big, other.ok("cat", "/snaps/set.1/inner/big").bytes());
        other.run("subvolume", "create", "/snaps/set.1/x").failed(ExitCode.ERROR, "read-only");
        other.ok("check", "--read-data");
    }

    @Test
    void aSealedPoolThereIsOpenedByAPassphraseFromHere() throws Exception {
        Path there = directory.resolve("there");
        Path phrase = Files.writeString(directory.resolve("phrase"), " schön 'n' \\quoted \n");
        Shell.withoutPool()
                .ok("init", "--sealed", "--passphrase-file", phrase.toString(), there.toString());
        Shell here = newPool(directory.resolve("here"));
        snapshot(here, "/snaps", 1);
        String to = ssh.place(there);

        here.run("replicate", "/snaps/docs.1", "--to", to).failed(ExitCode.WRONG_KEY, to);
        shell(directory.resolve("here"), Map.of("VARVE_TO_PASSPHRASE", "wrong"))
                .run("replicate", "/snaps/docs.1", "--to", to)
                .failed(ExitCode.WRONG_KEY, to);
        here.ok("replicate", "/snaps/docs.1", "--to", to, "--to-passphrase-file", "" + phrase);
        assertArrayEquals(
                big,
                shell(there, Map.of())
                        .ok("cat", "--passphrase-file", phrase.toString(), "/snaps/docs.1/big")
                        .bytes());
        here.run("replicate", "/snaps/docs.1", "--to", to, "--to-key-file", ssh.varve())
                .failed(ExitCode.USAGE, "another machine");
        // A plain pool must not stand in for it.
        Path plain = directory.resolve("plain");
        Shell.onNewPool(plain);
        here.run(
                        "replicate",
                        "/snaps/docs.1",
                        "--to",
                        ssh.place(plain),
                        "--to-passphrase-file",
                        "" + phrase)
                .failed(ExitCode.WRONG_KEY, "not sealed");
    }

    @Test
    void everyFailureHasItsExitCodeAndTheWordsOfWhoFailed() throws Exception {
        Path pool = directory.resolve("here");
        Shell here = newPool(pool);
        snapshot(here, "/snaps", 1);
        String to = ssh.place(directory.resolve("nowhere"));

        here.run("replicate", "/snaps/docs.1", "--to", to)
                .failed(ExitCode.NOT_THERE, to, "no such directory");
        here.run("replicate", "/snaps/docs.1", "--to", "ssh://127.0.0.1:1/pool")
                .failed(ExitCode.UNREACHABLE, "Connection refused");
        here.run("replicate", "/snaps/docs.1", "--to", to, "--remote-varve", "no-varve")
                .failed(ExitCode.UNREACHABLE, "no-varve", "not found", "--remote-varve");
        shell(pool, Map.of("VARVE_SSH", ssh.client() + " -o UserKnownHostsFile=/dev/null"))
                .run("replicate", "/snaps/docs.1", "--to", to)
                .failed(ExitCode.NOT_THERE, to);
        shell(
                        pool,
                        Map.of(
                                "VARVE_SSH",
                                "ssh -F none -o BatchMode=yes -o UserKnownHostsFile=/dev/null"))
                .run("replicate", "/snaps/docs.1", "--to", to)
                .failed(ExitCode.UNREACHABLE, "Host key verification failed");
        for (String bad : List.of("ssh://-oProxyCommand=x/p", "ssh://host", "ssh://h:x/p")) {
            here.run("replicate", "/snaps/docs.1", "--to", bad).failed(ExitCode.USAGE, bad);
        }
        Path there = directory.resolve("there");
        Shell other = newPool(there);
        other.ok("subvolume", "create", "/snaps");
        other.ok("subvolume", "create", "/snaps/docs.1");
        here.run("replicate", "/snaps/docs.1", "--to", ssh.place(there))
                .failed(ExitCode.ERROR, ssh.place(there), "docs.1", "exists");
    }
}
