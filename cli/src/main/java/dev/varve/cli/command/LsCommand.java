package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Modes;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.RawText;
import dev.varve.cli.output.Times;
import dev.varve.cli.pool.Location;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.TreeWalk;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// `varve ls`
final class LsCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("ls", "[-l] [-R] [PATH…]", "List directories in the pool.")
                .flag("Mode, links, owner, group, size, time; owners as numbers.", "-l", "--long")
                .flag("Everything below, with full paths.", "-R", "--recursive")
                .flag("The directory itself, not its content.", "-d", "--directory")
                .operand("PATH", "0..*", "Paths in the pool; default: /.")
                .example("varve ls -l /snaps/docs.1", "")
                .example("varve ls -R /docs --json", "every entry, for scripts")
                .build();
    }

    /// Takes one listed entry; `shown` is the name to print.
    private interface Sink {
        void take(Location at, String shown) throws IOException;
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
        Output output = call.output();
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            PathResolver resolver = new PathResolver(view);
            if (output.isJson()) {
                try (JsonWriter json = output.json("ls")) {
                    json.field("generation", view.generation()).startArray("entries");
                    list(call, resolver, paths, (at, _) -> printJson(json, at));
                    json.endArray().end();
                }
            } else if (call.has("-l")) {
                ZoneId zone = call.console().clock().getZone();
                list(call, resolver, paths, (at, shown) -> printLong(output, at, shown, zone));
            } else {
                list(call, resolver, paths, (_, shown) -> output.line(shown));
            }
        }
        return ExitCode.OK;
    }

    private static void list(
            Invocation call, PathResolver resolver, List<PoolPath> paths, Sink sink)
            throws IOException {
        for (PoolPath path : paths) {
            Location at = resolver.resolve(path);
            boolean listable = at.isPlaceholder() || at.inode().isDirectory();
            if (call.has("-d") || !listable) {
                sink.take(at, path.toString());
            } else if (call.has("-R")) {
                recurse(resolver, at, sink);
            } else if (!at.isPlaceholder()) {
                for (Scan<DirEntry> all = at.tree().list(at.number()); all.advance(); ) {
                    Location child = resolver.child(at, all.current());
                    sink.take(child, RawText.decode(all.current().name().bytes()));
                }
            }
        }
    }

    private static void recurse(PathResolver resolver, Location start, Sink sink)
            throws IOException {
        TreeWalk walk = new TreeWalk(resolver, start);
        walk.advance();
        while (walk.advance()) {
            Location at = walk.current().location();
            if (!walk.current().isLeaving()) {
                sink.take(at, at.path().toString());
            }
        }
    }

    private static void printJson(JsonWriter json, Location at) throws IOException {
        json.startObject();
        EntryJson.write(json, at);
        json.endObject();
    }

    private static void printLong(Output output, Location at, String shown, ZoneId zone)
            throws IOException {
        if (at.isPlaceholder()) {
            output.line("d---------   1      0      0            - -                   " + shown);
            return;
        }
        Inode inode = at.inode();
        StringBuilder line = new StringBuilder(Modes.text(inode.mode()));
        right(line, Long.toString(inode.links()), 3);
        right(line, Long.toString(inode.uid()), 6);
        right(line, Long.toString(inode.gid()), 6);
        right(line, size(inode), 12);
        line.append(' ').append(Times.plain(inode.modifyTime(), zone));
        line.append(' ').append(shown);
        if (inode.type() == FileType.SYMLINK) {
            line.append(" -> ").append(RawText.decode(at.tree().symlinkTarget(at.number())));
        }
        output.line(line.toString());
    }

    private static String size(Inode inode) {
        return switch (inode.type()) {
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                    Modes.major(inode.rdev()) + "," + Modes.minor(inode.rdev());
            case REGULAR, DIRECTORY, SYMLINK, FIFO, SOCKET -> Long.toString(inode.sizeBytes());
        };
    }

    private static void right(StringBuilder line, String text, int width) {
        line.append(' ').repeat(' ', Math.max(0, width - text.length())).append(text);
    }
}
