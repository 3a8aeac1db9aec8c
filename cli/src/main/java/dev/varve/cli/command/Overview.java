package dev.varve.cli.command;

import dev.varve.cli.output.ClosedOutputException;
import dev.varve.cli.output.Output;
import java.util.List;

/// The list of commands that `varve --help` and `varve subvolume --help` print.
final class Overview {
    private Overview() {}

    static void print(Output output, String group) throws ClosedOutputException {
        List<CommandTable.Entry> entries = CommandTable.in(group);
        int width = entries.stream().mapToInt(entry -> entry.words().length()).max().orElse(0);
        output.line("Usage: varve [-P POOL] " + (group.isEmpty() ? "" : group + " ") + "COMMAND …");
        if (group.isEmpty()) {
            output.line("Snapshots and backups that speak the btrfs send stream.");
        }
        output.line("");
        for (CommandTable.Entry entry : entries) {
            String gap = " ".repeat(width - entry.words().length() + 2);
            output.line("  " + entry.words() + gap + entry.summary());
        }
        output.line("");
        output.line("The pool is named by -P POOL, before or after the command, or by VARVE_POOL.");
        output.line("varve COMMAND --help explains a command; varve demo shows the whole story.");
    }
}
