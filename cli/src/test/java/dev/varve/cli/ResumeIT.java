package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.command.ExitCode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `send | receive` between processes, interrupted: what is sent twice is bounded, what arrives is
/// what was sent. Ten times into a pool, ten times into a directory. And `replicate`, killed.
class ResumeIT {
    private static final int INTERRUPTIONS = 10;
    private static final int REPLICATIONS = 2;
    private static final int FILES = 40;
    private static final int FILE_BYTES = 3 << 20;
    private static final long MAX_SENT_TWICE_BYTES = 64 << 20;

    @TempDir Path directory;
    private Path source = Path.of("");
    private Path stream = Path.of("");
    private Shell sender = Shell.withoutPool();

    @BeforeEach
    void makeStream() throws IOException {
        Random random = new Random(17);
        source = Files.createDirectory(directory.resolve("source"));
        byte[] content = new byte[FILE_BYTES];
        for (int i = 0; i < FILES; i++) {
            random.nextBytes(content);
            Path file = Files.createDirectories(source.resolve("d" + i % 7)).resolve("f" + i);
            Files.write(file, content);
        }
        sender = Shell.onNewPool(directory.resolve("pool"));
        sender.ok("import", source.toString(), "/docs");
        sender.ok("subvolume", "snapshot", "-r", "/docs", "/snap");
        stream = directory.resolve("stream");
        sender.ok("send", "-f", stream.toString(), "/snap");
    }

    @Test
    void intoAPool() throws Exception {
        Path pool = directory.resolve("other");
        Shell receiver = Shell.onNewPool(pool);
        List<String> receive = List.of("-P", pool.toString(), "receive");
        Random random = new Random(Long.getLong("seed", 3));
        for (int i = 0; i < INTERRUPTIONS; i++) {
            String place = "/in" + i;
            interruptAndResume(receiver, receive, List.of(place), random);
            Path out = directory.resolve("out" + i);
            receiver.ok("restore", place + "/snap", out.toString());
            assertSameFilesAndRemove(out);
            receiver.ok("subvolume", "delete", place + "/snap");
        }
    }

    @Test
    void intoADirectory() throws Exception {
        Random random = new Random(Long.getLong("seed", 4));
        for (int i = 0; i < INTERRUPTIONS; i++) {
            Path into = Files.createDirectory(directory.resolve("into" + i));
            List<String> where = List.of("--to-directory", into.toString());
            interruptAndResume(Shell.withoutPool(), List.of("receive"), where, random);
            assertSameFilesAndRemove(into.resolve("snap"));
        }
    }

    @Test
    void aReplicationThatIsKilledGoesOn() throws Exception {
        Path pool = directory.resolve("replica");
        Shell receiver = Shell.onNewPool(pool);
        List<String> replicate =
                List.of(
                        "-P",
                        directory.resolve("pool").toString(),
                        "replicate",
                        "/snap",
                        "--to",
                        pool.toString());
        long kept = 0;
        boolean isDone = false;
        for (int i = 0; i < REPLICATIONS; i++) {
            Process process = start(replicate);
            // Until it has kept more than the one before.
            long now = kept;
            while (process.isAlive() && now <= kept) {
                Thread.sleep(20);
                now = keptBytes(receiver);
            }
            process.destroyForcibly();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
            isDone = receiver.run("subvolume", "show", "/snap").code() == ExitCode.OK;
            if (isDone) {
                break; // faster than the kill
            }
            long atLast = keptBytes(receiver);
            assertTrue(atLast >= kept, "from " + kept + " back to " + atLast);
            kept = atLast;
        }
        assertTrue(isDone || kept > 0, "nothing was kept");
        assertEquals(
                isDone ? "/snap is there already\n" : "Copying /snap, going on\n",
                sender.ok("replicate", "/snap", "--to", pool.toString()).out());
        Path out = directory.resolve("out");
        receiver.ok("restore", "/snap", out.toString());
        assertSameFilesAndRemove(out);
        receiver.ok("check", "--read-data");
    }

    private static long keptBytes(Shell receiver) {
        String status = receiver.ok("receive", "--status").out().strip();
        return status.isEmpty() ? 0 : Long.parseLong(status.split(":")[3]);
    }

    private void interruptAndResume(
            Shell receiver, List<String> command, List<String> where, Random random)
            throws Exception {
        long length = Files.size(stream);
        long cut = (long) (random.nextDouble() * length);
        boolean kill = random.nextBoolean();
        String what = "cut at byte " + cut + (kill ? ", killed" : "");
        receiveTo(cut, kill, concat(command, where));

        List<String> status = new ArrayList<>(List.of("receive", "--status"));
        status.addAll(where.size() == 1 ? List.of() : where);
        String told = receiver.ok(status.toArray(String[]::new)).out().strip();
        if (told.isEmpty()) {
            assertTrue(cut <= MAX_SENT_TWICE_BYTES, what);
            List<String> again = new ArrayList<>(List.of("receive", "-f", stream.toString()));
            receiver.ok(concat(again, where).toArray(String[]::new));
            return;
        }
        String token = told.substring(told.lastIndexOf(' ') + 1);
        byte[] rest = sender.ok("send", "-q", "--resume-from", token, "/snap").bytes();
        assertTrue(cut + rest.length - length <= MAX_SENT_TWICE_BYTES, what);
        List<String> resume = concat(List.of("receive", "--resume", token), where);
        Shell.Result result = receiver.pipe(rest, resume.toArray(String[]::new));
        assertEquals(ExitCode.OK, result.code(), () -> what + ": " + result.err());
    }

    private static List<String> concat(List<String> one, List<String> other) {
        List<String> both = new ArrayList<>(one);
        both.addAll(other);
        return both;
    }

    /// Lets a process receive the stream's first bytes.
    private void receiveTo(long cut, boolean kill, List<String> arguments) throws Exception {
        Process process = start(arguments);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(stream));
                OutputStream out = process.getOutputStream()) {
            byte[] buffer = new byte[64 << 10];
            long left = cut;
            while (left > 0) {
                int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                out.write(buffer, 0, count);
                left -= count;
            }
            out.flush();
            if (kill) {
                process.destroyForcibly();
            }
        }
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
    }

    private Process start(List<String> arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.varve.cli.Main"));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private void assertSameFilesAndRemove(Path there) throws IOException {
        for (int i = 0; i < FILES; i++) {
            String file = "d" + i % 7 + "/f" + i;
            assertEquals(-1, Files.mismatch(source.resolve(file), there.resolve(file)), file);
            Files.delete(there.resolve(file));
        }
    }
}
