package dev.varve.cli.command;

import dev.varve.cli.output.ClosedOutputException;
import dev.varve.cli.output.CountedStream;
import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.pool.Location;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.ReadView;
import dev.varve.local.PathFilter;
import dev.varve.tar.TarExport;
import dev.varve.tar.TarResult;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve export`
final class ExportCommand implements Command {
    private static final int BUFFER_BYTES = 1 << 18;

    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "export",
                        "--format tar [-f FILE] [--exclude PATTERN]… PATH",
                        "Write a snapshot, or a directory in it, as a tar archive.")
                .about(
                        "The archive goes to standard output. Nested subvolumes become",
                        "directories.",
                        "GNU tar restores all of it with --xattrs --xattrs-include='*';",
                        "access control lists alone with --acls.")
                .value("tar", "The format; tar is the one there is yet.", "--format")
                .value("FILE", "Write to a file of this machine.", "-f")
                .values("PATTERN", "Leave out what matches; may be repeated.", "--exclude")
                .operand("PATH", "1", "A directory in the pool.")
                .example("varve export --format tar /snaps/docs.1 > docs.tar", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        String format = call.value("--format").orElse("tar");
        if (!format.equals("tar")) {
            throw new UsageException("--format is tar, not '" + format + "'");
        }
        Optional<String> file = call.value("-f");
        if (file.isEmpty()) {
            TarTarget.requireOutput(call, "-f");
        }
        TarResult result;
        try (OutputStream out =
                file.isPresent()
                        ? Files.newOutputStream(Invocation.localPath(file.get()))
                        : call.output().bytes()) {
            result = export(call, out);
        } catch (ClosedOutputException e) {
            throw TarTarget.incomplete();
        }
        report(call, result);
        return ExitCode.partialIf(result.isPartial());
    }

    private static TarResult export(Invocation call, OutputStream target) throws IOException {
        PoolPath path = call.path(0);
        try (PoolSession session = call.openPool();
                ReadView view = session.read();
                Progress progress = call.output().progress("exporting")) {
            Location at = new PathResolver(view).resolve(path);
            if (!at.inode().isDirectory()) {
                throw new FileSystemException(path.toString(), null, "not a directory");
            }
            OutputStream out =
                    new BufferedOutputStream(new CountedStream(target, progress, 0), BUFFER_BYTES);
            TarResult result = new TarExport(view, filter(call)).run(at.tree(), at.number(), out);
            out.flush();
            return result;
        }
    }

    private static PathFilter filter(Invocation call) throws UsageException {
        try {
            return PathFilter.of(call.values("--exclude"));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--exclude: " + e.getMessage());
        }
    }

    private static void report(Invocation call, TarResult result) throws IOException {
        Output output = call.output();
        DirectoryIngest.printFailures(
                output, call.path(0).toString(), result.failures(), result.failureCount());
        if (output.isJson()) {
            try (JsonWriter json = output.json("export")) {
                json.field("path", call.path(0).toString());
                write(json, result);
                json.end();
            }
        }
    }

    /// What was written, into the object that is open.
    static void write(JsonWriter json, TarResult result) throws IOException {
        json.field("entries", result.entries()).field("content_bytes", result.bytes());
        DirectoryIngest.writeFailures(json, result.failures(), result.failureCount());
    }
}
