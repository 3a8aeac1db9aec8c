package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import dev.varve.cli.Shell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Scrub, repair, rescue, and what is still to be had from a damaged pool.
class CareCommandsTest {
    private static final int BLOCK_BYTES = 131_072;

    @TempDir Path folder;

    private Path pool = Path.of("");
    private Path source = Path.of("");
    private Shell shell = Shell.withoutPool();
    private final byte[] big = new byte[3 * BLOCK_BYTES];

    @BeforeEach
    void makePool() throws IOException {
        pool = folder.resolve("pool");
        source = folder.resolve("source");
        Files.createDirectories(source.resolve("dir"));
        new Random(1).nextBytes(big);
        Files.write(source.resolve("dir/big"), big);
        Files.writeString(source.resolve("small"), "sound");
        shell = Shell.onNewPool(pool);
        shell.ok("import", source.toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snap");
    }

    private List<Path> objects(String kind) throws IOException {
        try (Stream<Path> files = Files.walk(pool.resolve(kind))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void flip(Path file, int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[offset] ^= 1;
        Files.write(file, bytes);
    }

    /// The largest object holds the content of `big`.
    private Path dataPack() throws IOException {
        return objects("packs").stream()
                .max(Comparator.comparing(file -> file.toFile().length()))
                .orElseThrow();
    }

    @Test
    void aScrubTellsInBtrfssWordsThatNothingIsDamaged() {
        assertTrue(shell.ok("scrub", "status").out().contains("no stats available"));
        Result scrub = shell.ok("scrub", "start", "-B");
        assertTrue(scrub.out().contains("Status:           finished"), scrub.out());
        assertTrue(scrub.out().contains("Error summary:    no errors found"), scrub.out());
        assertEquals(scrub.out(), shell.ok("scrub", "status").out());
        assertTrue(shell.ok("scrub", "resume").out().contains("nothing to resume"));
        assertEquals(ExitCode.ERROR, shell.run("scrub", "cancel").code());
    }

    @Test
    void aScrubFindsDamageAndExitsSo() throws IOException {
        flip(dataPack(), 100);
        Result scrub = shell.run("scrub", "start");
        assertEquals(ExitCode.CORRUPT, scrub.code());
        assertTrue(scrub.out().contains("csum=1"), scrub.out());
        String json = shell.run("scrub", "start", "--json").out();
        assertTrue(json.contains("\"errors\":1"), json);
        assertTrue(json.contains("\"kind\":\"damaged_object\""), json);
    }

    @Test
    void aScrubsOptionsAreChecked() {
        shell.run("scrub", "start", "--sample", "0%").failed(ExitCode.USAGE, "--sample");
        shell.run("scrub", "start", "--sample", "101").failed(ExitCode.USAGE, "--sample");
        shell.run("scrub", "start", "--max-age", "soon").failed(ExitCode.USAGE, "--max-age");
        shell.run("scrub", "start", "--limit-rate", "-1").failed(ExitCode.USAGE, "--limit-rate");
        shell.ok("scrub", "start", "--sample", "0.5%", "--max-age", "30d", "--limit-rate", "9G");
    }

    @Test
    void aDamagedNewestHeadIsMendedFromTheOlderOne() throws IOException {
        flip(objects("heads").getLast(), 40);
        shell.run("ls", "/").failed(ExitCode.CORRUPT, "heads/");
        Result dry = shell.run("check", "--repair", "-n");
        assertEquals(ExitCode.CORRUPT, dry.code());
        assertTrue(dry.out().contains("would mend: heads/"), dry.out());
        Result repair = shell.ok("check", "--repair");
        assertTrue(repair.out().contains("mended: heads/"), repair.out());
        assertEquals("docs\n", shell.ok("ls", "/").out());
        assertTrue(shell.ok("check", "--repair", "--json").out().contains("\"steps\":[]"));
        assertEquals(1, objects("damaged").size());
    }

    @Test
    void dryRunGoesWithRepairOnly() {
        shell.run("check", "-n").failed(ExitCode.USAGE, "--repair");
    }

    @Test
    void aPoolWithoutHeadsIsRescued() throws IOException {
        for (Path head : objects("heads")) {
            Files.delete(head);
        }
        Files.delete(pool.resolve("pool"));
        shell.run("ls", "/").failed(ExitCode.NOT_THERE, "pool");
        assertTrue(shell.run("rescue", "-n").out().contains("would mend: heads"));
        shell.ok("rescue");
        assertEquals("docs\nsnap\n", shell.ok("ls", "/").out());
        assertArrayEquals(big, shell.ok("cat", "/snap/dir/big").bytes());
        shell.ok("check", "--read-data");
        assertTrue(shell.ok("rescue").out().contains("Nothing to mend"));
    }

    @Test
    void aDamagedFileIsReadAround() throws IOException {
        flip(dataPack(), 100);
        shell.run("cat", "/snap/dir/big").failed(ExitCode.CORRUPT, "packs/");
        Result cat = shell.run("cat", "--keep-going", "/snap/dir/big");
        assertEquals(ExitCode.PARTIAL, cat.code());
        Matcher lost =
                Pattern.compile("/snap/dir/big: ([0-9]+) bytes of zeros at offset 0")
                        .matcher(cat.err());
        assertTrue(lost.find(), cat.err());
        byte[] zeroed = big.clone();
        Arrays.fill(zeroed, 0, Integer.parseInt(lost.group(1)), (byte) 0);
        assertArrayEquals(zeroed, cat.bytes());
        Path target = folder.resolve("target");
        Result restore = shell.run("restore", "--keep-going", "/snap", target.toString());
        assertEquals(ExitCode.PARTIAL, restore.code());
        assertArrayEquals(zeroed, Files.readAllBytes(target.resolve("dir/big")));
        assertEquals("sound", Files.readString(target.resolve("small")));
        assertTrue(restore.err().contains("/snap/dir/big"), restore.err());
    }

    @Test
    void aSoundFileIsReadWithoutAWordUnderKeepGoing() {
        Result cat = shell.ok("cat", "--keep-going", "/snap/dir/big");
        assertArrayEquals(big, cat.bytes());
        assertEquals("", cat.err());
    }

    @Test
    void whatIsStoredCanBeLookedAt() throws IOException {
        String head = shell.ok("inspect-internal", "dump-head").out();
        assertTrue(head.contains("packs_tree root "), head);
        String name = dataPack().getFileName().toString();
        List<String> pack = shell.ok("inspect-internal", "dump-pack", name).lines();
        assertTrue(pack.get(2).startsWith("slot block " + name + ":0 offset 40 "), pack.get(2));
        String roots = shell.ok("inspect-internal", "dump-tree").out();
        assertTrue(roots.contains("type SUBVOLUME"), roots);
        String tree = shell.ok("inspect-internal", "dump-tree", "-t", "256").out();
        assertTrue(tree.contains("value inode 257 name dir"), tree);
        assertTrue(
                shell.ok("inspect-internal", "dump-tree", "-t", "packs")
                        .out()
                        .contains("kind data"));
        shell.ok("inspect-internal", "dump-tree", "-t", "counts", "--json");
        shell.run("inspect-internal", "dump-tree", "-t", "x").failed(ExitCode.USAGE, "'x'");
        List<String> owners = shell.ok("inspect-internal", "logical-resolve", name + ":0").lines();
        assertEquals(2, owners.size(), owners::toString);
        assertTrue(owners.getFirst().startsWith("file subvolume /docs path /dir/big "));
        assertTrue(owners.getLast().startsWith("file subvolume /snap path /dir/big "));
        shell.run("inspect-internal", "logical-resolve", "7").failed(ExitCode.USAGE, "7");
        assertEquals("/snap\n", shell.ok("inspect-internal", "subvolid-resolve", "257").out());
        String inode = owners.getFirst().replaceAll(".* inode ([0-9]+) .*", "$1");
        assertEquals(
                "/docs/dir/big\n",
                shell.ok("inspect-internal", "inode-resolve", inode, "/docs").out());
    }

    @Test
    void importingAFileAgainHealsIt() throws IOException {
        flip(dataPack(), 100);
        Files.write(source.resolve("dir/big"), big);
        // A content with the same id would be taken for there.
        shell.ok("property", "set", "/docs", "dedup", "off");
        shell.ok("import", source.toString(), "/docs");
        assertArrayEquals(big, shell.ok("cat", "/docs/dir/big").bytes());
        shell.run("cat", "/snap/dir/big").failed(ExitCode.CORRUPT, "packs/");
    }

    @Test
    void aDamagedFileCanBeReplacedAndDeleted() throws IOException {
        flip(dataPack(), 100);
        Files.write(source.resolve("dir/big"), new byte[] {1});
        shell.ok("import", source.toString(), "/docs");
        assertEquals(1, shell.ok("cat", "/docs/dir/big").bytes().length);
        shell.ok("subvolume", "delete", "/snap");
        shell.ok("subvolume", "sync", "--grace", "0");
        Result check = shell.run("check", "--read-data");
        assertEquals(ExitCode.OK, check.code(), () -> check.out() + check.err());
        assertFalse(check.out().contains("lost"), check.out());
    }
}
