package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve property get`
final class PropertyGetCommand implements Command {
    /// The read-only flag.
    static final String READ_ONLY = "ro";

    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "property get", "[-t TYPE] PATH [NAME]", "Show properties of a subvolume.")
                .value("TYPE", "subvol, the one type there is yet.", "-t", "--type")
                .operand("PATH", "1", "A subvolume in the pool.")
                .operand("NAME", "0..1", "The property; default: all.")
                .example("varve property get /docs ro", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        requireKnown(call.value("-t"), call.operand(1));
        SubvolumeInfo info;
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            info = new PathResolver(view).subvolume(call.path(0));
        }
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("property get")) {
                json.field("path", info.path())
                        .startObject("properties")
                        .field(READ_ONLY, info.readOnly())
                        .endObject()
                        .end();
            }
        } else {
            output.line(READ_ONLY + "=" + info.readOnly());
        }
        return ExitCode.OK;
    }

    static void requireKnown(Optional<String> type, Optional<String> name) throws UsageException {
        if (type.isPresent() && !"subvol".startsWith(type.get())) {
            throw new UsageException("property type '" + type.get() + "'; there is only subvol");
        }
        if (name.isPresent() && !name.get().equals(READ_ONLY)) {
            throw new UsageException("unknown property '" + name.get() + "'; there is only ro");
        }
    }
}
