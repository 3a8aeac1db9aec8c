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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
                        "which it is. ro and label are never inherited. encryption is none,",
                        "pool or own: the key that the subvolume is sealed under.")
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
        boolean isOfSubvolume = name.isPresent() && PropertyNames.isOfSubvolume(name.get());
        List<Property> wanted =
                name.isEmpty()
                        ? List.of(Property.values())
                        : isOfSubvolume ? List.of() : List.of(PropertyNames.require(name.get()));
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            SubvolumeInfo info = new PathResolver(view).subvolume(call.path(0));
            Map<String, String> state = new LinkedHashMap<>();
            state.put(PropertyNames.READ_ONLY, Boolean.toString(info.readOnly()));
            state.put(PropertyNames.ENCRYPTION, encryption(session, view, info));
            state.keySet().removeIf(key -> name.isPresent() && !name.get().equals(key));
            List<PropertyValue> values = new ArrayList<>();
            for (Property property : wanted) {
                values.add(view.property(info.id(), property));
            }
            if (call.output().isJson()) {
                printJson(call.output(), view, info, state, values);
            } else {
                print(call.output(), view, info, state, values);
            }
        }
        return ExitCode.OK;
    }

    private static String encryption(PoolSession session, ReadView view, SubvolumeInfo info)
            throws IOException {
        if (!session.pool().isSealed()) {
            return "none";
        }
        return view.hasOwnKey(info.id()) ? PropertyNames.OWN_KEY : "pool";
    }

    private static void print(
            Output output,
            ReadView view,
            SubvolumeInfo info,
            Map<String, String> state,
            List<PropertyValue> values)
            throws IOException {
        for (Map.Entry<String, String> entry : state.entrySet()) {
            output.line(entry.getKey() + "=" + entry.getValue());
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
            Map<String, String> state,
            List<PropertyValue> values)
            throws IOException {
        try (JsonWriter json = output.json("property get")) {
            json.field("path", info.path()).startObject("properties");
            for (Map.Entry<String, String> entry : state.entrySet()) {
                if (entry.getKey().equals(PropertyNames.READ_ONLY)) {
                    json.field(entry.getKey(), info.readOnly());
                } else {
                    json.field(entry.getKey(), entry.getValue());
                }
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
