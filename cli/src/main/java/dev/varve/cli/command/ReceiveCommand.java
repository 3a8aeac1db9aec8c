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
import dev.varve.receive.DirectoryReceiver;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.ReceiveProgress;
import dev.varve.receive.ReceivedSubvolume;
import dev.varve.receive.Receiver;
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
                        "[-f FILE] [-e] [-E N] PATH | --to-directory DIR | --dump",
                        "Apply a btrfs send stream.")
                .about(
                        "Takes what varve send or btrfs send wrote, from standard input.",
                        "Each subvolume appears complete and read-only as PATH/NAME, under",
                        "the stream's own name, or not at all. Missing parents of PATH",
                        "become directories.")
                .value("FILE", "Read from a file of this machine.", "-f")
                .flag("Stop at the first end mark.", "-e")
                .number(
                        "N",
                        "Stop after N commands that fail; default 1; 0 never stops.",
                        "-E",
                        "--max-errors")
                .value("DIR", "Receive into a directory of this machine.", "--to-directory")
                .value("DIR", "With --to-directory: what an increment starts from.", "--parent")
                .flag("Print the stream's commands instead of applying them.", "--dump")
                .operand("PATH", "0..1", "A directory in the pool.")
                .example("varve send /snaps/docs.1 | varve -P /other receive /in", "")
                .example("btrfs send /mnt/snap | varve receive /in", "")
                .example("varve receive --dump -f docs.stream", "look at a stream")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Optional<String> file = call.value("-f");
        if (file.isEmpty() && call.console().isTerminal(Console.Stream.IN)) {
            throw new UsageException(
                    "receive: no stream comes from a terminal; pipe one in, or name it with -f");
        }
        try (InputStream in =
                file.isPresent()
                        ? Files.newInputStream(Invocation.localPath(file.get()))
                        : call.console().in()) {
            StreamReader reader = reader(call, in);
            return call.has("--dump") ? dump(call, reader) : receive(call, reader);
        }
    }

    private static StreamReader reader(Invocation call, InputStream in) {
        StreamReader.Options options = StreamReader.Options.defaults();
        return new StreamReader(in, options.withStopAtEnd(call.has("-e")));
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

    private static ExitCode receive(Invocation call, StreamReader reader) throws IOException {
        Optional<String> directory = call.value("--to-directory");
        List<ReceivedSubvolume> received;
        String prefix;
        try (Progress progress = call.output().progress("receiving")) {
            Consumer<ReceiveProgress> told =
                    at -> progress.update(at.commands(), at.streamBytes(), 0);
            if (directory.isPresent()) {
                prefix = directory.get().endsWith("/") ? directory.get() : directory.get() + "/";
                received = toDirectory(call, reader, directory.get(), told);
            } else {
                PoolPath path = call.path(0);
                prefix = path.isRoot() ? "/" : path + "/";
                received = toPool(call, reader, path, told);
            }
        }
        report(call.output(), prefix, received);
        return ExitCode.partialIf(received.stream().anyMatch(one -> !one.isComplete()));
    }

    private static List<ReceivedSubvolume> toPool(
            Invocation call, StreamReader reader, PoolPath path, Consumer<ReceiveProgress> progress)
            throws IOException {
        try (PoolSession session = call.openPool()) {
            call.watch(session);
            return new Receiver(session.pool(), options(call))
                    .receive(reader, path.names(), progress);
        }
    }

    private static List<ReceivedSubvolume> toDirectory(
            Invocation call,
            StreamReader reader,
            String directory,
            Consumer<ReceiveProgress> progress)
            throws IOException {
        if (call.operand(0).isPresent()) {
            throw new UsageException(
                    "receive: into a path of the pool or --to-directory, not both");
        }
        Optional<String> parent = call.value("--parent");
        Optional<Path> parentPath =
                parent.isPresent()
                        ? Optional.of(Invocation.localPath(parent.get()))
                        : Optional.empty();
        return new DirectoryReceiver(options(call), parentPath)
                .receive(reader, Invocation.localPath(directory), progress);
    }

    private static ReceiveOptions options(Invocation call) throws UsageException {
        long errors = call.number("--max-errors", 1);
        if (errors < 0 || errors > Integer.MAX_VALUE) {
            throw new UsageException("-E: not a number of errors: " + errors);
        }
        return ReceiveOptions.with(call.console().clock()).withMaxErrors((int) errors);
    }

    private static void report(Output output, String prefix, List<ReceivedSubvolume> received)
            throws IOException {
        for (ReceivedSubvolume one : received) {
            output.say("At subvol " + prefix + RawText.decode(one.name().bytes()));
            for (IOException error : one.errors()) {
                output.error("varve: " + prefix + one.name() + ": " + error.getMessage());
            }
        }
        if (!output.isJson()) {
            return;
        }
        try (JsonWriter json = output.json("receive")) {
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
                json.endArray().endObject();
            }
            json.endArray().end();
        }
    }
}
