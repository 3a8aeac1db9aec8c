package dev.varve.cli.command;

import dev.varve.cli.output.ClosedOutputException;
import dev.varve.cli.output.Console;
import dev.varve.cli.output.CountedStream;
import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.send.SendJob;
import dev.varve.send.SendOptions;
import dev.varve.send.Sender;
import dev.varve.stream.StreamWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve send`
final class SendCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "send",
                        "[-p PARENT] [-c CLONE]… [-f FILE] [options] SNAPSHOT…",
                        "Write snapshots as a btrfs send stream.")
                .about(
                        "The stream goes to standard output, for varve receive or a stock",
                        "btrfs receive. Snapshots must be read-only. Parent and clone",
                        "sources must be at the receiver. With -c and no -p the nearest",
                        "relative among the clone sources is the parent.")
                .value("PARENT", "Send only what changed since this snapshot.", "-p")
                .values("CLONE", "A further snapshot the receiver has; may be repeated.", "-c")
                .value("FILE", "Write to a file of this machine.", "-f")
                .flag("Several snapshots in one stream, without ends in between.", "-e")
                .number("N", "Stream version 1 (default) or 2; 0 is the newest.", "--proto")
                .flag("Send compressed data as it is; implies --proto 2.", "--compressed-data")
                .flag("Leave out data, to look at what changed.", "--no-data")
                .operand("SNAPSHOT", "1..*", "Read-only snapshots in the pool.")
                .example(
                        "varve send /snaps/docs.1 | btrfs receive /mnt",
                        "everything, into a btrfs file system")
                .example(
                        "varve send -p /snaps/docs.1 /snaps/docs.2 | varve -P /other receive /in",
                        "what changed, into another pool")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Optional<String> file = call.value("-f");
        Output output = call.output();
        if (file.isEmpty() && call.console().isTerminal(Console.Stream.OUT)) {
            throw new UsageException(
                    "send: the stream is not for a terminal; redirect it, or name a file with -f");
        }
        if (file.isEmpty() && output.isJson()) {
            throw new UsageException(
                    "send: --json and the stream cannot share standard output;"
                            + " name a file with -f");
        }
        SendOptions options = options(call);
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            List<SendJob> jobs = jobs(call, view);
            long bytes =
                    file.isPresent()
                            ? sendToFile(call, jobs, options, file.get())
                            : send(call, jobs, options, output.bytes());
            if (output.isJson()) {
                try (JsonWriter json = output.json("send")) {
                    json.field("generation", view.generation())
                            .field("stream_bytes", bytes)
                            .field("protocol", options.protocol())
                            .end();
                }
            }
        } catch (ClosedOutputException e) {
            throw new FileSystemException(
                    "standard output", null, "closed; the stream is incomplete: " + e.getMessage());
        }
        return ExitCode.OK;
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

    private static List<SendJob> jobs(Invocation call, ReadView view) throws IOException {
        PathResolver resolver = new PathResolver(view);
        List<FileTree> receiverHas = new ArrayList<>();
        for (String clone : call.values("-c")) {
            receiverHas.add(snapshot(view, resolver, clone));
        }
        Optional<String> parentPath = call.value("-p");
        Optional<FileTree> parent = Optional.empty();
        if (parentPath.isPresent()) {
            parent = Optional.of(snapshot(view, resolver, parentPath.get()));
        }
        List<SendJob> jobs = new ArrayList<>();
        for (String operand : call.operandsFrom(0)) {
            PoolPath path = PoolPath.parse(operand);
            FileTree tree = snapshot(view, resolver, operand);
            Optional<FileTree> base =
                    parent.isPresent() || call.values("-c").isEmpty()
                            ? parent
                            : Optional.of(nearest(tree, receiverHas, path));
            jobs.add(new SendJob(tree, base, receiverHas, path.name()));
            receiverHas.add(tree);
        }
        return jobs;
    }

    private static FileTree snapshot(ReadView view, PathResolver resolver, String path)
            throws IOException {
        SubvolumeInfo info = resolver.subvolume(PoolPath.parse(path));
        if (!info.readOnly()) {
            throw new FileSystemException(
                    path, null, "not read-only; only read-only snapshots can be sent");
        }
        return view.open(info.id());
    }

    /// The clone source to start from: what this is a snapshot of, or else the sibling nearest in
    /// age.
    private static FileTree nearest(FileTree tree, List<FileTree> sources, PoolPath path)
            throws IOException {
        SubvolumeInfo info = tree.info();
        return sources.stream()
                .filter(source -> isRelative(source.info(), info))
                .min(
                        Comparator.comparingLong(source ->
                                Math.abs(
                                        source.info().createdGeneration()
                                                - info.createdGeneration())))
                .orElseThrow(() ->
                        new FileSystemException(
                                path.toString(),
                                null,
                                "no clone source is a relative of it; name a parent with -p"));
    }

    private static boolean isRelative(SubvolumeInfo source, SubvolumeInfo info) {
        return info.parentUuid().isPresent()
                && (info.parentUuid().get().equals(source.uuid())
                        || info.parentUuid().equals(source.parentUuid()));
    }

    private static long sendToFile(
            Invocation call, List<SendJob> jobs, SendOptions options, String file)
            throws IOException {
        try (OutputStream out = Files.newOutputStream(Invocation.localPath(file))) {
            return send(call, jobs, options, out);
        }
    }

    private static long send(
            Invocation call, List<SendJob> jobs, SendOptions options, OutputStream target)
            throws IOException {
        Output output = call.output();
        try (Progress progress = output.progress("sending")) {
            long total = progress.isShown() ? Sender.measure(jobs, options) : 0;
            CountedStream out = new CountedStream(target, progress, total);
            Sender sender = new Sender(new StreamWriter(out), options);
            for (SendJob job : jobs) {
                output.note("At subvol " + job.tree().info().path());
                sender.send(job);
            }
            sender.finish();
            out.flush();
            return out.count();
        }
    }
}
