package dev.varve.cli.command;

import dev.varve.cli.pool.UsageException;
import java.util.ArrayList;
import java.util.List;

/// What argv asks for: the words of a command or group, and everything else. Options that every
/// command has may stand before the words; like btrfs-progs, a word may be cut short as long as it
/// stays unambiguous (`sub snap`).
///
/// @param words full words, empty if there were none
/// @param arguments the options and operands, those from before the words first
record Request(String words, List<String> arguments) {
    private static final List<String> FLAGS =
            List.of("--json", "-q", "--quiet", "-v", "--verbose", "-h", "--help", "--version");

    private static final List<String> VALUED =
            List.of(
                    "-P",
                    "--pool",
                    "--passphrase-file",
                    "--passphrase-command",
                    "--key-file",
                    "--identity");

    /// @throws UsageException if a word names no command
    static Request of(List<String> argv) throws UsageException {
        List<String> arguments = new ArrayList<>();
        String words = "";
        int at = 0;
        while (at < argv.size()) {
            String arg = argv.get(at);
            if (!arg.startsWith("-")) {
                words = words.isEmpty() ? word("", arg) : words + " " + word(words, arg);
                at++;
                if (!CommandTable.isGroup(words)) {
                    break;
                }
            } else {
                at += option(argv, at, arguments);
            }
        }
        arguments.addAll(argv.subList(at, argv.size()));
        return new Request(words, arguments);
    }

    /// Takes over one option that stands before the words.
    ///
    /// @return how many arguments it is
    private static int option(List<String> argv, int at, List<String> arguments)
            throws UsageException {
        String option = argv.get(at);
        boolean hasValueApart = VALUED.contains(option);
        boolean hasValueWithin =
                VALUED.stream().anyMatch(valued -> option.startsWith(valued + "="))
                        || (option.startsWith("-P") && !hasValueApart);
        if (!hasValueApart && !hasValueWithin && !FLAGS.contains(option)) {
            throw new UsageException("unknown option '" + option + "' before the command");
        }
        int count = hasValueApart ? 2 : 1;
        if (at + count > argv.size()) {
            throw new UsageException(option + " needs a value");
        }
        // Only the long names are every command's.
        arguments.add(
                switch (option) {
                    case "-q" -> "--quiet";
                    case "-v" -> "--verbose";
                    case "-h" -> "--help";
                    default -> option;
                });
        if (hasValueApart) {
            arguments.add(argv.get(at + 1));
        }
        return count;
    }

    private static String word(String group, String typed) throws UsageException {
        String hidden = "generate-man";
        if (group.isEmpty() && typed.equals(hidden)) {
            return hidden;
        }
        List<String> words = CommandTable.wordsIn(group);
        if (words.contains(typed)) {
            return typed;
        }
        List<String> fitting =
                typed.isEmpty()
                        ? List.of()
                        : words.stream().filter(word -> word.startsWith(typed)).toList();
        if (fitting.size() == 1) {
            return fitting.getFirst();
        }
        String named = (group + " " + typed).strip();
        throw new UsageException(
                fitting.isEmpty()
                        ? "unknown command '" + named + "'" + meant(group, typed, words)
                        : "'" + named + "' may be " + String.join(", ", fitting));
    }

    private static String meant(String group, String typed, List<String> words) {
        List<String> near = Suggestions.near(typed, words);
        if (near.isEmpty()) {
            return "; varve --help lists all";
        }
        String prefix = group.isEmpty() ? "" : group + " ";
        return "; did you mean '" + prefix + String.join("' or '" + prefix, near) + "'?";
    }
}
