package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.Keys;
import dev.varve.engine.model.KeySlot;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve key passwd`
final class KeyPasswdCommand implements Command {
    @Override
    public CommandSpec spec() {
        return NewWay.options(
                        new SpecBuilder(
                                        "key passwd",
                                        "[options]",
                                        "Replace the key that opens the pool just now.")
                                .about(
                                        "The new one is added before the old one is removed. The",
                                        "name is kept unless --name gives another."))
                .example("varve key passwd", "asks for the old passphrase, then for the new")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        KeySlot added;
        try (PoolSession session = call.openPool()) {
            Keys keys = session.pool().keys();
            KeySlot old = keys.slots().stream().filter(KeySlot::isInUse).findAny().orElseThrow();
            added = keys.add(NewWay.of(call, old.name()));
            keys.remove(old.id());
        }
        if (output.isJson()) {
            try (JsonWriter json = output.json("key passwd")) {
                KeyJson.write(json, added);
                json.end();
            }
        }
        output.say("Replaced the key; the new one is " + added.idText());
        return ExitCode.OK;
    }
}
