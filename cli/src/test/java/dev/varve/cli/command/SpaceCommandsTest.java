package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceCommandsTest {
    private static final int FILE_BYTES = 400_000;

    @TempDir Path directory;

    private Path source = Path.of("");
    private Shell shell = Shell.withoutPool();

    @BeforeEach
    void makeSnapshots() throws IOException {
        source = Files.createDirectory(directory.resolve("source"));
        shell = Shell.onNewPool(directory.resolve("pool"));
        for (int day = 1; day <= 4; day++) {
            byte[] content = new byte[FILE_BYTES];
            new Random(day).nextBytes(content);
            Files.write(source.resolve("changing"), content);
            Files.writeString(source.resolve("text"), "all the same\n".repeat(20_000));
            shell.ok("import", source.toString(), "/docs");
            shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs." + day);
        }
    }

    private long packBytes() throws IOException {
        try (var files = Files.walk(directory.resolve("pool/packs"))) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }

    private static long number(String json, String field) {
        String after = json.substring(json.indexOf("\"" + field + "\":") + field.length() + 3);
        return Long.parseLong(after.split("[,}]", 2)[0]);
    }

    @Test
    void whatDeleteForetellsIsWhatReclaimGivesBack() throws IOException {
        shell.ok("reclaim", "--grace", "0", "--max-unused", "0");
        long before = packBytes();
        String told =
                shell.ok("subvolume", "delete", "-n", "/snaps/docs.1", "/snaps/docs.2", "--json")
                        .out();
        shell.ok("subvolume", "delete", "/snaps/docs.1", "/snaps/docs.2");
        shell.ok("reclaim", "--grace", "0", "--max-unused", "0");

        long frees = number(told, "frees_bytes");
        assertTrue(frees > 2 * FILE_BYTES, told);
        assertTrue(Math.abs(before - packBytes() - frees) < 20_000, before + " - " + packBytes());
        assertTrue(shell.ok("check", "--read-data").out().contains("0 errors, 0 warnings"));
    }

    @Test
    void aDeletedSubvolumeIsListedAndComesBack() {
        shell.ok("subvolume", "delete", "/snaps/docs.1");
        shell.ok("subvolume", "sync");
        assertTrue(shell.ok("undelete").out().endsWith("  /snaps/docs.1\n"));

        shell.ok("undelete", "/snaps/docs.1", "/found/again");

        assertEquals("", shell.ok("undelete").out());
        assertEquals("changing\ntext\n", shell.ok("ls", "/found/again").out());
        shell.ok("subvolume", "delete", "/found/again");
        shell.ok("subvolume", "sync", "--grace", "0");
        shell.run("undelete", "/found/again").failed(ExitCode.ERROR, "/found/again");
    }

    @Test
    void duOfSubvolumesTellsWhatEachHoldsAlone() {
        List<String> lines =
                shell.ok("du", "-sb", "/snaps/docs.2", "/snaps/docs.4", "/docs").lines();

        assertEquals("     Total  Exclusive     Shared  Subvolume", lines.getFirst());
        String[] second = lines.get(1).strip().split(" +");
        assertTrue(Long.parseLong(second[1]) > FILE_BYTES, lines.get(1));
        assertEquals(
                Long.parseLong(second[0]), Long.parseLong(second[1]) + Long.parseLong(second[2]));
        // The last snapshot and its source share all.
        assertEquals("0", lines.get(2).strip().split(" +")[1]);
        assertEquals(7, shell.ok("du", "--subvolumes").lines().size());
        assertTrue(
                shell.ok("subvolume", "show", "-s", "/snaps/docs.2")
                        .out()
                        .contains("Usage exclusive:"));
        assertFalse(shell.ok("subvolume", "show", "/snaps/docs.2").out().contains("Usage"));
    }

    @Test
    void usageAndCompsizeTellWhatIsStored() {
        String usage = shell.ok("filesystem", "usage", "--json").out();
        assertTrue(number(usage, "stored_bytes") > 4 * FILE_BYTES, usage);
        assertTrue(shell.ok("filesystem", "usage").out().contains("Data: Size:"));
        assertTrue(shell.ok("filesystem", "df").out().startsWith("Data: total="));

        List<String> lines =
                shell.ok("filesystem", "compsize", "-b", "/docs", "/snaps/docs.4").lines();

        assertTrue(lines.getFirst().startsWith("Processed 4 files, "), lines.getFirst());
        String[] none = lines.get(3).split(" +");
        assertEquals("none", none[0]);
        assertEquals("100%", none[1]);
        assertEquals(FILE_BYTES, Long.parseLong(none[2]));
        assertEquals(2L * FILE_BYTES, Long.parseLong(none[4]));
        String[] zstd = lines.get(4).split(" +");
        assertEquals("zstd", zstd[0]);
        assertTrue(Long.parseLong(zstd[2]) < 10_000, lines.get(4));
    }

    @Test
    void reclaimSaysWhatItWouldDoAndRefusesNonsense() throws IOException {
        long before = packBytes();
        String told = shell.ok("reclaim", "-n", "--grace", "0", "--max-unused", "0").out();
        assertTrue(told.contains("Would have copied"), told);
        assertEquals(before, packBytes());
        shell.run("reclaim", "--grace", "soon").failed(ExitCode.USAGE, "--grace", "soon");
        shell.run("reclaim", "--max-unused", "101").failed(ExitCode.USAGE, "101");
        shell.ok("reclaim", "-dusage=50", "-musage=50", "--limit-rate", "100M");
        assertTrue(shell.ok("check", "--read-data").out().contains("0 errors, 0 warnings"));
    }
}
