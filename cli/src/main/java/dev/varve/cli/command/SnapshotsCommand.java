package dev.varve.cli.command;

import dev.varve.cli.output.Columns;
import dev.varve.cli.output.Columns.Align;
import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Times;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve snapshots`
final class SnapshotsCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("snapshots", "[PATH]", "List snapshots by time.")
                .about("Shows read-only subvolumes: snapshots and what was received.")
                .operand("PATH", "0..1", "Only those at or below this path in the pool.")
                .example("varve snapshots /snaps", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Optional<String> operand = call.operand(0);
        String below = operand.isPresent() ? PoolPath.parse(operand.get()).toString() : "/";
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            List<SubvolumeInfo> snapshots = snapshots(view, below);
            if (call.output().isJson()) {
                try (JsonWriter json = call.output().json("snapshots")) {
                    json.field("generation", view.generation());
                    SubvolumeJson.writeAll(json, snapshots);
                    json.end();
                }
            } else {
                print(call, view, snapshots);
            }
        }
        return ExitCode.OK;
    }

    private static List<SubvolumeInfo> snapshots(ReadView view, String below) throws IOException {
        List<SubvolumeInfo> found = new ArrayList<>();
        String prefix = below.equals("/") ? "/" : below + "/";
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            SubvolumeInfo info = all.current();
            boolean inside = info.path().equals(below) || info.path().startsWith(prefix);
            if (inside && info.readOnly()) {
                found.add(info);
            }
        }
        found.sort(
                Comparator.comparing(SubvolumeInfo::creationTime).thenComparing(SubvolumeInfo::id));
        return found;
    }

    private static void print(Invocation call, ReadView view, List<SubvolumeInfo> snapshots)
            throws IOException {
        Output output = call.output();
        Columns columns = new Columns(Align.RIGHT, Align.LEFT, Align.LEFT, Align.LEFT);
        columns.add("ID", "Time", "Source", "Path");
        for (SubvolumeInfo info : snapshots) {
            columns.add(
                    info.id().toString(),
                    Times.plain(info.creationTime(), call.console().clock().getZone()),
                    source(view, info),
                    info.path());
        }
        columns.print(output);
        output.say(snapshots.size() + (snapshots.size() == 1 ? " snapshot" : " snapshots"));
    }

    private static String source(ReadView view, SubvolumeInfo info) throws IOException {
        if (info.receivedUuid().isPresent()) {
            return "(received)";
        }
        if (info.parentUuid().isEmpty()) {
            return "-";
        }
        Optional<SubvolumeInfo> parent = view.findByUuid(info.parentUuid().get());
        return parent.isPresent() ? parent.get().path() : "(deleted)";
    }
}
