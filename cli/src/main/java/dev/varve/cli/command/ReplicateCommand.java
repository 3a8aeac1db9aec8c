package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.receive.KeptReceive;
import dev.varve.replicate.Replicator;
import dev.varve.send.SendJob;
import dev.varve.send.SendOptions;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import picocli.CommandLine.Model.CommandSpec;

/// `varve replicate`
final class ReplicateCommand implements Command {
    @Override
    public CommandSpec spec() {
        SpecBuilder spec =
                new SpecBuilder(
                        "replicate",
                        "--to POOL [--into PATH] [-n] SNAPSHOT…",
                        "Copy snapshots into another pool.");
        return options(spec)
                .about(
                        "Copies read-only snapshots into the pool that --to names, each under the",
                        "path it has here, oldest first. What the other pool has already is passed",
                        "over; of the rest only what changed since the nearest snapshot that both",
                        "have is copied. A copy knows its original, so increments go on from either",
                        "side, also after one of them was lost. A copy that is cut short goes on",
                        "where it stood when the command is run again.")
                .operand("SNAPSHOT", "1..*", "Read-only snapshots in the pool.")
                .example("varve replicate /snaps/docs.1 /snaps/docs.2 --to /mnt/disk/pool", "")
                .example(
                        "varve -P s3://bucket/backup replicate /snaps/docs.2 --to /new/pool",
                        "back from a bucket, into a new pool")
                .build();
    }

    private static SpecBuilder options(SpecBuilder spec) {
        return spec.value("POOL", "The pool to copy to: a directory or s3://BUCKET/PREFIX.", "--to")
                .value("PATH", "Put all copies into this directory of the other pool.", "--into")
                .flag("Copy nothing; say what would be copied, and its size.", "-n", "--dry-run")
                .value(
                        "FILE",
                        "Opens the other pool: the passphrase; else $VARVE_TO_PASSPHRASE, else the"
                                + " keys of this pool.",
                        "--to-passphrase-file")
                .value("CMD", "Prints the passphrase of the other pool.", "--to-passphrase-command")
                .value("FILE", "Opens the other pool: a key file.", "--to-key-file")
                .value("FILE", "Opens the other pool: an identity.", "--to-identity");
    }

    /// What becomes of a snapshot.
    ///
    /// @param bytes of the stream that carries the copy; 0 if the target has it already
    private record Step(
            SubvolumeInfo snapshot,
            PoolPath place,
            Optional<SendJob> job,
            Optional<KeptReceive> kept,
            long bytes) {}

    @Override
    public ExitCode run(Invocation call) throws IOException {
        String to =
                call.value("--to")
                        .orElseThrow(
                                () -> new UsageException("replicate: name a pool with --to POOL"));
        if (to.equals(call.poolPlace().text())) {
            throw new UsageException("replicate: " + to + " is the same pool");
        }
        List<Step> steps = new ArrayList<>();
        try (PoolSession session = call.openPool();
                ReadView view = session.read();
                PoolSession target = PoolSession.open(call.place(to), call.targetOptions())) {
            Replicator replicator = new Replicator(target.pool(), call.console().clock());
            ParentChoice choice = choice(call, view, target);
            Set<UUID> held = held(target);
            for (Named named : snapshots(call, view)) {
                Step step = plan(view, replicator, choice, held, named);
                copy(call, replicator, step);
                choice.sent(view.open(step.snapshot().id()));
                held.add(Replicator.streamUuid(step.snapshot()));
                steps.add(step);
            }
        }
        report(call, to, steps);
        return ExitCode.OK;
    }

    private record Named(SubvolumeInfo snapshot, PoolPath place) {}

