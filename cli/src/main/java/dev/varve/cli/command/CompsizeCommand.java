package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Sizes;
import dev.varve.cli.pool.Location;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.TreeWalk;
import dev.varve.engine.ReadView;
import dev.varve.engine.SpaceReport;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoredSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/// `varve filesystem compsize`, with compsize's table.
final class CompsizeCommand implements Command {
    private static final int SLOT_BITS = 16;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final int PERCENT = 100;

    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "filesystem compsize",
                        "[-b] [PATH…]",
                        "Show what compressed files really take.")
                .about(
                        "Disk usage is what blocks take in packs, Uncompressed what they hold, each",
                        "block counted once; Referenced is what files see of them. Small files are",
                        "kept inline in metadata.")
                .flag("Sizes in bytes.", "-b", "--raw")
                .operand("PATH", "0..*", "Paths in the pool; default: /.")
                .example("varve filesystem compsize /docs", "")
                .build();
    }

    /// A row of the table.
    private static final class Row {
        private final String name;
        private long diskBytes;
        private long rawBytes;
        private long referencedBytes;

        Row(String name) {
            this.name = name;
        }

        void add(Row other) {
            diskBytes += other.diskBytes;
            rawBytes += other.rawBytes;
            referencedBytes += other.referencedBytes;
        }
    }

    /// What was gone through. A bit per block of the packs met tells those counted already.
    private static final class Sums {
        private final Row zstd = new Row("zstd");
        private final Row none = new Row("none");
        private final Row inline = new Row("inline");
        private final Row prealloc = new Row("prealloc");
        private final Map<Long, BitSet> seen = new HashMap<>();
        private long files;
        private long extents;
        private long references;

        List<Row> rows() {
            Row total = new Row("TOTAL");
            List<Row> rows = new ArrayList<>(List.of(total));
            for (Row row : List.of(none, zstd, inline, prealloc)) {
                if (row.referencedBytes > 0) {
                    total.add(row);
                    rows.add(row);
                }
            }
            return rows;
        }
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        List<PoolPath> paths = new ArrayList<>();
        for (String operand : call.operandsFrom(0)) {
            paths.add(PoolPath.parse(operand));
        }
        if (paths.isEmpty()) {
            paths.add(PoolPath.ROOT);
        }
        Sums sums = new Sums();
        long generation;
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            generation = view.generation();
            SpaceReport space = view.space();
            PathResolver resolver = new PathResolver(view);
            for (PoolPath path : paths) {
                TreeWalk walk = new TreeWalk(resolver, resolver.resolve(path));
                while (walk.advance()) {
                    if (!walk.current().isLeaving()) {
                        count(walk.current().location(), space, sums);
                    }
                }
            }
        }
        if (call.output().isJson()) {
            printJson(call.output(), generation, sums);
        } else {
            print(call.output(), sums, call.has("-b"));
        }
        return ExitCode.OK;
    }

    private static void count(Location at, SpaceReport space, Sums sums) throws IOException {
        if (at.isPlaceholder() || !at.inode().isRegular()) {
            return;
        }
        sums.files++;
        for (Scan<Extent> all = at.tree().extents(at.number(), 0); all.advance(); ) {
            sums.references++;
            switch (all.current()) {
                case Extent.Inline inline -> {
                    sums.inline.diskBytes += inline.length();
                    sums.inline.rawBytes += inline.length();
                    sums.inline.referencedBytes += inline.length();
                }
                case Extent.Preallocated hole -> sums.prealloc.referencedBytes += hole.length();
                case Extent.Data data -> count(data, space, sums);
            }
        }
    }

    private static void count(Extent.Data data, SpaceReport space, Sums sums) throws IOException {
        StoredSize size = space.sizeOf(data.block());
        Row row = size.storedBytes() < size.rawBytes() ? sums.zstd : sums.none;
        row.referencedBytes += data.length();
        BitSet seen = sums.seen.computeIfAbsent(data.block() >>> SLOT_BITS, _ -> new BitSet());
        int slot = (int) data.block() & SLOT_MASK;
        if (!seen.get(slot)) {
            seen.set(slot);
            sums.extents++;
            row.diskBytes += size.storedBytes();
            row.rawBytes += size.rawBytes();
        }
    }

    private static void print(Output output, Sums sums, boolean raw) throws IOException {
        output.line(
                "Processed %d files, %d blocks, %d refs."
                        .formatted(sums.files, sums.extents, sums.references));
        output.line("Type       Perc     Disk Usage   Uncompressed Referenced");
        for (Row row : sums.rows()) {
            long percent = row.rawBytes == 0 ? PERCENT : row.diskBytes * PERCENT / row.rawBytes;
            output.line(
                    "%-10s %3d%%     %-12s %-12s %-12s"
                            .formatted(
                                    row.name,
                                    percent,
                                    size(row.diskBytes, raw),
                                    size(row.rawBytes, raw),
                                    size(row.referencedBytes, raw))
                            .stripTrailing());
        }
    }

    private static String size(long bytes, boolean raw) {
        return raw ? Long.toString(bytes) : Sizes.human(bytes);
    }

    private static void printJson(Output output, long generation, Sums sums) throws IOException {
        try (JsonWriter json = output.json("filesystem compsize")) {
            json.field("generation", generation)
                    .field("files", sums.files)
                    .field("blocks", sums.extents)
                    .field("references", sums.references)
                    .startArray("types");
            for (Row row : sums.rows()) {
                json.startObject()
                        .field("type", row.name)
                        .field("disk_bytes", row.diskBytes)
                        .field("uncompressed_bytes", row.rawBytes)
                        .field("referenced_bytes", row.referencedBytes)
                        .endObject();
            }
            json.endArray().end();
        }
    }
}
