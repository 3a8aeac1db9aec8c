package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Sizes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve demo`
final class DemoCommand implements Command {
    /// Folders that most machines have, most telling first.
    private static final List<String> USUAL =
            List.of("/usr/share/doc", "/usr/share/man", "/etc", "/usr/share");

    @Override
    public CommandSpec spec() {
        return new SpecBuilder("demo", "[DIR]", "Show the whole story on this machine's own files.")
                .about(
                        "Copies some files of DIR to a temporary folder and there makes a",
                        "pool, imports, takes snapshots, changes files, sends, receives,",
                        "restores, compares and checks; then ships to a bucket, loses the",
                        "pool and restores from there. Each step is shown as the command you",
                        "would type. All of it is removed again.",
                        "With --serve-s3 only the demo's S3 server is started: it prints what",
                        "to put in the environment and serves DIR, in which each directory is",
                        "a bucket ('demo' is made), until its standard input ends. For trials:",
                        "it syncs nothing to disk.")
                .value("DIR", "Start only the S3 server, on a free port.", "--serve-s3")
                .operand("DIR", "0..1", "Whose files to take; default: one every machine has.")
                .example("varve demo", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException, InterruptedException {
        Optional<String> served = call.value("--serve-s3");
        if (served.isPresent()) {
            return serve(call, served.get());
        }
        Output output = call.output();
        Path source = source(call.operand(0));
        long startNanos = System.nanoTime();
        Path directory = Files.createTempDirectory("varve-demo");
        DemoStage stage = new DemoStage(call, directory);
        try {
            play(stage, source);
            playBucket(stage);
        } finally {
            DemoFiles.delete(directory);
        }
        long nanos = System.nanoTime() - startNanos;
        if (output.isJson()) {
            try (JsonWriter json = output.json("demo")) {
                json.startArray("steps");
                for (DemoStage.Step step : stage.steps()) {
                    json.startObject()
                            .field("command", step.command())
                            .field("seconds", step.nanos() / 1e9)
                            .endObject();
                }
                json.endArray().field("seconds", nanos / 1e9).end();
            }
        }
        output.say("");
        output.say(
                "That was it, in " + Sizes.seconds(nanos) + ". " + directory + " is gone again.");
        return ExitCode.OK;
    }

    private static void playBucket(DemoStage stage) throws IOException, InterruptedException {
        stage.say("# Off this machine: a pool in a bucket, of an S3 server started for this demo.");
        try (DemoServer server = DemoServer.start(stage.file("s3"))) {
            stage.export(server.environment());
            String bucket = "s3://" + DemoServer.BUCKET + "/pool";
            stage.varve("-P", bucket, "init", "--plain");
            stage.pipe(
                    List.of("-P", "@pool", "send", "/snaps/docs.1"),
                    List.of("-P", bucket, "receive", "/in"));
            stage.pipe(
                    List.of("-P", "@pool", "send", "-p", "/snaps/docs.1", "/snaps/docs.2"),
                    List.of("-P", bucket, "receive", "/in"));

            stage.say("# The local pools are lost. Everything comes back from the bucket.");
            stage.shell(
                    "rm -r pool other",
                    () -> {
                        DemoFiles.delete(stage.file("pool"));
                        DemoFiles.delete(stage.file("other"));
                        return "";
                    });
            stage.varve("-P", bucket, "snapshots");
            stage.varve("-P", bucket, "restore", "/in/docs.2", "@again");
            stage.shell(
                    "diff -r docs again && echo identical",
                    () -> DemoFiles.compare(stage.file("docs"), stage.file("again")));
        }
    }

    /// Only the S3 server, until standard input ends.
    private static ExitCode serve(Invocation call, String named) throws IOException {
        try (DemoServer server = DemoServer.start(Invocation.localPath(named))) {
            for (var variable : server.environment().entrySet()) {
                call.output().line("export " + variable.getKey() + "=" + variable.getValue());
            }
            call.output().flush();
            call.console().in().transferTo(OutputStream.nullOutputStream());
        }
        return ExitCode.OK;
    }

    private static Path source(Optional<String> named) throws IOException {
        if (named.isPresent()) {
            Path source = Invocation.localPath(named.get());
            if (!Files.exists(source)) {
                throw new NoSuchFileException(source.toString());
            }
            if (!Files.isDirectory(source)) {
                throw new NotDirectoryException(source.toString());
            }
            return source;
        }
        return USUAL.stream()
                .map(Path::of)
                .filter(Files::isReadable)
                .findFirst()
                .orElseThrow(() -> new NoSuchFileException(USUAL.getFirst()));
    }

    private static void play(DemoStage stage, Path source)
            throws IOException, InterruptedException {
        stage.say("# A folder of this machine's own files to play with.");
        stage.shell("cp -a " + source + " docs", () -> DemoFiles.copy(source, stage.file("docs")));

        stage.say("# A pool is a directory; its subvolumes and snapshots live inside.");
        stage.varve("-P", "@pool", "init");
        stage.varve("-P", "@pool", "import", "@docs", "/docs");
        stage.varve("-P", "@pool", "subvolume", "snapshot", "-r", "/docs", "/snaps/docs.1");

        stage.say(
                "# Life goes on: files change, move and vanish. Importing again reads only those.");
        stage.shell(
                "echo changed >> docs/...; mv docs/... docs/moved; rm docs/...",
                () -> DemoFiles.change(stage.file("docs")));
        stage.varve("-P", "@pool", "import", "@docs", "/docs");
        stage.varve("-P", "@pool", "subvolume", "snapshot", "-r", "/docs", "/snaps/docs.2");
        stage.varve("-P", "@pool", "diff", "/snaps/docs.1", "/snaps/docs.2");
        stage.varve("-P", "@pool", "snapshots");

        stage.say("# Ship it: a btrfs send stream, into another pool or a stock btrfs receive.");
        stage.varve("-P", "@other", "init");
        stage.pipe(
                List.of("-P", "@pool", "send", "/snaps/docs.1"),
                List.of("-P", "@other", "receive", "/in"));
        stage.pipe(
                List.of("-P", "@pool", "send", "-p", "/snaps/docs.1", "/snaps/docs.2"),
                List.of("-P", "@other", "receive", "/in"));

        stage.say("# Get it back, from the copy, and compare with what there was.");
        stage.varve("-P", "@other", "restore", "/in/docs.2", "@restored");
        stage.shell(
                "diff -r docs restored && echo identical",
                () -> DemoFiles.compare(stage.file("docs"), stage.file("restored")));
        stage.varve("-P", "@pool", "du", "-s", "/docs", "/snaps");
        stage.varve("-P", "@pool", "check", "--read-data");
    }
}
