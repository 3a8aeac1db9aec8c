package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.replicate.Replica;
import dev.varve.replicate.Replicator;
import dev.varve.send.SendJob;
import dev.varve.send.SendOptions;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.HashSet;
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
                        "--to POOL [--into PATH] [-R] [-n] SNAPSHOT…",
                        "Copy snapshots into another pool.");
        spec.about(
                        "Copies read-only snapshots into the pool that --to names, each under the",
                        "path it has here, oldest first. What the other pool has already is passed",
                        "over; of the rest only what changed since the nearest snapshot that both",
                        "have is copied. A copy knows its original, so increments go on from either",
                        "side, also after one of them was lost. A copy that is cut short goes on",
                        "where it stood when the command is run again.",
                        "",
                        "On another machine, ssh://[USER@]HOST[:PORT]/PATH, varve is run through",
                        "ssh. It opens the pool by its own keys, or by a passphrase from here.")
                .value(
                        "POOL",
                        "The pool to copy to: a directory, s3://BUCKET/PREFIX or"
                                + " ssh://HOST/PATH.",
                        "--to")
                .value("PATH", "Put all copies into this directory of the other pool.", "--into")
                .flag(
                        "Copy what is nested in each SNAPSHOT too; it arrives where it stands.",
                        "-R",
                        "--recursive")
                .flag("Copy nothing; say what would be copied, and its size.", "-n", "--dry-run");
        return ReplicateTarget.options(spec)
                .operand("SNAPSHOT", "1..*", "Read-only snapshots in the pool.")
                .example("varve replicate /snaps/docs.1 /snaps/docs.2 --to /mnt/disk/pool", "")
                .example("varve replicate -R /snaps/home.7 --to ssh://backup@nas/srv/pool", "")
                .example(
                        "varve -P s3://bucket/backup replicate /snaps/docs.2 --to /new/pool",
                        "back from a bucket, into a new pool")
                .build();
    }

    /// What becomes of a snapshot.
    ///
    /// @param bytes of the stream that carries the copy; 0 if the target has it already
    private record Step(
            ReplicateSet.Member member,
            Optional<SendJob> job,
            Optional<Replica.Unfinished> kept,
            long bytes) {
        String path() {
            return member.snapshot().path();
        }
    }

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
        boolean isPartial = false;
        try (PoolSession session = call.openPool();
                ReadView view = session.read();
                ReplicateTarget target = ReplicateTarget.open(call, to)) {
            List<ReplicateSet.Member> members = ReplicateSet.of(call, view);
            Replicator replicator = new Replicator(target.replica());
            Set<UUID> held = new HashSet<>(target.replica().snapshots());
            // Where nothing is lacking, one question less.
            List<Replica.Unfinished> unfinished =
                    members.stream().allMatch(member -> isHeld(held, member))
                            ? List.of()
                            : target.replica().unfinished();
            ParentChoice choice = choice(call, view, held);
            for (ReplicateSet.Member member : members) {
                Step step = plan(view, unfinished, choice, held, member);
                isPartial |= copy(call, replicator, step);
                choice.sent(view.open(member.snapshot().id()));
                held.add(Replicator.streamUuid(member.snapshot()));
                steps.add(step);
            }
        }
        report(call, to, steps);
        return ExitCode.partialIf(isPartial);
    }

    private static ParentChoice choice(Invocation call, ReadView view, Set<UUID> held) {
        return new ParentChoice(
                view,
                call.output(),
                SendOptions.ofProtocol(SendOptions.NEWEST_PROTOCOL),
                Optional.of(Set.copyOf(held)));
    }

    private static boolean isHeld(Set<UUID> held, ReplicateSet.Member member) {
        return held.contains(Replicator.streamUuid(member.snapshot()));
    }

    private static Step plan(
            ReadView view,
            List<Replica.Unfinished> unfinished,
            ParentChoice choice,
            Set<UUID> held,
            ReplicateSet.Member member)
            throws IOException {
        SubvolumeInfo snapshot = member.snapshot();
        if (isHeld(held, member)) {
            return new Step(member, Optional.empty(), Optional.empty(), 0);
        }
        FileTree tree = view.open(snapshot.id());
        Optional<Replica.Unfinished> kept =
                unfinished.stream().filter(one -> Replicator.isOf(one, snapshot)).findFirst();
        Optional<FileTree> parent =
                kept.isPresent() ? parentOf(view, kept.get()) : choice.best(tree, List.of());
        SendJob job = new SendJob(tree, parent, List.of(), member.place().name());
        return new Step(member, Optional.of(job), kept, Replicator.measure(job));
    }

    /// What an unfinished copy was built on.
    private static Optional<FileTree> parentOf(ReadView view, Replica.Unfinished kept)
            throws IOException {
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
                kept.token().uuid().toString(),
                null,
                "an unfinished copy builds on snapshot "
                        + kept.parent().get()
                        + ", which is not here; drop it there with receive --abort "
                        + kept.token().uuid());
    }

    /// @return whether something was left out
    private static boolean copy(Invocation call, Replicator replicator, Step step)
            throws IOException {
        Output output = call.output();
        if (step.job().isEmpty()) {
            output.say(step.path() + " is there already");
            return false;
        }
        SendJob job = step.job().get();
        String from = job.parent().map(parent -> " from " + parent.info().path()).orElse("");
        if (call.has("--dry-run")) {
            output.say("Would copy %s%s, %d bytes".formatted(step.path(), from, step.bytes()));
            return false;
        }
        output.say("Copying " + step.path() + from + (step.kept().isPresent() ? ", going on" : ""));
        try (Progress progress = output.progress("copying")) {
            List<String> leftOut =
                    replicator.copy(
                            job,
                            new Replica.Place(
                                    step.member().place().parent().names(),
                                    step.member().isNested()),
                            step.kept().map(Replica.Unfinished::token),
                            streamBytes -> progress.update(0, streamBytes, step.bytes()));
            for (String one : leftOut) {
                output.error("varve: " + step.path() + ": " + one);
            }
            return !leftOut.isEmpty();
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
                        .field("path", step.path())
                        .field("place", step.member().place().toString())
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
