package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.WriteTransaction;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve subvolume sync`
final class SubvolumeSyncCommand implements Command {
    /// Freed in one commit, so that an interrupt loses little and other writers get their turn.
    private static final int BLOCKS_PER_COMMIT = 50_000;

    @Override
    public CommandSpec spec() {
        return new SpecBuilder("subvolume sync", "[/]", "Free the space of deleted subvolumes now.")
                .about("May be interrupted and started again at any time.")
                .operand("PATH", "0..1", "Accepted as in btrfs; any path in the pool.")
                .example("varve subvolume sync", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException, InterruptedException {
        long generation = 0;
        long commits = 0;
        try (PoolSession session = call.openPool();
                Progress progress = call.output().progress("freeing")) {
            boolean more = true;
            while (more) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                try (WriteTransaction transaction = call.begin(session)) {
                    more = transaction.clean(BLOCKS_PER_COMMIT);
                    generation = transaction.commit();
                }
                progress.update(++commits, 0, 0);
            }
        }
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("subvolume sync")) {
                json.field("generation", generation).end();
            }
        }
        output.say("Space of all deleted subvolumes is free");
        return ExitCode.OK;
    }
}
