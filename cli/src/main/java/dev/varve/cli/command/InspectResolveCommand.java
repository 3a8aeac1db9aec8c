package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.InodePaths;
import dev.varve.cli.pool.Location;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// `varve inspect-internal inode-resolve` and `subvolid-resolve`
final class InspectResolveCommand implements Command {
    static final String INODE = "inspect-internal inode-resolve";
    static final String SUBVOLUME = "inspect-internal subvolid-resolve";

    private final String words;

    InspectResolveCommand(String words) {
        this.words = words;
    }

    @Override
    public CommandSpec spec() {
        return words.equals(INODE)
                ? new SpecBuilder(words, "INODE PATH", "Show the paths of an inode.")
                        .about("One line for each name of the inode in the subvolume of PATH.")
                        .operand("INODE", "1", "The inode's number.")
                        .operand("PATH", "1", "Any path in the subvolume.")
                        .example("varve inspect-internal inode-resolve 257 /docs", "")
                        .build()
                : new SpecBuilder(words, "ID [PATH]", "Show the path of a subvolume.")
                        .operand("ID", "1", "The subvolume's id.")
                        .operand("PATH", "0..1", "Accepted as in btrfs.")
                        .example("varve inspect-internal subvolid-resolve 256", "")
                        .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        long number = number(call.required(0));
        List<String> paths;
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            paths = words.equals(INODE) ? ofInode(view, number, call) : ofSubvolume(view, number);
        }
        if (output.isJson()) {
            try (JsonWriter json = output.json(words)) {
                json.startArray("paths");
                for (String path : paths) {
                    json.element(path);
                }
                json.endArray().end();
            }
        } else {
            for (String path : paths) {
                output.line(path);
            }
        }
        return ExitCode.OK;
    }

    private static long number(String text) throws UsageException {
        if (!text.matches("[0-9]{1,18}")) {
            throw new UsageException("not a number: '" + text + "'");
        }
        return Long.parseLong(text);
    }

    private static List<String> ofInode(ReadView view, long inode, Invocation call)
            throws IOException {
        Location at = new PathResolver(view).resolve(call.path(1));
        InodePaths paths = new InodePaths(at.tree());
        String subvolume = at.tree().info().path();
        String prefix = subvolume.equals("/") ? "" : subvolume;
        List<String> found = new ArrayList<>();
        for (Scan<Link> links = at.tree().links(inode); links.advance(); ) {
            found.add(prefix + paths.of(links.current()));
        }
        if (found.isEmpty()) {
            throw new NoSuchFileException(subvolume + " inode " + inode);
        }
        return found;
    }

    private static List<String> ofSubvolume(ReadView view, long id) throws IOException {
        return List.of(
                view.find(new SubvolumeId(id))
                        .map(SubvolumeInfo::path)
                        .orElseThrow(() -> new NoSuchFileException("subvolume " + id)));
    }
}
