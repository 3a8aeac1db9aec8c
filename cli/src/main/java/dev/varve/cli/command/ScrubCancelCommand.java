package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve scrub cancel`
final class ScrubCancelCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("scrub cancel", "", "Ask a running scrub to stop.")
                .about(
                        "The scrub may run in another process or on another machine; it stops",
                        "within 15 seconds and keeps its position. Exit code 1 if none is running.")
                .example("varve scrub cancel", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        boolean running;
        try (ObjectStore store = call.poolPlace().openStore()) {
            running = call.care(store).cancelScrub();
        }
        if (output.isJson()) {
            try (JsonWriter json = output.json("scrub cancel")) {
                json.field("was_running", running).end();
            }
        }
        output.say(running ? "scrub cancelled" : "scrub cancel: not running");
        return running ? ExitCode.OK : ExitCode.ERROR;
    }
}
