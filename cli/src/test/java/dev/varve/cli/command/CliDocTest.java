package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `docs/cli.md` tells the truth.
class CliDocTest {
    private String doc = "";

    @BeforeEach
    void readDoc() throws IOException {
        doc = Files.readString(Path.of("../docs/cli.md"));
    }

    @Test
    void everyCommandIsInTheTable() {
        for (CommandTable.Entry entry : CommandTable.ENTRIES) {
            assertTrue(doc.contains("`" + entry.words() + "`"), entry.words());
        }
    }

    @Test
    void everyExitCodeIsInTheTable() {
        for (ExitCode code : ExitCode.values()) {
            String row = "| " + code.status() + " | `" + code.word() + "` | " + code.meaning();
            assertTrue(doc.contains(row), row);
        }
    }
}
