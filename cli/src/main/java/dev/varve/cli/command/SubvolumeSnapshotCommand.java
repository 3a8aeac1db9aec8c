package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.Location;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PlaceMaker;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// `varve subvolume snapshot`
final class SubvolumeSnapshotCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("subvolume snapshot", "[-r] [-R] SOURCE DEST", "Take a snapshot.")
                .about(
                        "If DEST is a directory, the snapshot goes into it under the",
                        "source's name. Missing parents of DEST become directories. SOURCE",
                        "may be a plain directory.")
                .flag("Make it read-only.", "-r", "--read-only")
                .flag("Take all nested subvolumes along, in the same commit.", "-R", "--recursive")
                .flag(
                        "Keep the source's nodev, noexec and nosuid; else all three are set.",
                        "--trusted")
                .operand("SOURCE", "1", "A subvolume or directory in the pool.")
                .operand("DEST", "1", "Where in the pool.")
                .example("varve subvolume snapshot -r /docs /snaps/docs.1", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        PoolPath source = call.path(0);
        PoolPath dest = call.path(1);
        SubvolumeInfo made;
        long generation;
        try (PoolSession session = call.openPool();
                WriteTransaction transaction = call.begin(session)) {
            Location from = new PathResolver(transaction).resolve(source);
            PlaceMaker places = new PlaceMaker(transaction, call.now());
            PoolPath target = source.isRoot() ? dest : places.target(dest, source);
            made = snapshot(call, transaction, from, places.free(target));
            generation = transaction.commit();
        }
        report(call, source, made, generation);
        return ExitCode.OK;
    }

    private static SubvolumeInfo snapshot(
            Invocation call,
            WriteTransaction transaction,
            Location from,
            WriteTransaction.Place place)
            throws IOException {
        var options =
                new WriteTransaction.SnapshotOptions(
                        call.has("-r"), call.has("-R"), call.has("--trusted"));
        if (from.isSubvolume()) {
            return transaction.snapshot(from.subvolume().id(), place, options);
        }
        if (!from.inode().isDirectory()) {
            throw new FileSystemException(
                    from.path().toString(), null, "not a subvolume or directory");
        }
        return transaction.snapshotDirectory(from.subvolume().id(), from.number(), place, options);
    }

    private static void report(
            Invocation call, PoolPath source, SubvolumeInfo made, long generation)
            throws IOException {
        Output output = call.output();
        output.say(
                (made.readOnly() ? "Create a readonly snapshot of '" : "Create a snapshot of '")
                        + source
                        + "' in '"
                        + made.path()
                        + "'");
        if (output.isJson()) {
            try (JsonWriter json = output.json("subvolume snapshot")) {
                json.field("generation", generation).field("source", source.toString());
                SubvolumeJson.writeAll(json, List.of(made));
                json.end();
            }
        }
    }
}
