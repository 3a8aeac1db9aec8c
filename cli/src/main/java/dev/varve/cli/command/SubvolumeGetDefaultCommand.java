package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve subvolume get-default`
final class SubvolumeGetDefaultCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("subvolume get-default", "[/]", "Show the default subvolume.")
                .about("It is the one that a mount of the pool shows.")
                .operand("PATH", "0..1", "Accepted as in btrfs; any path in the pool.")
                .example("varve subvolume get-default", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            SubvolumeId id = view.defaultSubvolume();
            SubvolumeInfo info =
                    view.find(id).orElseThrow(() -> new NoSuchFileException("subvolume id " + id));
            Output output = call.output();
            if (output.isJson()) {
                try (JsonWriter json = output.json("subvolume get-default")) {
                    json.field("generation", view.generation()).startObject("subvolume");
                    SubvolumeJson.write(json, info);
                    json.endObject().end();
                }
            } else if (id.equals(SubvolumeId.TOP_LEVEL)) {
                output.line("ID 5 (FS_TREE)");
            } else {
                SubvolumeColumns.of(call, id, call.console().clock().getZone()).print(output, info);
            }
        }
        return ExitCode.OK;
    }
}
