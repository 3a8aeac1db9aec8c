package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.InodePaths;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.RecentExtents;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve find-new`, also as `varve subvolume find-new`, in btrfs-progs' format.
final class FindNewCommand implements Command {
    private final String words;

    /// @param words under which of its names it is called
    FindNewCommand(String words) {
        this.words = words;
    }

    @Override
    public CommandSpec spec() {
        return new SpecBuilder(words, "PATH GENERATION", "List data written since a generation.")
                .about(
                        "One line per extent, in the order in which files were created, and",
                        "at the end the generation to ask for next time. Small and",
                        "preallocated extents may be listed again when a neighbour changed.")
                .operand("PATH", "1", "A subvolume in the pool.")
                .operand("GENERATION", "1", "The first generation that counts.")
                .example("varve " + words + " /docs 7", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        long generation = generation(call.required(1));
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            FileTree tree = view.open(new PathResolver(view).subvolume(call.path(0)).id());
            Scan<RecentExtents.FileExtent> extents = RecentExtents.since(tree, generation);
            Output output = call.output();
            if (output.isJson()) {
                try (JsonWriter json = output.json(words)) {
                    json.field("generation", view.generation())
                            .field("marker", tree.info().generation());
                    print(json, tree, extents);
                    json.end();
                }
            } else {
                print(output, tree, extents);
                output.line("transid marker was " + tree.info().generation());
            }
        }
        return ExitCode.OK;
    }

    private static long generation(String text) throws UsageException {
        try {
            return Math.max(0, Long.parseLong(text));
        } catch (NumberFormatException _) {
            throw new UsageException("not a generation: '" + text + "'");
        }
    }

    private static void print(Output output, FileTree tree, Scan<RecentExtents.FileExtent> extents)
            throws IOException {
        InodePaths paths = new InodePaths(tree);
        while (extents.advance()) {
            long inode = extents.current().inode();
            Extent extent = extents.current().extent();
            Optional<PoolPath> path = paths.of(inode);
            String name = path.isPresent() ? path.get().toString().substring(1) : "";
            output.line(
                    "inode "
                            + inode
                            + " file offset "
                            + extent.offset()
                            + " len "
                            + extent.length()
                            + " "
                            + where(tree, extent)
                            + " "
                            + name);
        }
    }

    private static String where(FileTree tree, Extent extent) {
        long newest = tree.info().generation();
        return switch (extent) {
            case Extent.Data data ->
                    "disk start "
                            + Long.toUnsignedString(data.block())
                            + " offset "
                            + data.blockOffset()
                            + " gen "
                            + data.generation()
                            + " flags NONE";
            case Extent.Inline _ -> "disk start 0 offset 0 gen " + newest + " flags INLINE";
            case Extent.Preallocated _ -> "disk start 0 offset 0 gen " + newest + " flags PREALLOC";
        };
    }

    private static void print(
            JsonWriter json, FileTree tree, Scan<RecentExtents.FileExtent> extents)
            throws IOException {
        InodePaths paths = new InodePaths(tree);
        json.startArray("extents");
        while (extents.advance()) {
            long inode = extents.current().inode();
            Extent extent = extents.current().extent();
            Optional<PoolPath> path = paths.of(inode);
            json.startObject()
                    .field("path", path.map(PoolPath::toString).orElse(""))
                    .field("inode", inode)
                    .field("offset", extent.offset())
                    .field("length", extent.length());
            switch (extent) {
                case Extent.Data data ->
                        json.field("kind", "data").field("generation", data.generation());
                case Extent.Inline _ -> json.field("kind", "inline");
                case Extent.Preallocated _ -> json.field("kind", "preallocated");
            }
            json.endObject();
        }
        json.endArray();
    }
}
