package dev.varve.cli;

import dev.varve.cli.command.CommandTrees;
import dev.varve.cli.command.DemoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the launcher runs once, its output thrown away, to fill its start-up cache: every command's
/// model, and the common commands on a small pool; with `-bucket` also on one in a bucket. One that
/// fails only stays cold.
public final class Training {
    private static final String BUCKET = "-bucket";

    private Training() {}

    public static void main(String[] argv) throws IOException {
        CommandTrees.build();
        Path directory = Files.createTempDirectory("varve-training");
        try {
            train(directory);
            if (List.of(argv).contains(BUCKET)) {
                trainBucket(directory);
            }
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
        String sealed = directory.resolve("sealed").toString();
        Map<String, String> environment = withPassphrase();
        run(environment, "init", "--sealed", sealed);
        run(environment, "-P", sealed, "import", source.toString(), "/docs");
        run(environment, "-P", sealed, "ls", "/docs");
    }

    private static Map<String, String> withPassphrase() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("VARVE_PASSPHRASE", "training");
        return environment;
    }

    private static void trainBucket(Path directory) throws IOException {
        try (DemoServer server = DemoServer.start(directory.resolve("s3"))) {
            Map<String, String> environment = withPassphrase();
            environment.putAll(server.environment());
            environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
            environment.put("VARVE_POOL", "s3://" + DemoServer.BUCKET + "/pool");
            run(environment, "init");
            run(environment, "backup", "--name", "docs", directory.resolve("source").toString());
            run(environment, "snapshots");
            run(environment, "restore", "/docs", directory.resolve("from-bucket").toString());
            run(environment, "reclaim", "--grace", "0");
        }
    }

    private static void run(String... argv) {
        run(System.getenv(), argv);
    }

    private static void run(Map<String, String> environment, String... argv) {
        var _ = Main.run(List.of(argv), Main.processConsole().with(environment));
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
