package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.PropertyValue;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve property get`
final class PropertyGetCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "property get", "[-t TYPE] PATH [NAME]", "Show properties of a subvolume.")
                .about(
                        "Shows the values that hold: the subvolume's own, else that of the",
                        "nearest subvolume above that has one, else the default. -v says",
                        "which it is. ro and label are never inherited.")
                .value("TYPE", "subvol, the one type there is.", "-t", "--type")
                .operand("PATH", "1", "A subvolume in the pool.")
                .operand("NAME", "0..1", "The property; default: all.")
                .example("varve property get /docs compression", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        PropertyNames.requireType(call.value("-t"));
        Optional<String> name = call.operand(1);
        boolean isFlag = name.isEmpty() || name.get().equals(PropertyNames.READ_ONLY);
        List<Property> wanted =
                name.isEmpty()
                        ? List.of(Property.values())
                        : isFlag ? List.of() : List.of(PropertyNames.require(name.get()));
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            SubvolumeInfo info = new PathResolver(view).subvolume(call.path(0));
            List<PropertyValue> values = new ArrayList<>();
            for (Property property : wanted) {
                values.add(view.property(info.id(), property));
            }
            if (call.output().isJson()) {
                printJson(call.output(), view, info, isFlag, values);
            } else {
                print(call.output(), view, info, isFlag, values);
            }
        }
        return ExitCode.OK;
    }

    private static void print(
            Output output,
            ReadView view,
            SubvolumeInfo info,
            boolean showsFlag,
            List<PropertyValue> values)
            throws IOException {
        if (showsFlag) {
            output.line(PropertyNames.READ_ONLY + "=" + info.readOnly());
        }
        for (PropertyValue value : values) {
            String line = value.property().key() + "=" + value.value();
            output.line(output.isVerbose() ? line + "  (" + origin(view, info, value) + ")" : line);
        }
    }

    private static String origin(ReadView view, SubvolumeInfo info, PropertyValue value)
            throws IOException {
        if (value.setOn().isEmpty()) {
            return "default";
        }
        SubvolumeId from = value.setOn().get();
        return from.equals(info.id()) ? "own" : "from " + path(view, from);
    }

    private static String path(ReadView view, SubvolumeId id) throws IOException {
        return view.find(id).map(SubvolumeInfo::path).orElse("subvolume " + id);
    }

    private static void printJson(
            Output output,
            ReadView view,
            SubvolumeInfo info,
            boolean showsFlag,
            List<PropertyValue> values)
            throws IOException {
        try (JsonWriter json = output.json("property get")) {
            json.field("path", info.path()).startObject("properties");
            if (showsFlag) {
                json.field(PropertyNames.READ_ONLY, info.readOnly());
            }
            for (PropertyValue value : values) {
                write(json, value.property(), value.value());
            }
            json.endObject().startObject("set_on");
            for (PropertyValue value : values) {
                if (value.setOn().isPresent()) {
                    json.field(value.property().key(), path(view, value.setOn().get()));
                }
            }
            json.endObject().end();
        }
    }

    /// Flags are booleans, all else is text.
    static void write(JsonWriter json, Property property, String value) throws IOException {
        if (property.isFlag()) {
            json.field(property.key(), value.equals("true"));
        } else {
            json.field(property.key(), value);
        }
    }
}
