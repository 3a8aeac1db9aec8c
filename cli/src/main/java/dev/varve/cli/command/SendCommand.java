package dev.varve.cli.command;

import dev.varve.cli.btrfs.BtrfsProcess;
import dev.varve.cli.btrfs.KernelSnapshots;
import dev.varve.cli.output.ClosedOutputException;
import dev.varve.cli.output.Console;
import dev.varve.cli.output.CountedStream;
import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.StorageException;
import dev.varve.send.SendJob;
import dev.varve.send.SendOptions;
import dev.varve.send.Sender;
import dev.varve.stream.ResumeToken;
import dev.varve.stream.StreamWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/// `varve send`
final class SendCommand implements Command {
    private static final long TOKEN_EVERY_BYTES = 48 << 20;

    @Override
    public CommandSpec spec() {
        SpecBuilder spec =
                new SpecBuilder(
                        "send",
                        "[-p PARENT|--auto] [-c CLONE]… [-f FILE|--to-btrfs DIR]"
                                + " [--resume-from TOKEN] [options] SNAPSHOT…",
                        "Send subvolumes as a btrfs send stream.");
        spec.about(
                "Sends read-only subvolumes to standard output as the stream that btrfs",
                "send writes, for varve receive or a stock btrfs receive. By default the",
                "whole subvolume is sent.",
                "",
                "With -p PARENT the send is incremental: only what changed since that",
                "snapshot. With -c CLONE data is cloned from a further snapshot instead of",
                "being sent again. Parent and clone sources must be at the receiver, in the",
                "same state as here. With -c and no -p the nearest relative among the clone",
                "sources is the parent.",
                "",
                "Data that files share is sent once and cloned, so a copy needs no more",
                "space than the original. The same snapshots and options always give the",
                "same bytes; that is why an interrupted stream can go on with",
                "--resume-from, sending nothing twice that the receiver has kept.");
        return options(spec)
                .operand("SNAPSHOT", "1..*", "Read-only snapshots in the pool.")
                .example(
                        "varve send /snaps/docs.1 | btrfs receive /mnt",
                        "everything, into a btrfs file system")
                .example(
                        "varve send -p /snaps/docs.1 /snaps/docs.2 | varve -P /other receive /in",
                        "what changed, into another pool")
                .example(
                        "varve send --resume-from TOKEN -p /snaps/docs.1 /snaps/docs.2 |"
                                + " varve -P /other receive --resume TOKEN /in",
                        "the rest of it, after an interruption")
                .example(
                        "varve send --auto /snaps/docs.3 --to-btrfs /mnt/backup",
                        "what a mounted btrfs does not have yet")
                .build();
    }

