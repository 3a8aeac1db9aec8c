package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve subvolume set-default`
final class SubvolumeSetDefaultCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "subvolume set-default", "PATH | ID [/]", "Choose the default subvolume.")
                .about("It is the one that a mount of the pool shows.")
                .operand("SUBVOLUME", "1", "A path in the pool, or a subvolume's id.")
                .operand("PATH", "0..1", "Accepted as in btrfs after an id.")
                .example("varve subvolume set-default /docs", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        SubvolumeInfo info;
        long generation;
        try (PoolSession session = call.openPool();
                WriteTransaction transaction = call.begin(session)) {
            info = named(call.required(0), transaction);
            transaction.setDefaultSubvolume(info.id());
            generation = transaction.commit();
        }
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("subvolume set-default")) {
                json.field("generation", generation).startObject("subvolume");
                SubvolumeJson.write(json, info);
                json.endObject().end();
            }
        }
        return ExitCode.OK;
    }

    private static SubvolumeInfo named(String name, ReadView view) throws IOException {
        boolean isId = !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isId) {
            return new PathResolver(view).subvolume(PoolPath.parse(name));
        }
        try {
            return view.find(new SubvolumeId(Long.parseLong(name)))
                    .orElseThrow(() -> new NoSuchFileException("subvolume id " + name));
        } catch (NumberFormatException _) {
            throw new NoSuchFileException("subvolume id " + name);
        }
    }
}
