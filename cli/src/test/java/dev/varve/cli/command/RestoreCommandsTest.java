package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import dev.varve.cli.output.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `restore`, `export` and `import --format tar`, and the demo, which uses most of all commands.
class RestoreCommandsTest {
    @TempDir Path directory;
    private Shell shell;

    @BeforeEach
    void makePool() throws IOException {
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.createDirectories(source.resolve("dir"));
        Files.writeString(source.resolve("dir/one"), "one\n");
        Files.writeString(source.resolve("dir/two[x]"), "two\n");
        Files.createSymbolicLink(source.resolve("link"), Path.of("dir/one"));
        shell = Shell.onNewPool(directory.resolve("pool"));
        shell.ok("import", source.toString(), "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs.1");
    }

    private String target() {
        return directory.resolve("target").toString();
    }

    private List<String> restored() throws IOException {
        Path target = directory.resolve("target");
        try (Stream<Path> found = Files.walk(target)) {
            return found.skip(1).map(path -> target.relativize(path).toString()).sorted().toList();
        }
    }

    @Test
    void theContentGoesIntoTheDestinationItself() throws IOException {
        Shell.Result result = shell.ok("restore", "/snaps/docs.1", target());

        assertTrue(result.out().startsWith("Restored '/snaps/docs.1' into '" + target() + "'"));
        assertEquals(List.of("dir", "dir/one", "dir/two[x]", "link"), restored());
        assertEquals("one\n", Files.readString(directory.resolve("target/link")));
    }

    @Test
    void aDestinationThatHoldsSomethingNeedsOverwrite() throws IOException {
        Path own = directory.resolve("target/own");
        Files.createDirectories(own.getParent());
        Files.writeString(own, "mine");

        shell.run("restore", "/docs", target()).failed(ExitCode.ERROR, target(), "--overwrite");
        shell.run("restore", "/docs", target(), "--delete").failed(ExitCode.ERROR, target());
        assertEquals(List.of("own"), restored());

        shell.ok("restore", "/docs", target(), "--overwrite", "never");
        assertEquals("mine", Files.readString(own));
        shell.ok("restore", "/docs", target(), "--overwrite=always", "--delete", "--verify");
        assertEquals(List.of("dir", "dir/one", "dir/two[x]", "link"), restored());
    }

    @Test
    void oneFileGoesIntoTheDestinationUnderItsName() throws IOException {
        shell.ok("restore", "/snaps/docs.1/dir/two[x]", target());

        assertEquals(List.of("two[x]"), restored());
    }

    @Test
    void aDryRunTouchesNothing() {
        String json = shell.ok("restore", "/docs", target(), "-n", "--json").out();

        assertTrue(json.contains("\"dry_run\":true,\"restored\":4,"), json);
        assertFalse(Files.exists(Path.of(target()), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void patternsChooseWhatIsRestored() throws IOException {
        shell.ok("restore", "/docs", target(), "--include", "/dir", "--exclude", "one");

        assertEquals(List.of("dir", "dir/two[x]"), restored());
    }

    @Test
    void anArchiveGoesOutAndComesBackIn() throws IOException {
        byte[] archive = shell.ok("export", "--format", "tar", "/snaps/docs.1").bytes();
        Path file = directory.resolve("docs.tar");
        shell.ok("export", "-f", file.toString(), "/snaps/docs.1", "--json");

        assertEquals(archive.length, Files.size(file));
        Shell.Result piped = shell.pipe(archive, "import", "--format", "tar", "-", "/piped");
        assertEquals(ExitCode.OK, piped.code(), piped.err());
        shell.ok("import", "--format=tar", file.toString(), "/filed");
        for (String path : List.of("/piped", "/filed")) {
            assertEquals("one\n", shell.ok("cat", path + "/dir/one").out());
            assertEquals(5, shell.ok("du", "-sb", path).lines().getLast().split(" +").length);
        }
    }

    @Test
    void whatIsNoArchiveIsRefusedAndLeavesNothing() {
        byte[] garbage = "no tar at all".repeat(100).getBytes(StandardCharsets.UTF_8);

        shell.pipe(garbage, "import", "--format", "tar", "-", "/x")
                .failed(ExitCode.UNSUPPORTED, "tar archive at byte 0");
        assertEquals("docs\nsnaps\n", shell.ok("ls").out());
        shell.run("export", "--format", "zip", "/docs").failed(ExitCode.USAGE, "zip");
        shell.withTerminal(Console.Stream.OUT).run("export", "/docs").failed(ExitCode.USAGE, "-f");
    }

    @Test
    void theDemoPlaysToItsEndAndCleansUp() {
        Shell.Result result = shell.ok("demo", directory.resolve("source").toString());

        assertTrue(result.out().contains("$ varve -P pool import docs /docs\n"), result.out());
        assertTrue(result.out().contains("\n  identical\n"), result.out());
        String last = result.lines().getLast();
        String stage = last.substring(last.indexOf("/"), last.indexOf(" is gone"));
        assertFalse(Files.exists(Path.of(stage)), stage);
    }
}
