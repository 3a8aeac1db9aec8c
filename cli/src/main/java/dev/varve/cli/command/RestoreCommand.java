package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.output.Sizes;
import dev.varve.cli.pool.Location;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.ReadView;
import dev.varve.local.PathFilter;
import dev.varve.restore.Overwrite;
import dev.varve.restore.Restore;
import dev.varve.restore.RestoreOptions;
import dev.varve.restore.RestoreResult;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve restore`
final class RestoreCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "restore",
                        "[options] PATH DEST",
                        "Put a snapshot, or a path in it, into a directory.")
                .about(
                        "PATH's content goes into DEST itself; a single file goes into DEST",
                        "under its name. DEST is created if missing, and refused if not",
                        "empty without --overwrite. As root, owners, modes, times,",
                        "attributes and devices are restored; otherwise what is allowed,",
                        "said once, with exit code 3 if something was left out.")
                .values("PATTERN", "Only what matches; patterns as in import.", "--include")
                .values("PATTERN", "Leave out what matches; may be repeated.", "--exclude")
                .value(
                        "WHEN",
                        "Replace files that are there: always, if-changed, if-newer or never.",
                        "--overwrite")
                .flag("Remove from DEST what PATH has not; needs --overwrite.", "--delete")
                .flag(
                        "Only say what would be done; of a bucket also the requests and bytes.",
                        "-n",
                        "--dry-run")
                .flag("Read back what was written and compare.", "--verify")
                .flag("Make blocks of zeros holes.", "-S", "--sparse")
                .flag("Leave owner and group alone.", "--no-owner")
                .flag(
                        "Restore damaged files too, zeros where nothing can be read; list them.",
                        DamageNotes.OPTION)
                .operand("PATH", "1", "A snapshot, or any path in the pool.")
                .operand("DEST", "1", "A directory of this machine.")
                .example("varve restore /snaps/docs.1 /tmp/docs", "")
                .example("varve restore /snaps/docs.1/letter.txt . --overwrite never", "one file")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        PoolPath path = call.path(0);
        Path destination = Invocation.localPath(call.required(1));
        Optional<Overwrite> overwrite = overwrite(call.value("--overwrite"));
        requireFree(destination, overwrite.isPresent());
        long startNanos = System.nanoTime();
        RestoreResult result;
        DamageNotes notes = new DamageNotes();
        try (PoolSession session = call.openPool();
                ReadView view = DamageNotes.read(call, session, notes);
                Progress progress = call.output().progress("restoring")) {
            Location at = new PathResolver(view).resolve(path);
            Optional<FetchCost> cost =
                    call.has("--dry-run") && session.place().isBucket()
                            ? Optional.of(FetchCost.of(view, at))
                            : Optional.empty();
            boolean isFile = !at.inode().isDirectory();
            List<String> include = new ArrayList<>(call.values("--include"));
            if (isFile) {
                include.add("/" + literal(path.name().toString()));
                at = new PathResolver(view).resolve(path.parent());
            }
            RestoreOptions options = options(call, include, overwrite.orElse(Overwrite.ALWAYS));
            result =
                    new Restore(options, p -> progress.update(p.entries(), p.bytesWritten(), 0))
                            .run(view, at.tree(), at.number(), destination);
            progress.erase();
            long nanos = System.nanoTime() - startNanos;
            report(call, destination, new Outcome(result, cost, nanos), notes, view);
        }
        return ExitCode.partialIf(result.isPartial() || !notes.isEmpty());
    }

    /// @param cost of what a restore would fetch from a bucket; empty if it did
    private record Outcome(RestoreResult result, Optional<FetchCost> cost, long nanos) {}

    private static Optional<Overwrite> overwrite(Optional<String> named) throws UsageException {
        if (named.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (named.get()) {
                    case "always" -> Overwrite.ALWAYS;
                    case "if-changed" -> Overwrite.IF_CHANGED;
                    case "if-newer" -> Overwrite.IF_NEWER;
                    case "never" -> Overwrite.NEVER;
                    default ->
                            throw new UsageException(
                                    "--overwrite is always, if-changed, if-newer or never, not '"
                                            + named.get()
                                            + "'");
                });
    }

    private static void requireFree(Path destination, boolean mayOverwrite) throws IOException {
        if (mayOverwrite || !Files.exists(destination)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(destination)) {
            if (entries.iterator().hasNext()) {
                throw new FileSystemException(
                        destination.toString(),
                        null,
                        "not empty; --overwrite says what to do with files that are there");
            }
        }
    }

    private static RestoreOptions options(
            Invocation call, List<String> include, Overwrite overwrite) throws UsageException {
        try {
            return new RestoreOptions(
                    PathFilter.of(include),
                    PathFilter.of(call.values("--exclude")),
                    overwrite,
                    call.has("--delete"),
                    call.has("--dry-run"),
                    call.has("--verify"),
                    call.has("--sparse"),
                    call.has("--no-owner"),
                    RestoreOptions.everything().threads());
        } catch (IllegalArgumentException e) {
            throw new UsageException("restore: " + e.getMessage());
        }
    }

    /// A pattern that matches just this name.
    private static String literal(String name) {
        String bare = name.substring(name.lastIndexOf('/') + 1);
        return bare.replaceAll("([\\\\*?\\[])", "\\\\$1");
    }

    private static void report(
            Invocation call, Path destination, Outcome outcome, DamageNotes notes, ReadView view)
            throws IOException {
        Output output = call.output();
        RestoreResult result = outcome.result();
        if (output.isJson()) {
            try (JsonWriter json = output.json("restore")) {
                json.field("path", call.path(0).toString())
                        .field("destination", destination.toString())
                        .field("dry_run", call.has("--dry-run"))
                        .field("restored", result.restored())
                        .field("unchanged", result.unchanged())
                        .field("skipped", result.skipped())
                        .field("deleted", result.deleted())
                        .field("written_bytes", result.bytesWritten())
                        .field("verified_bytes", result.bytesVerified());
                if (outcome.cost().isPresent()) {
                    FetchCost cost = outcome.cost().get();
                    json.field("fetch_requests", cost.requests())
                            .field("fetch_bytes", cost.bytes());
                }
                DirectoryIngest.writeFailures(json, result.failures(), result.failureCount());
                notes.write(json, view);
                json.end();
            }
        }
        output.say(
                "%s '%s' into '%s': %d restored, %d unchanged, %d skipped, %d deleted"
                        .formatted(
                                call.has("--dry-run") ? "Would restore" : "Restored",
                                call.path(0),
                                destination,
                                result.restored(),
                                result.unchanged(),
                                result.skipped(),
                                result.deleted()));
        String verified =
                call.has("--verify") ? ", verified " + Sizes.human(result.bytesVerified()) : "";
        output.say(
                "Wrote "
                        + Sizes.human(result.bytesWritten())
                        + verified
                        + " in "
                        + Sizes.seconds(outcome.nanos()));
        if (outcome.cost().isPresent()) {
            FetchCost cost = outcome.cost().get();
            output.say(
                    "Would fetch %s in about %d requests, at most"
                            .formatted(Sizes.human(cost.bytes()), cost.requests()));
        }
        DirectoryIngest.printFailures(
                output, destination.toString(), result.failures(), result.failureCount());
        notes.print(output, view);
    }
}
