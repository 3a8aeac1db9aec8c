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
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// `varve du`
final class DuCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "du", "[-s] [-b] [PATH… | --subvolumes]", "Sum up sizes below paths.")
                .about(
                        "Total is what files hold without holes, before compression; what",
                        "snapshots share counts each time. Apparent is the sum of file",
                        "sizes. A file with several names counts in equal parts for each.",
                        "With -s, and whole subvolumes only: what each takes in the pool,",
                        "compressed, metadata too. Exclusive is what nothing else holds, and",
                        "what deleting just that one frees.")
                .flag("Only a line per operand.", "-s", "--summarize")
                .number("N", "Only directories at most N levels down.", "-d", "--max-depth")
                .flag("-s for every subvolume and snapshot.", "--subvolumes")
                .flag("Sizes in bytes.", "-b", "--raw")
                .operand("PATH", "0..*", "Paths in the pool; default: /.")
                .example("varve du -d 1 /docs", "")
                .example("varve du -s /snaps/docs.1 /snaps/docs.2", "")
                .build();
    }

    /// What is below a path.
    private static final class Sum {
        private long totalBytes;
        private long apparentBytes;
        private long entries;

        void add(Sum other) {
            totalBytes += other.totalBytes;
            apparentBytes += other.apparentBytes;
            entries += other.entries;
        }
    }

    /// Takes one finished directory or operand.
    private interface Sink {
        void take(Location at, Sum sum) throws IOException;
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
        long depth = call.has("-s") ? 0 : call.number("--max-depth", Long.MAX_VALUE);
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            PathResolver resolver = new PathResolver(view);
            List<SubvolumeInfo> whole = wholeSubvolumes(call, view, resolver, paths);
            if (!whole.isEmpty()) {
                SubvolumeSums.print(call.output(), view, whole, call.has("-b"));
                return ExitCode.OK;
            }
            if (call.output().isJson()) {
                try (JsonWriter json = call.output().json("du")) {
                    json.field("generation", view.generation()).startArray("directories");
                    for (PoolPath path : paths) {
                        sum(resolver, path, depth, (at, sum) -> printJson(json, at, sum));
                    }
                    json.endArray().end();
                }
            } else {
                print(call, resolver, paths, depth);
            }
        }
        return ExitCode.OK;
    }

    /// The subvolumes to sum up as such; empty if the operands are to be walked.
    private static List<SubvolumeInfo> wholeSubvolumes(
            Invocation call, ReadView view, PathResolver resolver, List<PoolPath> paths)
            throws IOException {
        List<SubvolumeInfo> whole = new ArrayList<>();
        if (call.has("--subvolumes")) {
            for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
                whole.add(all.current());
            }
            return whole;
        }
        if (!call.has("-s")) {
            return List.of();
        }
        for (PoolPath path : paths) {
            Location at = resolver.resolve(path);
            if (!at.isSubvolume()) {
                return List.of();
            }
            whole.add(at.subvolume());
        }
        return whole;
    }

    private static void print(
            Invocation call, PathResolver resolver, List<PoolPath> paths, long depth)
            throws IOException {
        Output output = call.output();
        boolean raw = call.has("-b");
        output.line("     Total   Apparent    Entries  Filename");
        for (PoolPath path : paths) {
            sum(resolver, path, depth, (at, sum) -> output.line(line(at, sum, raw)));
        }
    }

    private static String line(Location at, Sum sum, boolean raw) {
        StringBuilder line = new StringBuilder();
        right(line, raw ? Long.toString(sum.totalBytes) : Sizes.human(sum.totalBytes), 10);
        right(line, raw ? Long.toString(sum.apparentBytes) : Sizes.human(sum.apparentBytes), 11);
        right(line, Long.toString(sum.entries), 11);
        return line.append("  ").append(at.path()).toString();
    }

    private static void right(StringBuilder line, String text, int width) {
        line.repeat(' ', Math.max(0, width - text.length())).append(text);
    }

    /// Walks below a path; a directory is told when its content is summed up.
    private static void sum(PathResolver resolver, PoolPath path, long depth, Sink sink)
            throws IOException {
        Location start = resolver.resolve(path);
        TreeWalk walk = new TreeWalk(resolver, start);
        Deque<Sum> open = new ArrayDeque<>();
        open.addLast(new Sum());
        while (walk.advance()) {
            Location at = walk.current().location();
            if (walk.current().isLeaving()) {
                Sum done = open.removeLast();
                open.getLast().add(done);
                if (walk.depth() <= depth) {
                    sink.take(at, done);
                }
            } else {
                if (!at.isPlaceholder() && at.inode().isDirectory()) {
                    open.addLast(new Sum());
                }
                count(at, open.getLast());
            }
        }
        if (start.isPlaceholder() || !start.inode().isDirectory()) {
            sink.take(start, open.getLast());
        }
    }

    private static void count(Location at, Sum sum) throws IOException {
        sum.entries++;
        if (at.isPlaceholder()) {
            return;
        }
        Inode inode = at.inode();
        long names = Math.max(1, inode.links());
        sum.apparentBytes += inode.sizeBytes() / names;
        if (inode.isRegular()) {
            sum.totalBytes += allocated(at) / names;
        }
    }

    private static long allocated(Location at) throws IOException {
        long bytes = 0;
        for (Scan<Extent> all = at.tree().extents(at.number(), 0); all.advance(); ) {
            bytes += all.current().length();
        }
        return bytes;
    }

    private static void printJson(JsonWriter json, Location at, Sum sum) throws IOException {
        json.startObject()
                .field("path", at.path().toString())
                .field("total_bytes", sum.totalBytes)
                .field("apparent_bytes", sum.apparentBytes)
                .field("entries", sum.entries)
                .endObject();
    }
}
