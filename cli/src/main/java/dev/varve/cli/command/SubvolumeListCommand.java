package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve subvolume list`, in btrfs-progs' format.
final class SubvolumeListCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "subvolume list", "[options] [PATH]", "List subvolumes and snapshots.")
                .flag("Only those directly below PATH.", "-o")
                .flag("All, with <FS_TREE>/ before the paths of those not directly in PATH.", "-a")
                .flag("Show the parent's id.", "-p")
                .flag("Show the generation at creation.", "-c")
                .flag("Show the generation (always shown).", "-g")
                .flag("Show the UUID.", "-u")
                .flag("Show the UUID of what it is a snapshot of.", "-q")
                .flag("Show the received UUID.", "-R")
                .flag("Only snapshots, with generation and time of creation.", "-s")
                .flag("Only read-only ones.", "-r")
                .flag("As a table.", "-t")
                .value("[+|-]N", "Only generation N; at least +N; at most -N.", "-G")
                .value("[+|-]N", "The same for the generation at creation.", "-C")
                .value(
                        "KEYS",
                        "Order by gen, ogen, rootid or path, each after - descending.",
                        "--sort")
                .operand("PATH", "0..1", "Where in the pool; default: /.")
                .example("varve subvolume list -t /", "a table of all")
                .example("varve subvolume list -s -o / --json", "snapshots below /, for scripts")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Optional<String> operand = call.operand(0);
        PoolPath path = operand.isPresent() ? PoolPath.parse(operand.get()) : PoolPath.ROOT;
        SubvolumeFilter filter = SubvolumeFilter.of(call);
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            SubvolumeId top = new PathResolver(view).resolve(path).subvolume().id();
            if (call.output().isJson()) {
                printJson(call, view, filter, top);
            } else {
                print(call, view, filter, top);
            }
        }
        return ExitCode.OK;
    }

    private static void print(
            Invocation call, ReadView view, SubvolumeFilter filter, SubvolumeId top)
            throws IOException {
        SubvolumeColumns columns = SubvolumeColumns.of(call, top, call.console().clock().getZone());
        columns.printHeader(call.output());
        if (!filter.isSorted()) {
            for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
                if (filter.accepts(all.current(), top)) {
                    columns.print(call.output(), all.current());
                }
            }
            return;
        }
        for (SubvolumeInfo info : sorted(view, filter, top)) {
            columns.print(call.output(), info);
        }
    }

    private static List<SubvolumeInfo> sorted(
            ReadView view, SubvolumeFilter filter, SubvolumeId top) throws IOException {
        List<SubvolumeInfo> found = new ArrayList<>();
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            if (filter.accepts(all.current(), top)) {
                found.add(all.current());
            }
        }
        found.sort(filter.order());
        return found;
    }

    private static void printJson(
            Invocation call, ReadView view, SubvolumeFilter filter, SubvolumeId top)
            throws IOException {
        Output output = call.output();
        try (JsonWriter json = output.json("subvolume list")) {
            json.field("generation", view.generation());
            if (filter.isSorted()) {
                SubvolumeJson.writeAll(json, sorted(view, filter, top));
            } else {
                json.startArray("subvolumes");
                for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
                    if (filter.accepts(all.current(), top)) {
                        json.startObject();
                        SubvolumeJson.write(json, all.current());
                        json.endObject();
                    }
                }
                json.endArray();
            }
            json.end();
        }
    }
}
