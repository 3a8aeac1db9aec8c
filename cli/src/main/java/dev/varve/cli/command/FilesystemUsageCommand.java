package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Sizes;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.PoolSpace;
import dev.varve.engine.model.PoolSpace.KindSpace;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve filesystem usage` and `varve filesystem df`, in the manner of btrfs-progs.
final class FilesystemUsageCommand implements Command {
    private static final double PERCENT = 100.0;

    private final String words;

    FilesystemUsageCommand(String words) {
        this.words = words;
    }

    @Override
    public CommandSpec spec() {
        SpecBuilder builder =
                new SpecBuilder(words, "[-b] [/]", "Show what the pool takes and what is in use.");
        return builder.about(
                        "Used is what something refers to: subvolumes, deleted ones that can still",
                        "be brought back, and the pool's own trees. Where blocks of a pack differ in",
                        "size it is an estimate until the pack is reclaimed.")
                .flag("Sizes in bytes.", "-b", "--raw")
                .operand("PATH", "0..1", "Accepted as in btrfs; any path in the pool.")
                .example("varve " + words, "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            PoolSpace space = view.space().pool();
            if (call.output().isJson()) {
                printJson(call.output(), view.generation(), space);
            } else if (words.endsWith("df")) {
                printDf(call.output(), space, call.has("-b"));
            } else {
                printUsage(call.output(), space, call.has("-b"));
            }
        }
        return ExitCode.OK;
    }

    private static String size(long bytes, boolean raw) {
        return raw ? Long.toString(bytes) : Sizes.human(bytes);
    }

    private static void printDf(Output output, PoolSpace space, boolean raw) throws IOException {
        output.line("Data: total=%s, used=%s".formatted(sizes(space.data(), raw)));
        output.line("Metadata: total=%s, used=%s".formatted(sizes(space.metadata(), raw)));
    }

    private static Object[] sizes(KindSpace kind, boolean raw) {
        return new Object[] {size(kind.storedBytes(), raw), size(kind.usedBytes(), raw)};
    }

    private static void printUsage(Output output, PoolSpace space, boolean raw) throws IOException {
        long stored = space.data().storedBytes() + space.metadata().storedBytes();
        long used = space.data().usedBytes() + space.metadata().usedBytes();
        output.line("Overall:");
        field(output, "Stored:", size(stored + space.waitingBytes(), raw));
        field(output, "Used:", size(used, raw));
        field(output, "Unused, to be packed:", size(stored - used, raw));
        field(output, "To be deleted:", size(space.waitingBytes(), raw));
        field(output, "Objects to be deleted:", Long.toString(space.waitingObjects()));
        field(output, "Deleted subvolumes:", Long.toString(space.deletedSubvolumes()));
        kind(output, "Data", space.data(), raw);
        kind(output, "Metadata", space.metadata(), raw);
    }

    private static void field(Output output, String name, String value) throws IOException {
        output.line("    %-26s%12s".formatted(name, value));
    }

    private static void kind(Output output, String name, KindSpace kind, boolean raw)
            throws IOException {
        double percent =
                kind.storedBytes() == 0 ? 0 : PERCENT * kind.usedBytes() / kind.storedBytes();
        output.line("");
        output.line(
                "%s: Size:%s, Used:%s (%.2f%%), Packs:%d, Blocks:%d, Uncompressed:%s"
                        .formatted(
                                name,
                                size(kind.storedBytes(), raw),
                                size(kind.usedBytes(), raw),
                                percent,
                                kind.packs(),
                                kind.blocks(),
                                size(kind.rawBytes(), raw)));
    }

    private void printJson(Output output, long generation, PoolSpace space) throws IOException {
        try (JsonWriter json = output.json(words)) {
            json.field("generation", generation)
                    .field("waiting_objects", space.waitingObjects())
                    .field("waiting_bytes", space.waitingBytes())
                    .field("deleted_subvolumes", space.deletedSubvolumes());
            printJson(json, "data", space.data());
            printJson(json, "metadata", space.metadata());
            json.end();
        }
    }

    private static void printJson(JsonWriter json, String name, KindSpace kind) throws IOException {
        json.startObject(name)
                .field("packs", kind.packs())
                .field("blocks", kind.blocks())
                .field("stored_bytes", kind.storedBytes())
                .field("used_bytes", kind.usedBytes())
                .field("raw_bytes", kind.rawBytes())
                .endObject();
    }
}
