package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.Keys;
import dev.varve.engine.model.KeySlot;
import dev.varve.engine.model.Secret;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// `varve key rotate`
final class KeyRotateCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("key rotate", "", "Write everything from now on under new keys.")
                .about(
                        "No block is rewritten: what is there stays under its old key, which",
                        "only the new master key opens. The keys given to this command and all",
                        "recipients go on opening the pool; other passphrases and key files are",
                        "gone, and are listed. It takes as long as opening the pool does.")
                .example("varve key rotate", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        List<KeySlot> gone;
        int epoch;
        try (PoolSession session = call.openPool()) {
            Keys keys = session.pool().keys();
            List<Secret> secrets =
                    call.secrets()
                            .secrets(
                                    session.pool().settings().poolId(), session.place().toString());
            gone = keys.rotate(secrets);
            secrets.forEach(Secret::wipe);
        }
        try (PoolSession session = call.openPool()) {
            epoch = session.pool().keys().epoch();
        }
        if (output.isJson()) {
            try (JsonWriter json = output.json("key rotate")) {
                json.field("epoch", epoch);
                KeyJson.writeAll(json, "removed", gone);
                json.end();
            }
        }
        for (KeySlot slot : gone) {
            output.say(
                    "Key %s (%s) opens the pool no longer: add it again"
                            .formatted(slot.idText(), KeyJson.kind(slot)));
        }
        output.say("Keys are in epoch " + epoch);
        return ExitCode.OK;
    }
}