    /// What is to be copied, oldest first.
    private static List<Named> snapshots(Invocation call, ReadView view) throws IOException {
        PathResolver resolver = new PathResolver(view);
        Optional<String> into = call.value("--into");
        List<Named> found = new ArrayList<>();
        for (String operand : call.operandsFrom(0)) {
            PoolPath path = PoolPath.parse(operand);
            SubvolumeInfo info = resolver.subvolume(path);
            if (!info.readOnly()) {
                throw new FileSystemException(
                        operand, null, "not read-only; only read-only snapshots can be copied");
            }
            FileName name = path.name();
            found.add(
                    new Named(
                            info,
                            into.isPresent() ? PoolPath.parse(into.get()).resolve(name) : path));
        }
        found.sort(Comparator.comparingLong(named -> named.snapshot().createdGeneration()));
        return found;
    }

    private static Set<UUID> held(PoolSession target) throws IOException {
        try (ReadView there = target.read()) {
            return Replicator.snapshots(there);
        }
    }

    private static ParentChoice choice(Invocation call, ReadView view, PoolSession target)
            throws IOException {
        return new ParentChoice(
                view,
                call.output(),
                SendOptions.ofProtocol(SendOptions.NEWEST_PROTOCOL),
                Optional.of(held(target)));
    }

    private static Step plan(
            ReadView view, Replicator replicator, ParentChoice choice, Set<UUID> held, Named named)
            throws IOException {
        SubvolumeInfo snapshot = named.snapshot();
        if (held.contains(Replicator.streamUuid(snapshot))) {
            return new Step(snapshot, named.place(), Optional.empty(), Optional.empty(), 0);
        }
        FileTree tree = view.open(snapshot.id());
        Optional<KeptReceive> kept = replicator.unfinished(snapshot);
        Optional<FileTree> parent =
                kept.isPresent() ? parentOf(view, kept.get()) : choice.best(tree, List.of());
        SendJob job = new SendJob(tree, parent, List.of(), named.place().name());
        return new Step(snapshot, named.place(), Optional.of(job), kept, Replicator.measure(job));
    }

    /// What an unfinished copy was built on.
    private static Optional<FileTree> parentOf(ReadView view, KeptReceive kept) throws IOException {
        if (kept.parent().isEmpty()) {
            return Optional.empty();
        }
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            SubvolumeInfo info = all.current();
            if (info.readOnly() && Replicator.streamUuid(info).equals(kept.parent().get())) {
                return Optional.of(view.open(info.id()));
            }
        }
        throw new FileSystemException(
                kept.name().toString(),
                null,
                "an unfinished copy builds on snapshot "
                        + kept.parent().get()
                        + ", which is not here; drop it there with receive --abort "
                        + kept.token().uuid());
    }

    private static void copy(Invocation call, Replicator replicator, Step step) throws IOException {
        Output output = call.output();
        String path = step.snapshot().path();
        if (step.job().isEmpty()) {
            output.say(path + " is there already");
            return;
        }
        SendJob job = step.job().get();
        String from = job.parent().map(parent -> " from " + parent.info().path()).orElse("");
        if (call.has("--dry-run")) {
            output.say("Would copy %s%s, %d bytes".formatted(path, from, step.bytes()));
            return;
        }
        output.say("Copying " + path + from + (step.kept().isPresent() ? ", going on" : ""));
        try (Progress progress = output.progress("copying")) {
            replicator.copy(
                    job,
                    step.place().parent().names(),
                    step.kept(),
                    at -> progress.update(at.commands(), at.streamBytes(), step.bytes()));
        }
    }

    private static void report(Invocation call, String to, List<Step> steps) throws IOException {
        if (!call.output().isJson()) {
            return;
        }
        try (JsonWriter json = call.output().json("replicate")) {
            json.field("to", to).field("dry_run", call.has("--dry-run")).startArray("snapshots");
            for (Step step : steps) {
                json.startObject()
                        .field("path", step.snapshot().path())
                        .field("place", step.place().toString())
                        .field("already_there", step.job().isEmpty())
                        .field(
                                "parent",
                                step.job()
                                        .flatMap(SendJob::parent)
                                        .map(parent -> parent.info().path()))
                        .field("stream_bytes", step.bytes())
                        .endObject();
            }
            json.endArray().end();
        }
    }
}
