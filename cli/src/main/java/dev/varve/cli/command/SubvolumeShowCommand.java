package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Sizes;
import dev.varve.cli.output.Times;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.SubvolumeSpace;
import dev.varve.engine.model.Timestamp;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Model.CommandSpec;

/// `varve subvolume show`, with btrfs-progs' fields.
final class SubvolumeShowCommand implements Command {
    private static final int LABEL_WIDTH = 16;

    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "subvolume show",
                        "[-s] [-r ID | -u UUID] [PATH]",
                        "Show what is known of a subvolume.")
                .about(
                        "With -s also the bytes it takes in the pool, and those of them that",
                        "nothing else holds: that reads all of its metadata.")
                .flag("Also tell what it takes in the pool.", "-s", "--space")
                .number("ID", "Name the subvolume by its id.", "-r", "--rootid")
                .value("UUID", "Name the subvolume by its UUID.", "-u", "--uuid")
                .operand("PATH", "0..1", "A subvolume in the pool; default: /.")
                .example("varve subvolume show /snaps/docs.1", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            SubvolumeInfo info = named(call, view);
            if (call.output().isJson()) {
                printJson(call.output(), view, info, call.has("-s"));
            } else {
                print(call.output(), view, info, call.console().clock().getZone());
                if (call.has("-s")) {
                    printSpace(call.output(), view.space().of(info.id()));
                }
            }
        }
        return ExitCode.OK;
    }

    private static SubvolumeInfo named(Invocation call, ReadView view) throws IOException {
        Optional<String> uuid = call.value("--uuid");
        if (uuid.isPresent()) {
            return view.findByUuid(uuid(uuid.get()))
                    .orElseThrow(() -> new NoSuchFileException("subvolume " + uuid.get()));
        }
        long id = call.number("--rootid", 0);
        if (id != 0) {
            return view.find(new SubvolumeId(id))
                    .orElseThrow(() -> new NoSuchFileException("subvolume id " + id));
        }
        Optional<String> path = call.operand(0);
        return new PathResolver(view)
                .subvolume(path.isPresent() ? PoolPath.parse(path.get()) : PoolPath.ROOT);
    }

    private static UUID uuid(String text) throws UsageException {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw new UsageException("--uuid: not a UUID: '" + text + "'");
        }
    }

    private static void print(Output output, ReadView view, SubvolumeInfo info, ZoneId zone)
            throws IOException {
        boolean isTop = info.id().equals(SubvolumeId.TOP_LEVEL);
        String path = info.path();
        String parent = info.parent().map(SubvolumeId::toString).orElse("0");
        output.line(isTop ? "/" : path.substring(1));
        field(output, "Name", isTop ? "<FS_TREE>" : path.substring(path.lastIndexOf('/') + 1));
        field(output, "UUID", info.uuid().toString());
        field(output, "Parent UUID", text(info.parentUuid()));
        field(output, "Received UUID", text(info.receivedUuid()));
        field(output, "Creation time", Times.zoned(info.creationTime(), zone));
        field(output, "Subvolume ID", info.id().toString());
        field(output, "Generation", Long.toString(info.generation()));
        field(output, "Gen at creation", Long.toString(info.createdGeneration()));
        field(output, "Parent ID", parent);
        field(output, "Top level ID", parent);
        field(output, "Flags", info.readOnly() ? "readonly" : "-");
        field(output, "Send transid", Long.toString(info.sentGeneration()));
        field(output, "Send time", time(info.sendTime(), zone));
        field(output, "Receive transid", Long.toString(info.receivedGeneration()));
        field(output, "Receive time", time(info.receiveTime(), zone));
        output.line("\tSnapshot(s):");
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            if (all.current().parentUuid().equals(Optional.of(info.uuid()))) {
                output.line("\t\t\t\t" + all.current().path().substring(1));
            }
        }
    }

    private static void printSpace(Output output, SubvolumeSpace space) throws IOException {
        field(output, "Usage referenced", Sizes.human(space.totalBytes()));
        field(output, "Usage exclusive", Sizes.human(space.exclusiveBytes()));
    }

    /// A line aligned with tabs as btrfs-progs does it.
    private static void field(Output output, String name, String value) throws IOException {
        int tabs =
                name.length() + 2 > LABEL_WIDTH ? 1 : name.length() + 2 > LABEL_WIDTH / 2 ? 2 : 3;
        output.line("\t" + name + ": " + "\t".repeat(tabs) + value);
    }

    private static String text(Optional<UUID> uuid) {
        return uuid.isPresent() ? uuid.get().toString() : "-";
    }

    private static String time(Timestamp time, ZoneId zone) {
        return time.equals(Timestamp.EPOCH) ? "-" : Times.zoned(time, zone);
    }

    private static void printJson(
            Output output, ReadView view, SubvolumeInfo info, boolean withSpace)
            throws IOException {
        try (JsonWriter json = output.json("subvolume show")) {
            json.field("generation", view.generation()).startObject("subvolume");
            SubvolumeJson.write(json, info);
            if (withSpace) {
                SubvolumeSums.fields(json, view.space().of(info.id()));
            }
            json.startArray("snapshots");
            for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
                if (all.current().parentUuid().equals(Optional.of(info.uuid()))) {
                    json.element(all.current().path());
                }
            }
            json.endArray().endObject().end();
        }
    }
}
