package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve property set`
final class PropertySetCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "property set",
                        "[-f] [-t TYPE] PATH NAME VALUE",
                        "Change a property of a subvolume.")
                .about(
                        "A received snapshot that is made writable forgets its received",
                        "UUID and can no longer be the parent of an incremental stream, so",
                        "this needs -f.")
                .flag("Make even a received snapshot writable.", "-f", "--force")
                .value("TYPE", "subvol, the one type there is yet.", "-t", "--type")
                .operand("PATH", "1", "A subvolume in the pool.")
                .operand("NAME", "1", "ro")
                .operand("VALUE", "1", "true or false")
                .example("varve property set /docs ro true", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        PropertyGetCommand.requireKnown(call.value("-t"), call.operand(1));
        boolean readOnly = truth(call.required(2));
        SubvolumeInfo info;
        long generation;
        try (PoolSession session = call.openPool();
                WriteTransaction transaction = call.begin(session)) {
            info = new PathResolver(transaction).subvolume(call.path(0));
            boolean forgets = !readOnly && info.readOnly() && info.receivedUuid().isPresent();
            if (forgets && !call.has("-f")) {
                throw new FileSystemException(
                        info.path(), null, "received; -f makes it writable all the same");
            }
            transaction.setReadOnly(info.id(), readOnly);
            generation = transaction.commit();
        }
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("property set")) {
                json.field("generation", generation)
                        .field("path", info.path())
                        .startObject("properties")
                        .field(PropertyGetCommand.READ_ONLY, readOnly)
                        .endObject()
                        .end();
            }
        }
        return ExitCode.OK;
    }

    private static boolean truth(String value) throws UsageException {
        Optional<Boolean> truth =
                switch (value) {
                    case "true" -> Optional.of(true);
                    case "false" -> Optional.of(false);
                    default -> Optional.empty();
                };
        return truth.orElseThrow(
                () -> new UsageException("ro is true or false, not '" + value + "'"));
    }
}
