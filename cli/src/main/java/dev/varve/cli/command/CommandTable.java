package dev.varve.cli.command;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All commands by their words. Only the command that argv names is ever built.
public final class CommandTable {
    /// Every command with the line that the overview shows, in the overview's order.
    static final List<Entry> ENTRIES =
            List.of(
                    new Entry("init", "make an empty pool in a directory"),
                    new Entry("backup", "import a directory and take a snapshot, in one line"),
                    new Entry("import", "make a subvolume equal a directory"),
                    new Entry("snapshots", "list snapshots by time"),
                    new Entry("restore", "put a snapshot, or a path in it, into a directory"),
                    new Entry("ls", "list a directory in the pool"),
                    new Entry("cat", "print a file in the pool"),
                    new Entry("stat", "show everything known of a path in the pool"),
                    new Entry("du", "sum up sizes below a path"),
                    new Entry("diff", "show what differs between two snapshots"),
                    new Entry("find-new", "list files changed since a generation"),
                    new Entry("subvolume create", "make an empty subvolume"),
                    new Entry("subvolume delete", "delete subvolumes and snapshots"),
                    new Entry("subvolume list", "list subvolumes and snapshots"),
                    new Entry("subvolume snapshot", "take a snapshot, alone or recursively"),
                    new Entry("subvolume show", "show what is known of a subvolume"),
                    new Entry("subvolume get-default", "show the default subvolume"),
                    new Entry("subvolume set-default", "choose the default subvolume"),
                    new Entry("subvolume find-new", "list files changed since a generation"),
                    new Entry("subvolume sync", "free the space of deleted subvolumes"),
                    new Entry("filesystem usage", "show what the pool takes and what is in use"),
                    new Entry("filesystem df", "the same in two lines"),
                    new Entry("filesystem compsize", "show what compressed files really take"),
                    new Entry("property get", "show properties of a subvolume"),
                    new Entry("property set", "change a property of a subvolume"),
                    new Entry("property list", "list the properties there are"),
                    new Entry("send", "write snapshots as a btrfs send stream"),
                    new Entry("receive", "apply a btrfs send stream"),
                    new Entry("replicate", "copy snapshots into another pool"),
                    new Entry("archive create", "write snapshots as plain compressed streams"),
                    new Entry("archive list", "list what is in an archive"),
                    new Entry("archive verify", "compare an archive with its checksums"),
                    new Entry("archive restore", "restore archived snapshots"),
                    new Entry("archive prune", "delete snapshots from an archive"),
                    new Entry("export", "write a snapshot as a tar archive"),
                    new Entry("undelete", "list deleted subvolumes, or bring one back"),
                    new Entry("reclaim", "give back the space of what was deleted"),
                    new Entry("key add", "let one more key open a sealed pool"),
                    new Entry("key list", "list what opens a sealed pool"),
                    new Entry("key remove", "let a key open a sealed pool no longer"),
                    new Entry("key passwd", "replace the key that opens the pool"),
                    new Entry("key rotate", "write everything from now on under new keys"),
                    new Entry("key generate", "make an identity and its recipient"),
                    new Entry("check", "verify that everything in the pool agrees"),
                    new Entry("rescue", "find a pool again whose newest head is lost"),
                    new Entry("scrub start", "read everything and compare it with its checksums"),
                    new Entry("scrub status", "show how the last scrub went, or is going"),
                    new Entry("scrub cancel", "ask a running scrub to stop"),
                    new Entry("scrub resume", "go on with a scrub that was stopped"),
                    new Entry("inspect-internal dump-head", "show a head"),
                    new Entry("inspect-internal dump-pack", "show the tables of a pack object"),
                    new Entry("inspect-internal dump-tree", "show the nodes and items of a tree"),
                    new Entry("inspect-internal inode-resolve", "show the paths of an inode"),
                    new Entry(
                            "inspect-internal logical-resolve",
                            "show which files and trees use a block"),
                    new Entry("inspect-internal subvolid-resolve", "show the path of a subvolume"),
                    new Entry("demo", "show the whole story on this machine's own files"),
                    new Entry("completion", "print a completion script for bash or zsh"),
                    new Entry("help", "show help for a command"),
                    new Entry("version", "show the version"));

    private CommandTable() {}

    /// A command's words and its line in the overview.
    record Entry(String words, String summary) {
        boolean isIn(String group) {
            return words.startsWith(group + " ");
        }
    }

