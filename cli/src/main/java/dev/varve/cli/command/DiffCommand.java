package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.SnapshotDiff;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve diff`
final class DiffCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("diff", "[-p] A B", "Show what differs between two snapshots.")
                .about(
                        "One line per change, in the order in which files were created:",
                        "  + added  - removed  R renamed  M content  U metadata changed",
                        "Changed times alone are shown with -v. Takes the time of what",
                        "differs, not of what there is.")
                .flag("Also show how the lines of text files differ.", "-p", "--patch")
                .operand("A", "1", "The older snapshot or subvolume in the pool.")
                .operand("B", "1", "The newer one of the same lineage.")
                .example("varve diff /snaps/docs.1 /snaps/docs.2", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            PathResolver resolver = new PathResolver(view);
            FileTree older = view.open(resolver.subvolume(call.path(0)).id());
            FileTree newer = view.open(resolver.subvolume(call.path(1)).id());
            Output output = call.output();
            if (output.isJson()) {
                try (JsonWriter json = output.json("diff")) {
                    json.field("generation", view.generation()).startArray("changes");
                    ChangeJson printer = new ChangeJson(json, older, newer);
                    walk(older, newer, printer::print);
                    json.endArray().end();
                }
            } else {
                walk(older, newer, new ChangeText(output, older, newer, call.has("-p"))::print);
            }
        }
        return ExitCode.OK;
    }

    /// Takes all changes of one inode.
    private interface Sink {
        void take(InodeChange change) throws IOException;
    }

    private static void walk(FileTree older, FileTree newer, Sink sink) throws IOException {
        Scan<Change> changes = SnapshotDiff.between(older, newer);
        if (!changes.advance()) {
            return;
        }
        InodeChange gathered = new InodeChange(changes.current().inode());
        gathered.add(changes.current());
        while (changes.advance()) {
            Change change = changes.current();
            if (change.inode() != gathered.inode()) {
                sink.take(gathered);
                gathered = new InodeChange(change.inode());
            }
            gathered.add(change);
        }
        sink.take(gathered);
    }
}
