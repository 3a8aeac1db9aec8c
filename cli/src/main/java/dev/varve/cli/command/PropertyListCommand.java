package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.engine.model.Property;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve property list`
final class PropertyListCommand implements Command {
    private static final String READ_ONLY_MEANING = "read-only status of a subvolume";
    private static final String KEY_MEANING = "key that a subvolume is sealed under";
    private static final String KEY_CHOICES = "none, pool or own; own can be set while it is empty";

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
                json.startArray("properties");
                write(json, PropertyNames.READ_ONLY, READ_ONLY_MEANING, "true or false", false);
                write(json, PropertyNames.ENCRYPTION, KEY_MEANING, KEY_CHOICES, true);
                for (Property property : Property.values()) {
                    String meaning = PropertyNames.meaning(property);
                    String values = property.choices();
                    write(json, property.key(), meaning, values, property.isInherited());
                }
                json.endArray().end();
            }
        } else {
            line(output, PropertyNames.READ_ONLY, READ_ONLY_MEANING, "true or false");
            line(output, PropertyNames.ENCRYPTION, KEY_MEANING, KEY_CHOICES);
            for (Property property : Property.values()) {
                String meaning = PropertyNames.meaning(property);
                line(output, property.key(), meaning, property.choices());
            }
        }
        return ExitCode.OK;
    }

    private static void write(
            JsonWriter json, String name, String meaning, String values, boolean inherited)
            throws IOException {
        json.startObject()
                .field("name", name)
                .field("meaning", meaning)
                .field("values", values)
                .field("inherited", inherited)
                .endObject();
    }

    private static void line(Output output, String name, String meaning, String values)
            throws IOException {
        output.line("%-19s %s: %s".formatted(name, meaning, values));
    }
}
