package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.output.Sizes;
import dev.varve.cli.pool.PoolPath;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Inode;
import dev.varve.tar.TarImport;
import dev.varve.tar.TarResult;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/// `import --format tar`: reads an archive into a subvolume.
final class TarIngest {
    private static final int BUFFER_BYTES = 1 << 18;

    private final Invocation call;
    private final String file;

    /// @param file a file of this machine, or `-` for standard input
    TarIngest(Invocation call, String file) {
        this.call = call;
        this.file = file;
    }

    /// Imports into the subvolume at `path`, which is made if missing; the caller commits.
    TarResult run(WriteTransaction transaction, PoolPath path) throws IOException {
        try (InputStream in = new BufferedInputStream(open(), BUFFER_BYTES);
                Progress progress = call.output().progress("importing")) {
            SubvolumeWriter tree =
                    transaction.edit(DirectoryIngest.subvolume(call, transaction, path).id());
            TarResult result = new TarImport(tree, Inode.ROOT, call.now()).run(in);
            progress.update(result.entries(), result.bytes(), 0);
            return result;
        }
    }

    private InputStream open() throws IOException {
        return file.equals("-")
                ? call.console().in()
                : Files.newInputStream(Invocation.localPath(file));
    }

    /// Says what was done.
    ExitCode report(TarResult result, PoolPath path, long generation) throws IOException {
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("import")) {
                json.field("generation", generation)
                        .field("source", file)
                        .field("path", path.toString())
                        .field("entries", result.entries())
                        .field("read_bytes", result.bytes());
                DirectoryIngest.writeFailures(json, result.failures(), result.failureCount());
                json.end();
            }
        }
        output.say(
                "Imported '%s' into '%s': %d entries, %s"
                        .formatted(file, path, result.entries(), Sizes.human(result.bytes())));
        DirectoryIngest.printFailures(output, file, result.failures(), result.failureCount());
        return ExitCode.partialIf(result.isPartial());
    }
}
