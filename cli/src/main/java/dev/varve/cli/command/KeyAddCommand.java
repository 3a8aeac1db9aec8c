package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.Keys;
import dev.varve.engine.model.KeySlot;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve key add`
final class KeyAddCommand implements Command {
    @Override
    public CommandSpec spec() {
        return NewWay.options(
                        new SpecBuilder(
                                        "key add",
                                        "[options]",
                                        "Let one more key open a sealed pool.")
                                .about(
                                        "Without a choice a passphrase is asked for, twice. Have",
                                        "two ways in at least: nobody can open a pool whose only",
                                        "key is lost."))
                .example("varve key add --recipient varve-recipient-…", "another machine's key")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        KeySlot added;
        try (PoolSession session = call.openPool()) {
            Keys keys = session.pool().keys();
            added = keys.add(NewWay.of(call, ""));
        }
        if (output.isJson()) {
            try (JsonWriter json = output.json("key add")) {
                KeyJson.write(json, added);
                json.end();
            }
        }
        output.say("Added key " + added.idText());
        return ExitCode.OK;
    }
}
