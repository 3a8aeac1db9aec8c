package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.KeyText;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.Keys;
import dev.varve.engine.model.KeySlot;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/// `varve key list`
final class KeyListCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("key list", "", "List what opens a sealed pool.")
                .about("The one that opened it just now is marked with a star.")
                .example("varve -P /backup/pool key list", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        try (PoolSession session = call.openPool()) {
            Keys keys = session.pool().keys();
            List<KeySlot> slots = keys.slots();
            if (output.isJson()) {
                try (JsonWriter json = output.json("key list")) {
                    json.field("epoch", keys.epoch())
                            .field("cipher", keys.cipher().name().toLowerCase(Locale.ROOT));
                    KeyJson.writeAll(json, "keys", slots);
                    json.end();
                }
                return ExitCode.OK;
            }
            for (KeySlot slot : slots) {
                output.line(line(slot));
            }
        }
        return ExitCode.OK;
    }

    private static String line(KeySlot slot) {
        String recipient =
                slot.kind() == KeySlot.Kind.RECIPIENT ? KeyText.recipient(slot.publicKey()) : "";
        return "%s %s  %-10s  %s  %s"
                .formatted(
                        slot.isInUse() ? "*" : " ",
                        slot.idText(),
                        KeyJson.kind(slot),
                        slot.name(),
                        recipient)
                .stripTrailing();
    }
}
