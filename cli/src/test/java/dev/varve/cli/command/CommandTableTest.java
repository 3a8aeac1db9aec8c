package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

class CommandTableTest {
    private final Shell shell = Shell.withoutPool();

    @Test
    void everyListedCommandExistsUnderItsOwnName() {
        for (CommandTable.Entry entry : CommandTable.ENTRIES) {
            CommandSpec spec = CommandTable.find(entry.words()).orElseThrow().spec();
            assertEquals("varve " + entry.words(), spec.name());
        }
    }

    @Test
    void everyCommandsHelpHasAnExampleAndTakesJsonAndAPool() {
        for (CommandTable.Entry entry : CommandTable.ENTRIES) {
            String[] argv = (entry.words() + " --help").split(" ");
            String help = shell.ok(argv).out();
            assertTrue(help.contains("Usage: varve " + entry.words()), help);
            assertTrue(help.contains("Examples:\n  "), help);
            assertTrue(help.contains("--json"), help);
            assertTrue(help.contains("--pool=POOL"), help);
        }
    }

    @Test
    void theOverviewFitsATerminal() {
        for (String line : shell.ok("--help").lines()) {
            assertTrue(line.length() <= 80, line);
        }
        assertTrue(shell.ok("help", "subvolume").out().contains("subvolume snapshot"));
        assertEquals(
                shell.ok("help", "subvolume", "list").out(),
                shell.ok("subvolume", "list", "--help").out());
    }

    @Test
    void everyCommandHasAManPage(@TempDir Path directory) throws Exception {
        shell.ok("generate-man", directory.toString());

        for (CommandTable.Entry entry : CommandTable.ENTRIES) {
            String name = "varve-" + entry.words().replace(' ', '-') + ".1";
            String page = Files.readString(directory.resolve(name));
            assertTrue(
                    page.contains(".SH SYNOPSIS\nvarve " + entry.words().replace("-", "\\-")),
                    page);
        }
    }

    @Test
    void completionKnowsEveryCommand() {
        String script = shell.ok("completion", "bash").out();

        for (CommandTable.Entry entry : CommandTable.ENTRIES) {
            String word = entry.words().substring(entry.words().indexOf(' ') + 1);
            assertTrue(script.contains(word), word);
        }
        assertTrue(shell.ok("completion", "zsh").out().startsWith("#compdef varve\n"));
        shell.run("completion", "fish").failed(ExitCode.USAGE, "fish");
    }
}