    private static SpecBuilder options(SpecBuilder spec) {
        return spec.value("PARENT", "Incremental send: only what changed since PARENT.", "-p")
                .values("CLONE", "Clone from this snapshot, too; may be repeated.", "-c")
                .value("FILE", "Write to FILE instead of standard output.", "-f")
                .flag("Several subvolumes in one stream, without end commands between them.", "-e")
                .number("N", "Protocol version 1 (default) or 2; 0 is the highest.", "--proto")
                .flag(
                        "Send compressed data as it is stored, without decompressing it; what is"
                                + " stored otherwise is compressed anew. Implies --proto 2.",
                        "--compressed-data")
                .flag("Leave out file data: shows what changed, cannot be received.", "--no-data")
                .value(
                        "TOKEN",
                        "Go on behind what a receiver has kept, or what -f FILE holds; all other"
                                + " options and operands as before.",
                        "--resume-from")
                .flag(
                        "Choose each parent: the relative with the shortest stream, among those of"
                                + " -c, those at --to-btrfs, or all older ones; -v explains.",
                        "--auto")
                .flag(
                        "Send what is nested in SNAPSHOT too, outer before inner, as NAME.INNER;"
                                + " -p then names the older set.",
                        "-R",
                        "--recursive")
                .value("DIR", "Receive at once into a mounted btrfs.", "--to-btrfs")
                .flag("Send nothing; say what and exactly how many bytes.", "-n", "--dry-run");
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        requirePlaceForStream(call);
        SendOptions options = options(call);
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            ParentChoice choice = new ParentChoice(view, call.output(), options, held(call));
            List<SendJob> jobs = new SendPlan(call, view, choice).jobs();
            long bytes =
                    call.has("--dry-run")
                            ? Sender.measure(jobs, options)
                            : send(call, jobs, options);
            report(call, view.generation(), jobs, bytes, options);
        } catch (ClosedOutputException e) {
            throw new FileSystemException(
                    "standard output", null, "closed; the stream is incomplete: " + e.getMessage());
        }
        return ExitCode.OK;
    }

    private static void requirePlaceForStream(Invocation call) throws UsageException {
        if (call.value("-f").isPresent() && call.value("--to-btrfs").isPresent()) {
            throw new UsageException("send: -f or --to-btrfs, not both");
        }
        if (call.has("--resume-from")
                && (call.value("--to-btrfs").isPresent() || call.has("--dry-run"))) {
            throw new UsageException("send: btrfs receive cannot go on, and -n sends nothing");
        }
        if (call.value("--to-btrfs").isPresent() && call.has("--no-data")) {
            throw new UsageException("send: nobody can receive a stream with --no-data");
        }
        if (call.value("-f").isPresent()
                || call.value("--to-btrfs").isPresent()
                || call.has("--dry-run")) {
            return;
        }
        if (call.console().isTerminal(Console.Stream.OUT)) {
            throw new UsageException(
                    "send: the stream is not for a terminal; redirect it, or name a file with -f");
        }
        if (call.output().isJson()) {
            throw new UsageException(
                    "send: --json and the stream cannot share standard output;"
                            + " name a file with -f");
        }
    }

    /// What the receiver has, as streams call it, if it can be asked.
    private static Optional<Set<UUID>> held(Invocation call) throws IOException {
        Optional<String> mount = call.value("--to-btrfs");
        if (mount.isEmpty() || !call.has("--auto")) {
            return Optional.empty();
        }
        return Optional.of(
                KernelSnapshots.around(Invocation.localPath(mount.get())).all().stream()
                        .flatMap(there -> Stream.of(there.uuid(), there.streamUuid()))
                        .collect(Collectors.toSet()));
    }

    private static void report(
            Invocation call, long generation, List<SendJob> jobs, long bytes, SendOptions options)
            throws IOException {
        Output output = call.output();
        boolean isDry = call.has("--dry-run");
        if (isDry && !output.isJson()) {
            for (SendJob job : jobs) {
                String parent = job.parent().map(from -> " from " + from.info().path()).orElse("");
                output.say("Would send " + job.tree().info().path() + parent);
            }
            output.line(bytes + " bytes");
        }
        if (!output.isJson()) {
            return;
        }
        try (JsonWriter json = output.json("send")) {
            json.field("generation", generation)
                    .field("stream_bytes", bytes)
                    .field("protocol", options.protocol())
                    .field("dry_run", isDry)
                    .startArray("sent");
            for (SendJob job : jobs) {
                json.startObject()
                        .field("path", job.tree().info().path())
                        .field("name", job.name().toString())
                        .field("parent", job.parent().map(from -> from.info().path()))
                        .endObject();
            }
            json.endArray().end();
        }
    }

    private static SendOptions options(Invocation call) throws UsageException {
        long asked = call.number("--proto", call.has("--compressed-data") ? 2 : 1);
        long protocol = asked == 0 ? SendOptions.NEWEST_PROTOCOL : asked;
        if (protocol < SendOptions.OLDEST_PROTOCOL || protocol > SendOptions.NEWEST_PROTOCOL) {
            throw new UsageException("--proto is 0, 1 or 2, not " + asked);
        }
        if (call.has("--compressed-data") && protocol == 1) {
            throw new UsageException("--compressed-data needs --proto 2");
        }
        SendOptions options = SendOptions.ofProtocol((int) protocol);
        options = call.has("--compressed-data") ? options.withCompressedData() : options;
        options = call.has("--no-data") ? options.withNoData() : options;
        return call.has("-e") ? options.withOneStream() : options;
    }

    private static long send(Invocation call, List<SendJob> jobs, SendOptions options)
            throws IOException {
        Optional<String> file = call.value("-f");
        Optional<String> mount = call.value("--to-btrfs");
        if (mount.isPresent()) {
            return sendToBtrfs(call, jobs, options, Invocation.localPath(mount.get()));
        }
        if (file.isEmpty()) {
            return send(call, jobs, options, call.output().bytes());
        }
        Optional<ResumeToken> token = ReceiveCommand.token(call, "--resume-from");
        try (OutputStream out = open(Invocation.localPath(file.get()), token)) {
            return send(call, jobs, options, out);
        }
    }

    /// A new file, or one that holds the beginning of the stream, cut to what the token says.
    private static OutputStream open(Path file, Optional<ResumeToken> token) throws IOException {
        if (token.isEmpty()) {
            return Files.newOutputStream(file);
        }
        long start = token.get().offsetBytes();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        if (channel.size() < start) {
            channel.close();
            throw new FileSystemException(
                    file.toString(),
                    null,
                    "shorter than the %d bytes sent before".formatted(start));
        }
        return Channels.newOutputStream(channel.truncate(start).position(start));
    }

    private static long sendToBtrfs(
            Invocation call, List<SendJob> jobs, SendOptions options, Path mount)
            throws IOException {
        try (BtrfsProcess receive = BtrfsProcess.receive(mount)) {
            long bytes;
            try (OutputStream in = receive.in()) {
                bytes = send(call, jobs, options, in);
            } catch (FileSystemException | StorageException e) {
                throw e;
            } catch (IOException e) {
                // The pipe broke: the program has the reason.
                throw receive.explain(e);
            }
            receive.finish();
            return bytes;
        }
    }

    private static long send(
            Invocation call, List<SendJob> jobs, SendOptions options, OutputStream target)
            throws IOException {
        Output output = call.output();
        Optional<ResumeToken> token = ReceiveCommand.token(call, "--resume-from");
        try (Progress progress = output.progress("sending")) {
            long total = 0;
            if (progress.isShown()) {
                total = Sender.measure(jobs, options.withoutCompressedData());
                total -= token.map(ResumeToken::offsetBytes).orElse(0L);
            }
            CountedStream out = new CountedStream(target, progress, total);
            StreamWriter writer =
                    token.isPresent()
                            ? StreamWriter.resuming(out, token.get())
                            : new StreamWriter(out);
            out.onEvery(TOKEN_EVERY_BYTES, () -> tellToken(call, writer));
            Sender sender = new Sender(writer, options);
            try {
                for (SendJob job : jobs) {
                    output.note("At subvol " + job.tree().info().path());
                    sender.send(job);
                }
                sender.finish();
                out.flush();
            } catch (IOException e) {
                leaveWayOn(call, writer);
                throw e;
            }
            return out.count();
        }
    }

    private static void tellToken(Invocation call, StreamWriter writer) {
        writer.flushed()
                .ifPresent(token ->
                        call.output()
                                .streamProgress("send", token.offsetBytes(), token.toString()));
    }

    /// How much of a pipe arrived only its reader knows; a file can be appended to.
    private static void leaveWayOn(Invocation call, StreamWriter writer) {
        if (call.value("-f").isPresent()) {
            call.leavesWayOn(
                    writer.flushed()
                            .map(token ->
                                    "the file can be gone on with by --resume-from " + token));
        }
    }
}
