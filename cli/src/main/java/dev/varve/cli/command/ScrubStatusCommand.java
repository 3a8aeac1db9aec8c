package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.engine.PoolCare.Scrubbed;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve scrub status`
final class ScrubStatusCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("scrub status", "", "Show how the last scrub went, or is going.")
                .about(
                        "In the words of btrfs scrub status. A running scrub, of this or another",
                        "machine, is shown as of at most 15 seconds ago; one that did not write",
                        "for a minute counts as interrupted.")
                .example("varve scrub status", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        Scrubbed scrubbed;
        try (ObjectStore store = call.poolPlace().openStore()) {
            scrubbed = call.care(store).scrubStatus();
        }
        if (output.isJson()) {
            try (JsonWriter json = output.json("scrub status")) {
                ScrubText.print(json, scrubbed.poolId(), scrubbed.status(), call.now());
                json.end();
            }
        } else {
            ScrubText.print(
                    output,
                    scrubbed.poolId(),
                    scrubbed.status(),
                    call.now(),
                    call.console().clock().getZone());
        }
        return ExitCode.OK;
    }
}
