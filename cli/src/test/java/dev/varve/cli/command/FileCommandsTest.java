package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import dev.varve.cli.output.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `import`, `backup`, and everything that looks at files.
class FileCommandsTest {
    @TempDir Path directory;
    private Path source;
    private Shell shell;

    @BeforeEach
    void makePoolAndSource() throws IOException {
        shell = Shell.onNewPool(directory.resolve("pool"));
        source = Files.createDirectories(directory.resolve("source"));
        Files.createDirectories(source.resolve("dir/deep"));
        Files.writeString(source.resolve("dir/letter.txt"), "one\ntwo\nthree\n");
        Files.createSymbolicLink(source.resolve("link"), Path.of("dir/letter.txt"));
        Files.createLink(source.resolve("other.txt"), source.resolve("dir/letter.txt"));
        Files.write(source.resolve("big"), random(300_000));
        Files.setPosixFilePermissions(
                source.resolve("big"), PosixFilePermissions.fromString("rw-r-----"));
        Files.setLastModifiedTime(
                source.resolve("big"), FileTime.from(Instant.parse("2020-02-02T02:02:02Z")));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    @Test
    void importPutsTheDirectorysContentIntoThePathItself() {
        Shell.Result result = shell.ok("import", source.toString(), "/deep/docs");

        assertTrue(result.out().startsWith("Imported '" + source + "' into '/deep/docs': "));
        assertEquals("big\ndir\nlink\nother.txt\n", shell.ok("ls", "/deep/docs").out());
        assertTrue(shell.ok("subvolume", "list").out().endsWith("path deep/docs\n"));
    }

    @Test
    void importAgainReadsOnlyWhatChanged() throws IOException {
        shell.ok("import", source.toString(), "/docs");
        Files.writeString(source.resolve("dir/new"), "new\n");

        String json = shell.ok("import", source.toString(), "/docs", "--json").out();

        assertTrue(json.contains("\"created\":1,"), json);
        assertTrue(json.contains("\"read_bytes\":4,"), json);
    }

    @Test
    void excludedPathsAreLeftOut() throws IOException {
        Files.writeString(directory.resolve("patterns"), "# comment\n/link\n");

        shell.ok(
                "import",
                source.toString(),
                "/docs",
                "--exclude",
                "*.txt",
                "--exclude-file",
                directory.resolve("patterns").toString());

        assertEquals("/docs/big\n/docs/dir\n/docs/dir/deep\n", shell.ok("ls", "-R", "/docs").out());
    }

    @Test
    void aPoolInsideTheDirectoryIsLeftOut() {
        Shell.Result result = shell.ok("import", directory.toString(), "/all");

        assertTrue(result.err().contains("leaving out the pool itself"), result.err());
        assertEquals("source\n", shell.ok("ls", "/all").out());
    }

    @Test
    void lsShowsModeOwnerSizeAndTime() {
        shell.ok("import", source.toString(), "/docs");

        List<String> lines = shell.ok("ls", "-l", "/docs").lines();

        assertTrue(lines.getFirst().startsWith("-rw-r-----   1 "), lines.getFirst());
        assertTrue(lines.getFirst().endsWith("      300000 2020-02-02 02:02:02 big"));
        assertTrue(lines.get(2).startsWith("lrwxrwxrwx"));
        assertTrue(lines.get(2).endsWith("link -> dir/letter.txt"));
        assertTrue(lines.get(3).startsWith("-rw-r--r--   2 "), lines.get(3));
    }

    @Test
    void aNameThatIsNoUtf8IsPrintedByteForByteAndMaskedOnATerminal() {
        shell.ok("subvolume", "create", "/caf\uDCE9\n");

        assertArrayEquals(
                new byte[] {'c', 'a', 'f', (byte) 0xe9, '\n', '\n'}, shell.ok("ls").bytes());
        assertEquals("caf\uFFFD?\n", shell.withTerminal(Console.Stream.OUT).ok("ls").out());
        assertTrue(shell.ok("ls", "--json").out().contains("\"path_base64\":\"L2NhZukK\""));
        shell.ok("subvolume", "delete", "/caf\uDCE9\n");
    }

    @Test
    void catPrintsContentExactly() {
        shell.ok("import", source.toString(), "/docs");

        assertArrayEquals(random(300_000), shell.ok("cat", "/docs/big").bytes());
        assertEquals(
                "one\ntwo\nthree\none\ntwo\nthree\n",
                shell.ok("cat", "/docs/other.txt", "/docs/dir/letter.txt").out());
        shell.run("cat", "/docs/dir").failed(ExitCode.ERROR, "/docs/dir", "not a regular file");
        assertTrue(
                shell.ok("cat", "--json", "/docs/other.txt")
                        .out()
                        .contains("\"content_base64\":[\"b25lCnR3bwp0aHJlZQo=\"]"));
    }

    @Test
    void statShowsEverything() {
        shell.ok("import", source.toString(), "/docs");

        List<String> lines = shell.ok("stat", "/docs/big").lines();

        assertEquals("  File: /docs/big", lines.getFirst());
        assertEquals("  Size: 300000\tregular file", lines.get(1));
        assertTrue(lines.get(3).startsWith("Access: (0640/-rw-r-----)  Uid: "));
        assertEquals("Modify: 2020-02-02 02:02:02.000000000 +0000", lines.get(5));
        assertTrue(shell.ok("stat", "/docs").out().contains("\tsubvolume\n"));
        assertTrue(shell.ok("stat", "-v", "/docs/big").out().contains("Extent: 0 + "));
    }

    @Test
    void duSumsUpPerDirectory() {
        shell.ok("import", source.toString(), "/docs");

        List<String> lines = shell.ok("du", "-b", "/docs").lines();

        assertTrue(lines.get(1).endsWith("  /docs/dir/deep"), lines.get(1));
        assertEquals(
                List.of("300014", "300028", "7", "/docs"),
                List.of(lines.getLast().strip().split(" +")));
        assertEquals(2, shell.ok("du", "-s", "/docs").lines().size());
    }

    @Test
    void diffTellsWhatHappenedToEachPath() throws IOException {
        Files.writeString(source.resolve("dir/poem"), "one\ntwo\nthree\n");
        shell.ok("import", source.toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/s/1");
        Files.writeString(source.resolve("dir/poem"), "one\n2\nthree\n");
        Files.move(source.resolve("dir/deep"), source.resolve("shallow"));
        Files.delete(source.resolve("link"));
        Files.writeString(source.resolve("new"), "new\n");
        Files.setPosixFilePermissions(
                source.resolve("big"), PosixFilePermissions.fromString("rw-------"));
        shell.ok("import", source.toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/s/2");

        List<String> lines = shell.ok("diff", "/s/1", "/s/2").lines();

        assertEquals(
                List.of("+ /new", "- /link", "M /dir/poem", "R /dir/deep/ -> /shallow/", "U /big"),
                lines.stream().sorted().toList());
        String patch = shell.ok("diff", "-p", "/s/1", "/s/2").out();
        assertTrue(
                patch.contains(
                        "--- a/dir/poem\n+++ b/dir/poem\n"
                                + "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"),
                patch);
        assertTrue(patch.contains("--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+new\n"), patch);
        assertTrue(
                shell.ok("diff", "--json", "/s/1", "/s/2")
                        .out()
                        .contains("{\"kind\":\"renamed\",\"path\":\"/shallow\""));
        assertEquals("", shell.ok("diff", "/s/2", "/s/2").out());
    }

    @Test
    void backupMakesPoolSubvolumeAndSnapshotInOneLine() {
        Shell fresh = Shell.on(directory.resolve("fresh"));

        fresh.ok("backup", source.toString());
        fresh.ok("backup", source.toString(), "--name", "other", "-q");
        Shell.Result again = fresh.ok("backup", source.toString());

        assertTrue(again.out().endsWith("in '/snaps/source.20261123T150817Z-2'\n"), again.out());
        assertEquals(
                List.of(
                        "other.20261123T150817Z",
                        "source.20261123T150817Z",
                        "source.20261123T150817Z-2"),
                fresh.ok("ls", "/snaps").lines());
    }

    @Test
    void aSubvolumeThatIsReadOnlyIsNotImportedInto() {
        shell.ok("import", source.toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snap");

        shell.run("import", source.toString(), "/snap")
                .failed(ExitCode.ERROR, "/snap", "read-only");
    }
}
