package dev.varve.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// The models of all commands in one tree, for what is generated from them.
final class SpecTree {
    private SpecTree() {}

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
        if (!root.subcommands().containsKey(word)) {
            root.addSubcommand(word, new CommandLine(CommandSpec.create().name(word)));
        }
        return root.subcommands().get(word).getCommandSpec();
    }
}
