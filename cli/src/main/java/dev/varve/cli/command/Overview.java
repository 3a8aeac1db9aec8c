package dev.varve.cli.command;

import dev.varve.cli.output.ClosedOutputException;
import dev.varve.cli.output.Output;
import java.util.List;

/// The list of commands that `varve --help` and `varve subvolume --help` print.
final class Overview {
    /// Longer words have their summaries on the next line.
    private static final int MAX_WIDTH = 24;

    private Overview() {}

    static void print(Output output, String group) throws ClosedOutputException {
        List<CommandTable.Entry> entries = CommandTable.in(group);
        int width =
                entries.stream()
                        .mapToInt(entry -> entry.words().length())
                        .filter(length -> length <= MAX_WIDTH)
                        .max()
                        .orElse(0);
        output.line("Usage: varve [-P POOL] " + (group.isEmpty() ? "" : group + " ") + "COMMAND …");
        if (group.isEmpty()) {
            output.line("Snapshots and backups that speak the btrfs send stream.");
        }
        output.line("");
        for (CommandTable.Entry entry : entries) {
            int length = entry.words().length();
            if (length > width) {
                output.line("  " + entry.words());
                output.line(" ".repeat(width + 4) + entry.summary());
            } else {
                output.line(
                        "  " + entry.words() + " ".repeat(width - length + 2) + entry.summary());
            }
        }
        output.line("");
        output.line("The pool is named by -P POOL, before or after the command, or by VARVE_POOL.");
        output.line("varve COMMAND --help explains a command; varve demo shows the whole story.");
    }
}
