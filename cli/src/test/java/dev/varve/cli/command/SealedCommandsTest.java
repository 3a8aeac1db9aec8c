package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A sealed pool from the command line. Standard input is no terminal here, so nothing is asked.
class SealedCommandsTest {
    @TempDir Path directory;
    private Shell shell;
    private Path phrase;
    private Path other;

    @BeforeEach
    void makePool() throws IOException {
        Path pool = directory.resolve("pool");
        phrase = Files.writeString(directory.resolve("phrase"), "correct horse\nnot this\n");
        other = Files.writeString(directory.resolve("other"), "battery staple\n");
        shell = Shell.on(pool);
        shell.ok("init", "--sealed", "--passphrase-file", phrase.toString());
    }

    private String[] opened(String... argv) {
        String[] all = new String[argv.length + 2];
        all[0] = "--passphrase-file";
        all[1] = phrase.toString();
        System.arraycopy(argv, 0, all, 2, argv.length);
        return all;
    }

    @Test
    void whatGoesInComesOutByteForByte() throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        Files.writeString(source.resolve("a"), "content ".repeat(10_000));
        shell.ok(opened("import", source.toString(), "/docs"));
        shell.ok(opened("subvolume", "snapshot", "-r", "/docs", "/docs.1"));
        assertEquals(
                Files.readString(source.resolve("a")), shell.ok(opened("cat", "/docs.1/a")).out());
        Path stream = directory.resolve("stream");
        shell.ok(opened("send", "-f", stream.toString(), "/docs.1"));
        shell.ok(opened("receive", "-f", stream.toString(), "/in"));
        assertEquals(
                Files.readString(source.resolve("a")),
                shell.ok(opened("cat", "/in/docs.1/a")).out());
        shell.ok(opened("check", "--read-data"));
        shell.ok(opened("reclaim"));
        shell.ok(opened("check", "--read-data"));
    }

    @Test
    void aDamagedPoolIsLookedIntoMendedAndRescuedWithItsKey() throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        Files.writeString(source.resolve("a"), "content ".repeat(10_000));
        shell.ok(opened("import", source.toString(), "/docs"));
        shell.ok(opened("subvolume", "snapshot", "-r", "/docs", "/snap"));
        assertTrue(shell.ok(opened("inspect-internal", "dump-head")).out().contains("root_tree"));
        shell.run("inspect-internal", "dump-head").failed(ExitCode.WRONG_KEY, "sealed");
        Files.delete(directory.resolve("pool/pool"));
        shell.run("check", "--repair").failed(ExitCode.WRONG_KEY, "sealed");
        String mended = shell.ok(opened("check", "--repair")).out();
        assertTrue(mended.contains("mended: pool: write it anew"), mended);
        try (Stream<Path> heads = Files.list(directory.resolve("pool/heads"))) {
            for (Path head : heads.toList()) {
                Files.delete(head);
            }
        }
        shell.run("rescue").failed(ExitCode.WRONG_KEY, "sealed");
        shell.ok(opened("rescue"));
        assertEquals(
                Files.readString(source.resolve("a")), shell.ok(opened("cat", "/snap/a")).out());
        shell.ok(opened("check", "--read-data"));
    }

    @Test
    void backupMakesASealedPoolWhereAKeyIsGiven() throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        Files.writeString(source.resolve("a"), "content");
        String pool = directory.resolve("new").toString();
        Shell sealing = Shell.in(Map.of("VARVE_PASSPHRASE", "right", "VARVE_POOL", pool));
        sealing.ok("backup", source.toString());
        sealing.ok("check");
        Shell.in(Map.of("VARVE_POOL", pool)).run("ls", "/").failed(ExitCode.WRONG_KEY, "sealed");
    }

    @Test
    void initTakesItsPlaceAsAnOperandWithNoPoolNamedElsewhere() {
        String pool = directory.resolve("new").toString();
        Shell.withoutPool().ok("init", pool);
        Shell.withoutPool().ok("-P", pool, "ls", "/");
    }

    @Test
    void aWrongKeyAndNoKeyAreExitCode12AndOneLine() {
        shell.run("ls", "/").failed(ExitCode.WRONG_KEY, "sealed", "no key was given");
        shell.run("ls", "--passphrase-file", other.toString(), "/")
                .failed(ExitCode.WRONG_KEY, "passphrase");
        shell.run("check", "--passphrase-file", other.toString())
                .failed(ExitCode.WRONG_KEY, "passphrase");
        shell.run("ls", "--passphrase-command", "exit 3", "/").failed(ExitCode.ERROR, "status 3");
        shell.ok("ls", "--passphrase-command", "printf 'correct horse'", "/");
    }

    @Test
    void keysComeAndGo() {
        Path identity = directory.resolve("identity");
        String recipient = shell.ok("key", "generate", identity.toString()).out().strip();
        shell.ok(opened("key", "add", "--recipient", recipient, "--name", "laptop"));
        shell.ok(opened("key", "passwd", "--new-passphrase-file", other.toString()));
        shell.run(opened("ls", "/")).failed(ExitCode.WRONG_KEY);
        shell.ok("ls", "--passphrase-file", other.toString(), "/");
        List<String> keys = shell.ok("key", "list", "--identity", identity.toString()).lines();
        assertEquals(2, keys.size());
        String own = keys.stream().filter(line -> line.startsWith("*")).findAny().orElseThrow();
        assertTrue(own.contains("laptop") && own.endsWith(recipient), own);
        shell.ok("key", "rotate", "--identity", identity.toString());
        shell.run("ls", "--passphrase-file", other.toString(), "/").failed(ExitCode.WRONG_KEY);
        String id = shell.ok("key", "list", "--identity", identity.toString()).out().split(" ")[1];
        shell.run("key", "remove", "--identity", identity.toString(), id)
                .failed(ExitCode.ERROR, "last one");
        shell.run("key", "remove", "--identity", identity.toString(), "x").failed(ExitCode.USAGE);
        shell.ok("check", "--read-data", "--identity", identity.toString());
    }

    @Test
    void aKeyNamedForAPlainPoolIsRefused() {
        Shell plain = Shell.onNewPool(directory.resolve("plain"));
        plain.run("ls", "--passphrase-file", phrase.toString(), "/")
                .failed(ExitCode.WRONG_KEY, "not sealed");
        plain.run("key", "list").failed(ExitCode.ERROR, "not sealed");
        plain.run("subvolume", "create", "--own-key", "/a").failed(ExitCode.ERROR, "not sealed");
    }

    @Test
    void aMistypedRecipientIsRefused() {
        shell.run(opened("key", "add", "--recipient", "varve-recipient-AAAA"))
                .failed(ExitCode.USAGE, "recipient");
    }
}
