package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve property list`
final class PropertyListCommand implements Command {
    private static final String MEANING = "read-only status of a subvolume";

    @Override
    public CommandSpec spec() {
        return new SpecBuilder("property list", "[PATH]", "List the properties there are.")
                .operand("PATH", "0..1", "Accepted as in btrfs; any path in the pool.")
                .example("varve property list", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("property list")) {
                json.startArray("properties")
                        .startObject()
                        .field("name", PropertyGetCommand.READ_ONLY)
                        .field("meaning", MEANING)
                        .endObject()
                        .endArray()
                        .end();
            }
        } else {
            output.line(PropertyGetCommand.READ_ONLY + "                  " + MEANING);
        }
        return ExitCode.OK;
    }
}
