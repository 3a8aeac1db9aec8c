package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import dev.varve.cli.output.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `send` and `receive`.
class StreamCommandsTest {
    @TempDir Path directory;
    private Shell shell;
    private Shell other;

    @BeforeEach
    void makePools() throws IOException {
        Path source = Files.createDirectories(directory.resolve("source/dir"));
        Files.writeString(source.resolve("file"), "one\n");
        shell = Shell.onNewPool(directory.resolve("pool"));
        shell.ok("import", directory.resolve("source").toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs.1");
        Files.writeString(source.resolve("file"), "two\n");
        shell.ok("import", directory.resolve("source").toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs.2");
        other = Shell.onNewPool(directory.resolve("other"));
    }

    @Test
    void whatOnePoolSendsAnotherReceivesUnderTheStreamsOwnName() {
        Shell.Result full = shell.ok("send", "/snaps/docs.1");
        Shell.Result change = shell.ok("send", "-p", "/snaps/docs.1", "/snaps/docs.2");

        assertEquals("At subvol /snaps/docs.1\n", full.err());
        received(other.pipe(full.bytes(), "receive", "/in/here"));
        received(other.pipe(change.bytes(), "receive", "/in/here"));

        assertEquals("one\n", other.ok("cat", "/in/here/docs.1/dir/file").out());
        assertEquals("two\n", other.ok("cat", "/in/here/docs.2/dir/file").out());
        assertEquals("ro=true\n", other.ok("property", "get", "/in/here/docs.2", "ro").out());
        other.run("property", "set", "/in/here/docs.2", "ro", "false")
                .failed(ExitCode.ERROR, "/in/here/docs.2", "-f");
        assertTrue(other.ok("snapshots").out().contains("(received)"));
    }

    private static void received(Shell.Result result) {
        assertEquals(ExitCode.OK, result.code(), result.err());
    }

    @Test
    void theSamePairGivesTheSameBytesInAFileAndOnAPipe() throws IOException {
        Path file = directory.resolve("stream");
        String json =
                shell.ok("send", "-f", file.toString(), "/snaps/docs.1", "--json", "-q").out();
        byte[] piped = shell.ok("send", "-q", "/snaps/docs.1").bytes();

        assertArrayEquals(piped, Files.readAllBytes(file));
        assertTrue(json.contains("\"stream_bytes\":" + piped.length), json);
        other.ok("receive", "-f", file.toString(), "/in");
    }

    @Test
    void severalSnapshotsTravelTogetherAndClonesFindTheirParent() {
        byte[] both = shell.ok("send", "/snaps/docs.1", "/snaps/docs.2").bytes();
        received(other.pipe(both, "receive", "/in"));
        assertEquals("docs.1\ndocs.2\n", other.ok("ls", "/in").out());

        byte[] change = shell.ok("send", "-c", "/snaps/docs.1", "/snaps/docs.2").bytes();
        assertTrue(dump(change).startsWith("snapshot"), dump(change));
    }

    private String dump(byte[] stream) {
        Shell.Result result = other.pipe(stream, "receive", "--dump");
        assertEquals(ExitCode.OK, result.code(), result.err());
        return result.out();
    }

    @Test
    void dumpPrintsCommandsAsBtrfsDoes() {
        byte[] stream = shell.ok("send", "--no-data", "/snaps/docs.1").bytes();

        assertTrue(dump(stream).startsWith("subvol          ./docs.1 "), dump(stream));
        assertTrue(dump(stream).contains("\nupdate_extent   ./docs.1/dir/file "), dump(stream));
        String json = other.pipe(stream, "receive", "--dump", "--json").out();
        assertTrue(json.contains("\"commands\":[\"subvol          ./docs.1 "), json);
    }

    @Test
    void aTerminalGetsNoStreamAndGivesNone() {
        shell.withTerminal(Console.Stream.OUT)
                .run("send", "/snaps/docs.1")
                .failed(ExitCode.USAGE, "terminal", "-f");
        shell.withTerminal(Console.Stream.IN)
                .run("receive", "/in")
                .failed(ExitCode.USAGE, "terminal", "-f");
    }

    @Test
    void onlyReadOnlySnapshotsAreSent() {
        shell.run("send", "/docs").failed(ExitCode.ERROR, "/docs", "read-only");
        shell.run("send", "-p", "/docs", "/snaps/docs.2").failed(ExitCode.ERROR, "/docs");
        shell.run("send", "--proto", "7", "/snaps/docs.2").failed(ExitCode.USAGE, "7");
    }

    @Test
    void aStreamWithoutItsParentIsRefusedWithTen() {
        byte[] change = shell.ok("send", "-p", "/snaps/docs.1", "/snaps/docs.2").bytes();

        other.pipe(change, "receive", "/in").failed(ExitCode.NOT_THERE, "docs.2");
        assertEquals("", other.ok("ls").out());
    }

    @Test
    void aDamagedCutOrForeignStreamIsRefusedWithFourteenAndLeavesNothing() {
        byte[] stream = shell.ok("send", "/snaps/docs.1").bytes();
        byte[] damaged = stream.clone();
        damaged[stream.length / 2] ^= 4;

        other.pipe(damaged, "receive", "/in").failed(ExitCode.UNSUPPORTED, "command ", "byte ");
        byte[] cut = Arrays.copyOf(stream, stream.length - 5);
        other.pipe(cut, "receive", "/in").failed(ExitCode.UNSUPPORTED);
        other.pipe("hello".getBytes(StandardCharsets.UTF_8), "receive", "/in")
                .failed(ExitCode.UNSUPPORTED);
        other.pipe(new byte[0], "receive", "/in").failed(ExitCode.UNSUPPORTED, "empty");
        byte[] newer = stream.clone();
        newer[13] = 9;
        other.pipe(newer, "receive", "/in").failed(ExitCode.UNSUPPORTED);
        assertEquals("", other.ok("subvolume", "list").out());
        assertEquals("", other.ok("ls").out());
    }

    @Test
    void aNameThatIsTakenIsRefused() {
        byte[] stream = shell.ok("send", "/snaps/docs.1").bytes();
        received(other.pipe(stream, "receive", "/in"));

        other.pipe(stream, "receive", "/in").failed(ExitCode.ERROR, "/in/docs.1", "exists");
    }

    @Test
    void aDryRunTellsTheLengthExactlyAndWritesNothing() {
        for (String form : List.of("--proto=1", "--proto=2", "--compressed-data")) {
            String[] sent = {"send", "-q", form, "-p", "/snaps/docs.1", "/snaps/docs.2"};
            int length = shell.ok(sent).bytes().length;
            List<String> dry = new ArrayList<>(List.of(sent));
            dry.add("--dry-run");
            assertEquals(length + " bytes\n", shell.ok(dry.toArray(String[]::new)).out(), form);
        }
        String out = shell.ok("send", "-n", "-p", "/snaps/docs.1", "/snaps/docs.2").out();
        assertTrue(out.startsWith("Would send /snaps/docs.2 from /snaps/docs.1\n"), out);
        String json = shell.ok("send", "-n", "--json", "/snaps/docs.1").out();
        assertTrue(json.contains("\"dry_run\":true"), json);
    }

    @Test
    void autoTakesTheRelativeWithTheShortestStreamAndExplains() throws IOException {
        Path big = directory.resolve("source/big");
        Files.write(big, new byte[100_000]);
        shell.ok("import", directory.resolve("source").toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs.3");
        Files.delete(big);
        shell.ok("import", directory.resolve("source").toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs.4");
        shell.ok("subvolume", "create", "/stranger");
        shell.ok("property", "set", "/stranger", "ro", "true");

        Shell.Result result = shell.ok("send", "-n", "-v", "--auto", "/snaps/docs.4");

        assertTrue(result.err().contains("/snaps/docs.4: from /snaps/docs.3 "), result.err());
        assertTrue(result.err().contains("parent is /snaps/docs.2\n"), result.err());
        assertTrue(result.out().contains("/snaps/docs.4 from /snaps/docs.2\n"), result.out());
        Shell.Result among =
                shell.ok("send", "-n", "--auto", "-c", "/snaps/docs.1", "/snaps/docs.4");
        assertTrue(among.out().contains(" from /snaps/docs.1\n"), among.out());
        Shell.Result first = shell.ok("send", "-n", "--auto", "/stranger");
        assertTrue(first.out().startsWith("Would send /stranger\n"), first.out());
        Shell.Result two = shell.ok("send", "-n", "--auto", "/snaps/docs.1", "/snaps/docs.2");
        assertTrue(two.out().contains("docs.2 from /snaps/docs.1\n"), two.out());
    }

    @Test
    void aRecursiveSnapshotTravelsWithAllThatIsNestedInIt() {
        shell.ok("subvolume", "create", "/docs/inner");
        shell.ok("subvolume", "create", "/docs/inner/most");
        shell.ok("subvolume", "snapshot", "-r", "-R", "/docs", "/set.1");
        shell.ok("import", directory.resolve("source").toString(), "/docs/inner/most");
        shell.ok("subvolume", "snapshot", "-r", "-R", "/docs", "/set.2");

        received(other.pipe(shell.ok("send", "-R", "/set.1").bytes(), "receive", "/in"));
        Shell.Result change = shell.ok("send", "--recursive", "-p", "/set.1", "/set.2");
        received(other.pipe(change.bytes(), "receive", "/in"));

        assertEquals(
                "At subvol /set.2\nAt subvol /set.2/inner\nAt subvol /set.2/inner/most\n",
                change.err());
        assertTrue(dump(change.bytes()).startsWith("snapshot"), dump(change.bytes()));
        assertEquals("two\n", other.ok("cat", "/in/set.2.inner.most/dir/file").out());
        assertEquals("", other.ok("ls", "/in/set.1.inner.most").out());
    }

    @Test
    void aReceiveThatEndsEarlyGoesOnWithItsToken() throws IOException {
        byte[] noise = new byte[3 << 20];
        new Random(1).nextBytes(noise);
        Path source = Files.createDirectories(directory.resolve("large"));
        Files.write(source.resolve("noise"), noise);
        shell.ok("import", source.toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/large");
        byte[] whole = shell.ok("send", "/snaps/large").bytes();
        byte[] part = Arrays.copyOf(whole, 2 << 20);

        Shell.Result cut = other.pipe(part, "receive", "/in");
        cut.failed(ExitCode.UNSUPPORTED, "ends inside a command", "--resume-from", "--resume");
        String token = cut.err().strip().substring(cut.err().strip().lastIndexOf(' ') + 1);
        assertEquals(-1, other.ok("snapshots").out().indexOf("large"));
        assertTrue(other.ok("receive", "--status").out().startsWith("/in/large "));
        String json = other.ok("receive", "--status", "--json").out();
        assertTrue(json.contains("\"resume_token\":\"" + token + "\""), json);

        shell.run("send", "-q", "--resume-from", token, "/snaps/docs.1")
                .failed(ExitCode.USAGE, token);
        shell.run("send", "-q", "--resume-from", "x", "/snaps/docs.1").failed(ExitCode.USAGE, "x");
        byte[] rest = shell.ok("send", "-q", "--resume-from", token, "/snaps/large").bytes();
        assertTrue(rest.length < whole.length - (1 << 20) * 3 / 2, rest.length + " bytes");
        received(other.pipe(rest, "receive", "--resume", token, "/in"));
        assertEquals("", other.ok("receive", "--status").out());
        assertArrayEquals(noise, other.ok("cat", "/in/large/noise").bytes());
        other.pipe(rest, "receive", "--resume", token, "/in").failed(ExitCode.USAGE, "nothing");
    }

    @Test
    void anUnfinishedReceiveIsDroppedOnDemand() throws IOException {
        byte[] noise = new byte[2 << 20];
        new Random(2).nextBytes(noise);
        Path source = Files.createDirectories(directory.resolve("large"));
        Files.write(source.resolve("noise"), noise);
        shell.ok("import", source.toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/large");
        byte[] part = Arrays.copyOf(shell.ok("send", "/snaps/large").bytes(), 3 << 19);
        String into = directory.resolve("into").toString();
        for (String[] where : new String[][] {{"/in"}, {"--to-directory", into}}) {
            String[] receive =
                    where.length == 1
                            ? new String[] {"receive", "/in"}
                            : new String[] {"receive", "--to-directory", into};
            other.pipe(part, receive).failed(ExitCode.UNSUPPORTED, "--resume TOKEN");
            String[] flags = where.length == 1 ? new String[0] : where;
            String status = other.ok(with(flags, "receive", "--status")).out();
            String token = status.strip().substring(status.strip().lastIndexOf(' ') + 1);
            other.ok(with(flags, "receive", "--abort", token));
            assertEquals("", other.ok(with(flags, "receive", "--status")).out());
            other.run(with(flags, "receive", "--abort", token)).failed(ExitCode.ERROR, token);
        }
    }

    @Test
    void whatIsNestedInAReadOnlyOneIsReceivedOnlyOnDemandAndLeavesItAsItWas() throws IOException {
        byte[] noise = new byte[2 << 20];
        new Random(3).nextBytes(noise);
        Files.write(directory.resolve("source/dir/noise"), noise);
        shell.ok("import", directory.resolve("source").toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs.3");
        received(other.pipe(shell.ok("send", "/snaps/docs.1").bytes(), "receive", "/in"));
        String before = other.ok("subvolume", "list", "-R", "-r").out();
        byte[] inner = shell.ok("send", "/snaps/docs.3").bytes();
        String outer = "/in/docs.1/dir";

        other.pipe(inner, "receive", outer).failed(ExitCode.ERROR, "read-only");
        other.pipe(inner, "receive", "--nested", outer + "/new").failed(ExitCode.ERROR, "new");
        byte[] part = Arrays.copyOf(inner, 3 << 19);
        other.pipe(part, "receive", "--nested", outer).failed(ExitCode.UNSUPPORTED, "TOKEN");
        String status = other.ok("receive", "--status").out().strip();
        other.ok("receive", "--abort", status.substring(status.lastIndexOf(' ') + 1));
        received(other.pipe(inner, "receive", "--nested", outer));

        assertEquals("two\n", other.ok("cat", outer + "/docs.3/dir/file").out());
        other.run("subvolume", "create", outer + "/x").failed(ExitCode.ERROR, "read-only");
        List<String> after = other.ok("subvolume", "list", "-R", "-r").lines();
        assertEquals(2, after.size());
        String uuid = before.replaceAll("(?s).*received_uuid ([0-9a-f-]{36}).*", "$1");
        assertTrue(after.getFirst().contains(uuid), after.getFirst());
        other.ok("check");
    }

    private static String[] with(String[] flags, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(flags));
        return all.toArray(String[]::new);
    }
}
