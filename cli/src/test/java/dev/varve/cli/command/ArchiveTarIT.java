package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import dev.varve.engine.testing.Require;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `archive restore --to-tar` before GNU tar, which takes everything out of it, and before signals,
/// after which nothing is left of what was on its way.
class ArchiveTarIT {
    private static final long PATIENCE_SECONDS = 120;

    private static final String FIRST =
            """
            mkdir -p dir/sub empty; echo content > dir/file; mkfifo fifo; mknod char c 10 200
            head -c 3000001 /dev/urandom > large; echo gone > goes; chmod 6751 large
            n=$(printf 'n%.0s' $(seq 1 120)); mkdir -p $n/$n; echo deep > $n/$n/file
            """;

    /// What the increment brings: every kind of change.
    private static final String SECOND =
            """
            ln dir/file dir/sub/hard; ln -s ../nowhere dir/link; rm goes; mv empty moved
            printf x | dd of=large bs=1 seek=1234567 conv=notrunc status=none
            truncate -s 30M holes; printf y | dd of=holes bs=1 seek=7000000 conv=notrunc status=none
            touch $'odd \\n name \\xff\\xfe'; chown 1234:4000000000 dir/file
            setfattr -n user.text -v value large; setfattr -n user.binary -v 0x00ff0a00 dir
            setfattr -h -n trusted.secret -v x dir/link; setcap cap_net_raw+ep large
            touch -h -d '1965-01-02 03:04:05.123456789' dir/link
            touch -d '2001-01-01 00:00:00.000000001' dir
            """;

    @TempDir Path directory;

    private Shell archive(String first, String second) throws IOException {
        sh("mkdir source place target; cd source\n" + first);
        Shell here = Shell.onNewPool(directory.resolve("here"));
        for (int number = 1; number <= 2; number++) {
            here.ok("import", directory.resolve("source").toString(), "/docs");
            here.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs." + number);
            here.ok(
                    "archive",
                    "create",
                    "--to",
                    directory.resolve("archive").toString(),
                    "/snaps/docs." + number);
            sh("cd source\n" + (number == 1 ? second : ""));
        }
        return here;
    }

    @Test
    void gnuTarRestoresAnIncrementWithAllThereIsToAFile() throws IOException {
        Require.root();
        for (String program : List.of("tar", "rsync", "setfattr", "setcap")) {
            Require.program(program);
        }
        archive(FIRST, SECOND);

        Shell.withoutPool()
                .ok(
                        "archive",
                        "restore",
                        "--from",
                        directory.resolve("archive").toString(),
                        "--to-tar",
                        directory.resolve("place/docs.tar").toString(),
                        "/snaps/docs.2");

        assertEquals("docs.tar\n", sh("ls -A place"));
        assertEquals(
                "",
                sh(
                        "tar --warning=no-timestamp --xattrs --xattrs-include='*' --numeric-owner"
                                + " -xpf place/docs.tar -C target"));
        assertEquals("", sh("rsync -aHXinc --numeric-ids --delete source/ target/"));
        String times = "find . -printf '%p %T@ %y\\n' | LC_ALL=C sort";
        assertEquals(sh("cd source; " + times), sh("cd target; " + times));
    }

    @Test
    void ctrlCWhileItReceivesLeavesNothing() throws Exception {
        archive(
                "for i in $(seq 20); do head -c 8M /dev/urandom > $i; done",
                "for i in $(seq 20); do head -c 8M /dev/urandom > $i; done");
        Process restore = restore(directory.resolve("place/docs.tar").toString(), Redirect.DISCARD);
        while (scratch("place").isEmpty() && restore.isAlive()) {
            Thread.sleep(5);
        }
        requireGoneAfterASignal(restore, "INT", "place");
        assertEquals("varve: interrupted\n", Files.readString(directory.resolve("err")));
    }

    /// A write to a full pipe does not notice that it was interrupted; what is not encrypted must
    /// not lie there for that.
    @Test
    void anEndWhileNobodyReadsLeavesNothing() throws Exception {
        archive("head -c 3M /dev/urandom > file", "echo more > more");
        Process restore = restore("-", Redirect.PIPE);
        InputStream out = restore.getInputStream();
        while (out.available() == 0 && restore.isAlive()) {
            Thread.sleep(5);
        }
        requireGoneAfterASignal(restore, "TERM", "tmp");
    }

    private Process restore(String tar, Redirect out) throws IOException {
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
        command.addAll(List.of(System.getProperty("java.class.path"), "dev.varve.cli.Main"));
        command.addAll(List.of("-q", "archive", "restore", "--from"));
        command.addAll(List.of(directory.resolve("archive").toString(), "--to-tar", tar));
        command.add("/snaps/docs.2");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("TMPDIR", temporary.toString());
        return builder.redirectOutput(out).redirectError(directory.resolve("err").toFile()).start();
    }

    private List<Path> scratch(String where) throws IOException {
        try (Stream<Path> names = Files.list(directory.resolve(where))) {
            return names.toList();
        }
    }

    private void requireGoneAfterASignal(Process restore, String signal, String where)
            throws Exception {
        assertTrue(restore.isAlive(), "it was over too soon to be interrupted");
        List<Path> there = scratch(where);
        assertEquals(1, there.size(), there::toString);
        assertEquals("drwx------\n", sh("stat -c %A " + there.getFirst()));
        sh("kill -" + signal + " " + restore.pid());
        assertTrue(restore.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "still running");
        assertEquals(List.of(), scratch(where));
        assertEquals(
                signal.equals("INT") ? ExitCode.INTERRUPTED.status() : 128 + 15,
                restore.exitValue());
    }

    private String sh(String script) throws IOException {
        Process process =
                new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertEquals(0, process.waitFor(), () -> script + ": " + output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }
}
