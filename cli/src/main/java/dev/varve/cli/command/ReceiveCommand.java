package dev.varve.cli.command;

import dev.varve.cli.output.Console;
import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.LineStream;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.output.RawText;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.model.FileName;
import dev.varve.receive.DirectoryReceiver;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.ReceiveProgress;
import dev.varve.receive.ReceivedSubvolume;
import dev.varve.receive.Receiver;
import dev.varve.stream.ResumeToken;
import dev.varve.stream.StreamDump;
import dev.varve.stream.StreamReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;

/// `varve receive`
final class ReceiveCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "receive",
                        "[-f FILE] [-e] [-E N] [--nested] [--resume TOKEN] PATH | --to-directory DIR"
                                + " | --dump | --status | --abort TOKEN",
                        "Receive subvolumes from a send stream.")
                .about(
                        "Reads what varve send or btrfs send wrote from standard input, as btrfs",
                        "receive does, and makes each subvolume of it anew as PATH/NAME, under the",
                        "stream's own name. Missing directories of PATH are made.",
                        "",
                        "A subvolume appears when all of it has come: read-only, its received UUID",
                        "set, in one commit. Receiving fails when the name exists, or when the",
                        "parent of an incremental stream is not here or was made writable since it",
                        "was received. A stream that cannot be applied leaves nothing; the error",
                        "names the command, its place in the stream and its path. Everything stays",
                        "inside the subvolume: no .., no absolute path, no following of symbolic",
                        "links, no clone from elsewhere.",
                        "",
                        "Unlike btrfs receive, inode numbers, change and creation times, file",
                        "attributes and holes are kept, and nothing needs root. A receive that is",
                        "cut short is kept, hidden from readers, and goes on with --resume. It is",
                        "committed every 48 MiB, so even a crash loses no more than that.")
                .value("FILE", "Read the stream from FILE instead of standard input.", "-f")
                .flag("Terminate after an end command in the stream.", "-e")
                .number(
                        "N",
                        "Terminate as soon as N commands failed; default 1; 0 is no limit. With"
                                + " errors let pass the received UUID is not set.",
                        "-E",
                        "--max-errors")
                .flag(
                        "PATH may lie in a read-only snapshot: what comes is nested in it, as part"
                                + " of a recursive set.",
                        "--nested")
                .value(
                        "DIR",
                        "Receive into a directory of this machine, on any file system; clones"
                                + " share storage where it has reflinks.",
                        "--to-directory")
                .value("DIR", "With --to-directory: what an increment starts from.", "--parent")
                .value(
                        "TOKEN",
                        "Go on with an unfinished receive. The stream is what varve send"
                                + " --resume-from TOKEN writes, or the whole stream again.",
                        "--resume")
                .flag("Tell the unfinished receives and their tokens.", "--status")
                .value("TOKEN", "Drop an unfinished receive; its UUID will do.", "--abort")
                .flag("Dump the stream's commands, one per line, instead of applying.", "--dump")
                .operand("PATH", "0..1", "A directory in the pool.")
                .example("varve send /snaps/docs.1 | varve -P /other receive /in", "")
                .example("btrfs send /mnt/snap | varve receive /in", "")
                .example("varve receive --dump -f docs.stream", "look at a stream")
                .example(
                        "varve send --resume-from TOKEN -p /snaps/docs.1 /snaps/docs.2 |"
                                + " varve -P /other receive --resume TOKEN /in",
                        "go on after an interruption")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        if (call.has("--status")) {
            return new UnfinishedReceives(call).status();
        }
        if (call.has("--abort")) {
            return new UnfinishedReceives(call).abort(call.value("--abort").orElseThrow());
        }
        Optional<String> file = call.value("-f");
        if (file.isEmpty() && call.console().isTerminal(Console.Stream.IN)) {
            throw new UsageException(
                    "receive: no stream comes from a terminal; pipe one in, or name it with -f");
        }
        try (InputStream in =
                file.isPresent()
                        ? Files.newInputStream(Invocation.localPath(file.get()))
                        : call.console().in()) {
            Optional<ResumeToken> token = token(call, "--resume");
            StreamReader.Options options =
                    StreamReader.Options.defaults().withStopAtEnd(call.has("-e"));
            StreamReader reader =
                    token.isPresent()
                            ? StreamReader.resuming(in, options, token.get())
                            : new StreamReader(in, options);
            return call.has("--dump") ? dump(call, reader) : receive(call, reader, token);
        }
    }

    /// The token that an option was given.
    static Optional<ResumeToken> token(Invocation call, String option) throws UsageException {
        Optional<String> text = call.value(option);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<ResumeToken> token = ResumeToken.parse(text.get());
        if (token.isEmpty()) {
            throw new UsageException(option + ": not a resume token: " + text.get());
        }
        return token;
    }

    private static ExitCode dump(Invocation call, StreamReader reader) throws IOException {
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("receive")) {
                json.startArray("commands");
                OutputStream lines = new LineStream(json::element);
                new StreamDump(lines, call.console().clock().getZone()).print(reader);
                json.endArray().end();
            }
        } else {
            new StreamDump(output.bytes(), call.console().clock().getZone()).print(reader);
        }
        return ExitCode.OK;
    }

    private static ExitCode receive(
            Invocation call, StreamReader reader, Optional<ResumeToken> token) throws IOException {
        Optional<String> directory = call.value("--to-directory");
        List<ReceivedSubvolume> received;
        String prefix;
        try (Progress progress = call.output().progress("receiving")) {
            Consumer<ReceiveProgress> told = progressOf(call, progress);
            if (directory.isPresent()) {
                prefix = directory.get().endsWith("/") ? directory.get() : directory.get() + "/";
                received = toDirectory(call, reader, token, told);
            } else {
                PoolPath path = call.path(0);
                prefix = path.isRoot() ? "/" : path + "/";
                received = toPool(call, reader, token, told);
            }
        }
        report(call.output(), "receive", prefix, received);
        boolean isPartial =
                received.stream().anyMatch(one -> !one.isComplete() || !one.leftOut().isEmpty());
        return ExitCode.partialIf(isPartial);
    }

    private static Consumer<ReceiveProgress> progressOf(Invocation call, Progress progress) {
        return new Consumer<>() {
            private Optional<ResumeToken> last = Optional.empty();

            @Override
            public void accept(ReceiveProgress at) {
                progress.update(at.commands(), at.streamBytes(), 0);
                if (!at.kept().equals(last)) {
                    last = at.kept();
                    last.ifPresent(token ->
                            call.output()
                                    .streamProgress(
                                            "receive", token.offsetBytes(), token.toString()));
                }
                call.leavesWayOn(
                        last.map(token ->
                                "what came is kept; go on with send --resume-from TOKEN and receive"
                                        + " --resume TOKEN: "
                                        + token));
            }
        };
    }

    private static List<ReceivedSubvolume> toPool(
            Invocation call,
            StreamReader reader,
            Optional<ResumeToken> token,
            Consumer<ReceiveProgress> progress)
            throws IOException {
        List<FileName> path = call.path(0).names();
        try (PoolSession session = call.openPool()) {
            call.watch(session);
            Receiver receiver = new Receiver(session.pool(), options(call));
            return token.isPresent()
                    ? receiver.resume(reader, token.get(), path, progress)
                    : receiver.receive(reader, path, progress);
        }
    }

    private static List<ReceivedSubvolume> toDirectory(
            Invocation call,
            StreamReader reader,
            Optional<ResumeToken> token,
            Consumer<ReceiveProgress> progress)
            throws IOException {
        if (call.operand(0).isPresent()) {
            throw new UsageException(
                    "receive: into a path of the pool or --to-directory, not both");
        }
        Path directory = Invocation.localPath(call.value("--to-directory").orElseThrow());
        Optional<String> parent = call.value("--parent");
        Optional<Path> parentPath =
                parent.isPresent()
                        ? Optional.of(Invocation.localPath(parent.get()))
                        : Optional.empty();
        DirectoryReceiver receiver = new DirectoryReceiver(options(call), parentPath);
        return token.isPresent()
                ? receiver.resume(reader, token.get(), directory, progress)
                : receiver.receive(reader, directory, progress);
    }

    private static ReceiveOptions options(Invocation call) throws UsageException {
        long errors = call.number("--max-errors", 1);
        if (errors < 0 || errors > Integer.MAX_VALUE) {
            throw new UsageException("-E: not a number of errors: " + errors);
        }
        return ReceiveOptions.with(call.console().clock())
                .withMaxErrors((int) errors)
                .withNesting(call.has("--nested"))
                .withKeepEveryBytes(ReceiveOptions.DEFAULT_KEEP_EVERY_BYTES);
    }

    /// Says what was received.
    static void report(
            Output output, String command, String prefix, List<ReceivedSubvolume> received)
            throws IOException {
        for (ReceivedSubvolume one : received) {
            output.say("At subvol " + prefix + RawText.decode(one.name().bytes()));
            for (IOException error : one.errors()) {
                output.error("varve: " + prefix + one.name() + ": " + error.getMessage());
            }
            for (String leftOut : one.leftOut()) {
                output.error("varve: " + prefix + one.name() + ": " + leftOut);
            }
        }
        if (!output.isJson()) {
            return;
        }
        try (JsonWriter json = output.json(command)) {
            json.startArray("received");
            for (ReceivedSubvolume one : received) {
                json.startObject()
                        .field("path", prefix + RawText.decode(one.name().bytes()))
                        .field("uuid", one.uuid().toString())
                        .field("parent_uuid", one.parent())
                        .field("commands", one.commands())
                        .field("complete", one.isComplete())
                        .startArray("errors");
                for (IOException error : one.errors()) {
                    json.element(String.valueOf(error.getMessage()));
                }
                json.endArray().startArray("left_out");
                for (String leftOut : one.leftOut()) {
                    json.element(leftOut);
                }
                json.endArray().endObject();
            }
            json.endArray().end();
        }
    }
}
