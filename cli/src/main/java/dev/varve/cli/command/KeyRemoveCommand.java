package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve key remove`
final class KeyRemoveCommand implements Command {
    private static final int HEX = 16;

    @Override
    public CommandSpec spec() {
        return new SpecBuilder("key remove", "ID", "Let a key open a sealed pool no longer.")
                .about(
                        "The last one is refused. Who knew the key and kept a copy of the",
                        "pool's key objects could still read: 'key rotate' keeps what is",
                        "written later from them.")
                .operand("ID", "1", "As key list shows it.")
                .example("varve key remove 5f0c2ab1d9e37746", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        long id = id(call.required(0));
        Output output = call.output();
        try (PoolSession session = call.openPool()) {
            session.pool().keys().remove(id);
        }
        if (output.isJson()) {
            try (JsonWriter json = output.json("key remove")) {
                json.field("id", call.required(0)).end();
            }
        }
        output.say("Removed key " + call.required(0));
        return ExitCode.OK;
    }

    private static long id(String text) throws UsageException {
        try {
            return Long.parseUnsignedLong(text, HEX);
        } catch (NumberFormatException _) {
            throw new UsageException("'" + text + "' is no key's id; see varve key list");
        }
    }
}
