package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PlaceMaker;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// `varve subvolume create`
final class SubvolumeCreateCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("subvolume create", "[--own-key] PATH…", "Make empty subvolumes.")
                .about("Missing parents become directories. All are made, or none.")
                .flag(
                        "In a sealed pool: with a key that only what is made inside shares.",
                        "--own-key")
                .operand("PATH", "1..*", "Where in the pool, like /docs.")
                .example("varve -P /backup/pool subvolume create /docs", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        List<PoolPath> paths = paths(call.operandsFrom(0));
        List<SubvolumeInfo> created = new ArrayList<>();
        long generation;
        try (PoolSession session = call.openPool();
                WriteTransaction transaction = call.begin(session)) {
            PlaceMaker places = new PlaceMaker(transaction, call.now());
            for (PoolPath path : paths) {
                created.add(
                        call.has("--own-key")
                                ? transaction.createSubvolumeWithOwnKey(places.free(path))
                                : transaction.createSubvolume(places.free(path)));
            }
            generation = transaction.commit();
        }
        report(call.output(), created, generation);
        return ExitCode.OK;
    }

    private static List<PoolPath> paths(List<String> operands) throws UsageException {
        List<PoolPath> paths = new ArrayList<>();
        for (String operand : operands) {
            paths.add(PoolPath.parse(operand));
        }
        return paths;
    }

    private static void report(Output output, List<SubvolumeInfo> created, long generation)
            throws IOException {
        for (SubvolumeInfo info : created) {
            output.say("Create subvolume '" + info.path() + "'");
        }
        if (output.isJson()) {
            try (JsonWriter json = output.json("subvolume create")) {
                json.field("generation", generation);
                SubvolumeJson.writeAll(json, created);
                json.end();
            }
        }
    }
}
