package dev.varve.cli.command;

import dev.varve.cli.output.Console;
import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.LineStream;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.ReceivedSubvolume;
import dev.varve.receive.Receiver;
import dev.varve.stream.StreamDump;
import dev.varve.stream.StreamReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
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
                        "Takes what varve send or btrfs send wrote, from standard input. Each subvolume",
                        "appears complete and read-only as PATH/NAME, under the stream's own name, or",
                        "not at all. Missing parents of PATH become directories.")
                .value("FILE", "Read from a file of this machine.", "-f")
                .flag("Stop at the first end mark.", "-e")
                .number(
                        "N",
                        "Stop after N commands that fail; default 1; 0 never stops.",
                        "-E",
                        "--max-errors")
                .value("DIR", "Receive into a directory of this machine.", "--to-directory")
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
                    "receive: no stream comes from a terminal; pipe one in, or name a file with -f");
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
        List<ReceivedSubvolume> received;
        long generation;
        try (PoolSession session = call.openPool();
                Progress progress = call.output().progress("receiving")) {
            PoolPath path = call.path(0);
            call.watch(session);
            received =
                    new Receiver(session.pool(), options(call))
                            .receive(
                                    reader,
                                    path.names(),
                                    at -> progress.update(at.commands(), at.streamBytes(), 0));
            generation = session.generation();
        }
        report(call.output(), call.path(0), received, generation);
        return ExitCode.partialIf(received.stream().anyMatch(one -> !one.isComplete()));
    }

    private static ReceiveOptions options(Invocation call) throws UsageException {
        long errors = call.number("--max-errors", 1);
        if (errors < 0 || errors > Integer.MAX_VALUE) {
            throw new UsageException("-E: not a number of errors: " + errors);
        }
        return ReceiveOptions.with(call.console().clock()).withMaxErrors((int) errors);
    }

    private static void report(
            Output output, PoolPath path, List<ReceivedSubvolume> received, long generation)
            throws IOException {
        for (ReceivedSubvolume one : received) {
            output.say("At subvol " + path.resolve(one.name()));
            for (IOException error : one.errors()) {
                output.error("varve: " + path.resolve(one.name()) + ": " + error.getMessage());
            }
        }
        if (!output.isJson()) {
            return;
        }
        try (JsonWriter json = output.json("receive")) {
            json.field("generation", generation).startArray("received");
            for (ReceivedSubvolume one : received) {
                json.startObject()
                        .field("path", path.resolve(one.name()).toString())
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
