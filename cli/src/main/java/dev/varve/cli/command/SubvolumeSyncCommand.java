package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.DeletedSubvolume;
import dev.varve.engine.model.ReclaimOptions;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;

/// `varve subvolume sync`
final class SubvolumeSyncCommand implements Command {
    /// Freed in one commit, so that an interrupt loses little and other writers get their turn.
    private static final int BLOCKS_PER_COMMIT = 50_000;

    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "subvolume sync",
                        "[--grace DURATION] [/]",
                        "Free what deleted subvolumes held, now.")
                .about(
                        "Those deleted less than the grace ago stay, and can be brought back with",
                        "varve undelete. What is freed is given back by varve reclaim. May be",
                        "interrupted and started again at any time.")
                .value("DURATION", "Like 36h, 7d or 0; default: 1d.", "--grace")
                .operand("PATH", "0..1", "Accepted as in btrfs; any path in the pool.")
                .example("varve subvolume sync", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException, InterruptedException {
        Duration grace = Amounts.duration(call, "--grace", ReclaimOptions.DEFAULT_GRACE);
        long kept = 0;
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
                    more = transaction.clean(BLOCKS_PER_COMMIT, grace);
                    kept = count(transaction.deletedSubvolumes());
                    generation = transaction.commit();
                }
                progress.update(++commits, 0, 0);
            }
        }
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("subvolume sync")) {
                json.field("generation", generation).field("kept_subvolumes", kept).end();
            }
        }
        output.say(
                kept == 0
                        ? "Space of all deleted subvolumes is free"
                        : kept + " deleted subvolumes stay until their grace ends");
        return ExitCode.OK;
    }

    private static long count(Scan<DeletedSubvolume> deleted) throws IOException {
        long count = 0;
        while (deleted.advance()) {
            count++;
        }
        return count;
    }
}
