package dev.varve.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// The models of all commands in one tree, for what is generated from them.
public final class CommandTrees {
    private CommandTrees() {}

    /// Builds the model of every command, for the classes that takes.
    public static void build() {
        var _ = commandLine();
    }

    static CommandLine commandLine() {
        CommandSpec root = CommandSpec.create().name("varve");
        for (CommandTable.Entry entry : CommandTable.ENTRIES) {
            String words = entry.words();
            int blank = words.indexOf(' ');
            CommandSpec parent = blank < 0 ? root : group(root, words.substring(0, blank));
            String last = words.substring(blank + 1);
            CommandSpec spec = CommandTable.find(words).orElseThrow().spec().name(last);
            parent.addSubcommand(last, new CommandLine(spec));
        }
        return new CommandLine(root);
    }

    private static CommandSpec group(CommandSpec root, String word) {
        CommandLine known = root.subcommands().get(word);
        if (known != null) {
            return known.getCommandSpec();
        }
        CommandSpec group = CommandSpec.create().name(word);
        root.addSubcommand(word, new CommandLine(group));
        return group;
    }
}
