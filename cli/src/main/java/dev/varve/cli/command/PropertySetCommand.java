package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.FileSystemException;
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
                        "The value holds for the subvolume and for those nested in it that",
                        "have none nearer; an empty one takes it away, so that the",
                        "subvolume inherits again. What is stored stays as it is: new",
                        "content follows. A received snapshot that is made writable forgets",
                        "its received UUID and can no longer be the parent of an incremental",
                        "stream, so this needs -f. encryption own gives an empty subvolume",
                        "of a sealed pool a key that it shares with no other.")
                .flag("Make even a received snapshot writable.", "-f", "--force")
                .value("TYPE", "subvol, the one type there is.", "-t", "--type")
                .operand("PATH", "1", "A subvolume in the pool.")
                .operand("NAME", "1", "See: varve property list.")
                .operand("VALUE", "1", "One that the property may have, or nothing: ''.")
                .example("varve property set /docs ro true", "")
                .example("varve property set /vm chunking fixed", "files rewritten in place")
                .example("varve property set /media compression none", "")
                .example("varve property set /private encryption own", "still empty")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        PropertyNames.requireType(call.value("-t"));
        String name = call.required(1);
        String value = call.required(2);
        requireValue(name, value);
        SubvolumeInfo info;
        long generation;
        try (PoolSession session = call.openPool();
                WriteTransaction transaction = call.begin(session)) {
            info = new PathResolver(transaction).subvolume(call.path(0));
            set(call, transaction, info);
            generation = transaction.commit();
        }
        report(call.output(), generation, info, name, value);
        return ExitCode.OK;
    }

    private static void set(Invocation call, WriteTransaction transaction, SubvolumeInfo info)
            throws IOException {
        String name = call.required(1);
        String value = call.required(2);
        if (name.equals(PropertyNames.READ_ONLY)) {
            setReadOnly(call, transaction, info, truth(value));
        } else if (name.equals(PropertyNames.ENCRYPTION)) {
            transaction.giveOwnKey(info.id());
        } else if (value.isEmpty()) {
            transaction.clearProperty(info.id(), PropertyNames.require(name));
        } else {
            transaction.setProperty(info.id(), PropertyNames.require(name), value);
        }
    }

    private static void setReadOnly(
            Invocation call, WriteTransaction transaction, SubvolumeInfo info, boolean readOnly)
            throws IOException {
        boolean forgets = !readOnly && info.readOnly() && info.receivedUuid().isPresent();
        if (forgets && !call.has("-f")) {
            throw new FileSystemException(
                    info.path(), null, "received; -f makes it writable all the same");
        }
        transaction.setReadOnly(info.id(), readOnly);
    }

    private static void report(
            Output output, long generation, SubvolumeInfo info, String name, String value)
            throws IOException {
        if (!output.isJson()) {
            return;
        }
        try (JsonWriter json = output.json("property set")) {
            json.field("generation", generation).field("path", info.path());
            json.startObject("properties");
            if (name.equals(PropertyNames.READ_ONLY)) {
                json.field(name, truth(value));
            } else if (name.equals(PropertyNames.ENCRYPTION)) {
                json.field(name, value);
            } else if (!value.isEmpty()) {
                PropertyGetCommand.write(json, PropertyNames.require(name), value);
            }
            json.endObject().end();
        }
    }

    private static void requireValue(String name, String value) throws UsageException {
        if (name.equals(PropertyNames.READ_ONLY)) {
            truth(value);
            return;
        }
        if (name.equals(PropertyNames.ENCRYPTION)) {
            if (!value.equals(PropertyNames.OWN_KEY)) {
                throw new UsageException(
                        "encryption can be set to own alone, not '"
                                + value
                                + "': no key is shared"
                                + " again, and a pool is sealed when it is made");
            }
            return;
        }
        Property property = PropertyNames.require(name);
        if (!value.isEmpty() && !property.accepts(value)) {
            throw new UsageException(
                    property.key() + " is " + property.choices() + ", not '" + value + "'");
        }
    }

    private static boolean truth(String value) throws UsageException {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new UsageException("ro is true or false, not '" + value + "'");
        };
    }
}
