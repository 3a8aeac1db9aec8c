package dev.varve.cli;

import dev.varve.cli.command.CommandTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What the launcher runs once, its output thrown away, to fill its start-up cache: every command's
/// model, and the common commands on a small pool. One that fails only stays cold.
public final class Training {
    private Training() {}

    public static void main(String[] argv) throws IOException {
        CommandTrees.build();
        Path directory = Files.createTempDirectory("varve-training");
        try {
            train(directory);
        } finally {
            delete(directory);
        }
        // The process's own part: arguments, signals, exit.
        Main.main(new String[] {"--version"});
    }

    private static void train(Path directory) throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        Files.writeString(source.resolve("file"), "text\n");
        String pool = directory.resolve("pool").toString();
        run("--version");
        run("--help");
        run("init", pool);
        run("-P", pool, "subvolume", "create", "/a");
        run("-P", pool, "import", source.toString(), "/docs");
        run("-P", pool, "subvolume", "snapshot", "-r", "/docs", "/snaps/docs.1");
        for (String format : List.of("--quiet", "--json")) {
            run("-P", pool, "subvolume", "list", "/", format);
            run("-P", pool, "subvolume", "show", "/snaps/docs.1", format);
            run("-P", pool, "snapshots", format);
            run("-P", pool, "ls", "-l", "/docs", format);
            run("-P", pool, "stat", "/docs/file", format);
            run("-P", pool, "cat", "/docs/file", format);
            run("-P", pool, "du", format);
            run("-P", pool, "diff", "/docs", "/snaps/docs.1", format);
        }
        run("-P", pool, "send", "-f", directory.resolve("stream").toString(), "/snaps/docs.1");
        run("-P", pool, "receive", "-f", directory.resolve("stream").toString(), "/received");
        run("-P", pool, "restore", "/snaps/docs.1", directory.resolve("restored").toString());
        run("-P", pool, "ls", "/nowhere");
        run("-P", pool, "subvolume", "delete", "/a", "/snaps/docs.1");
        run("-P", pool, "reclaim", "--grace", "0", "--max-unused", "0");
    }

    private static void run(String... argv) {
        var _ = Main.run(List.of(argv), Main.processConsole());
    }

    private static void delete(Path directory) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (var found = Files.walk(directory)) {
            found.forEach(paths::add);
        }
        paths.sort(Comparator.reverseOrder());
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