    /// Makes the command with exactly these words.
    static Optional<Command> find(String words) {
        return Optional.ofNullable(words.contains(" ") ? ofGroup(words) : single(words));
    }

    private static @Nullable Command single(String words) {
        return switch (words) {
            case "backup" -> new BackupCommand();
            case "cat" -> new CatCommand();
            case "check" -> new CheckCommand();
            case "completion" -> new CompletionCommand();
            case "demo" -> new DemoCommand();
            case "diff" -> new DiffCommand();
            case "du" -> new DuCommand();
            case "export" -> new ExportCommand();
            case "find-new" -> new FindNewCommand(words);
            case "generate-man" -> new GenerateManCommand();
            case "help" -> new HelpCommand();
            case "import" -> new ImportCommand();
            case "init" -> new InitCommand();
            case "ls" -> new LsCommand();
            case "receive" -> new ReceiveCommand();
            case "reclaim" -> new ReclaimCommand();
            case "replicate" -> new ReplicateCommand();
            case "rescue" -> new RescueCommand();
            case "restore" -> new RestoreCommand();
            case "send" -> new SendCommand();
            case "snapshots" -> new SnapshotsCommand();
            case "stat" -> new StatCommand();
            case "undelete" -> new UndeleteCommand();
            case "version" -> new VersionCommand();
            default -> null;
        };
    }

    private static @Nullable Command ofGroup(String words) {
        return switch (words) {
            case "archive create" -> new ArchiveCreateCommand();
            case "archive list" -> new ArchiveListCommand();
            case "archive prune" -> new ArchivePruneCommand();
            case "archive restore" -> new ArchiveRestoreCommand();
            case "archive verify" -> new ArchiveVerifyCommand();
            case "filesystem compsize" -> new CompsizeCommand();
            case "filesystem df", "filesystem usage" -> new FilesystemUsageCommand(words);
            case "inspect-internal dump-head",
                    "inspect-internal dump-pack",
                    "inspect-internal dump-tree",
                    "inspect-internal logical-resolve" ->
                    new InspectDumpCommand(words);
            case InspectResolveCommand.INODE, InspectResolveCommand.SUBVOLUME ->
                    new InspectResolveCommand(words);
            case "key add" -> new KeyAddCommand();
            case "key generate" -> new KeyGenerateCommand();
            case "key list" -> new KeyListCommand();
            case "key passwd" -> new KeyPasswdCommand();
            case "key remove" -> new KeyRemoveCommand();
            case "key rotate" -> new KeyRotateCommand();
            case "property get" -> new PropertyGetCommand();
            case "property list" -> new PropertyListCommand();
            case "property set" -> new PropertySetCommand();
            case "scrub cancel" -> new ScrubCancelCommand();
            case "scrub start", "scrub resume" -> new ScrubRunCommand(words);
            case "scrub status" -> new ScrubStatusCommand();
            case "subvolume create" -> new SubvolumeCreateCommand();
            case "subvolume delete" -> new SubvolumeDeleteCommand();
            case "subvolume find-new" -> new FindNewCommand(words);
            case "subvolume get-default" -> new SubvolumeGetDefaultCommand();
            case "subvolume list" -> new SubvolumeListCommand();
            case "subvolume set-default" -> new SubvolumeSetDefaultCommand();
            case "subvolume show" -> new SubvolumeShowCommand();
            case "subvolume snapshot" -> new SubvolumeSnapshotCommand();
            case "subvolume sync" -> new SubvolumeSyncCommand();
            default -> null;
        };
    }

    /// The words that may follow `group`, which is empty for the first word.
    static List<String> wordsIn(String group) {
        return ENTRIES.stream()
                .filter(entry -> group.isEmpty() || entry.isIn(group))
                .map(entry -> firstWord(entry.words().substring(skip(group))))
                .distinct()
                .toList();
    }

    /// The commands of a group, or all of them.
    static List<Entry> in(String group) {
        return ENTRIES.stream().filter(entry -> group.isEmpty() || entry.isIn(group)).toList();
    }

    static boolean isGroup(String words) {
        return ENTRIES.stream().anyMatch(entry -> entry.isIn(words));
    }

    private static int skip(String group) {
        return group.isEmpty() ? 0 : group.length() + 1;
    }

    private static String firstWord(String words) {
        int blank = words.indexOf(' ');
        return blank < 0 ? words : words.substring(0, blank);
    }
}
