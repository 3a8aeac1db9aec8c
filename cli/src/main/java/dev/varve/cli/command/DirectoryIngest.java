package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.output.Sizes;
import dev.varve.cli.pool.Location;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PlaceMaker;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolPlace;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.ingest.DirectoryImport;
import dev.varve.ingest.ImportOptions;
import dev.varve.ingest.ImportResult;
import dev.varve.local.Failure;
import dev.varve.local.PathFilter;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What `import` and `backup` share: their options, bringing a directory into a subvolume inside a
/// transaction, and the report.
final class DirectoryIngest {
    private final Invocation call;
    private final Path directory;
    private final long startNanos = System.nanoTime();

    DirectoryIngest(Invocation call, Path directory) throws IOException {
        this.call = call;
        this.directory = directory;
        if (!Files.exists(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
    }

    /// Adds the options to a command's model.
    static SpecBuilder options(SpecBuilder spec) {
        return spec.values(
                        "PATTERN",
                        "Leave out what matches: *.o anywhere, /tmp at the top, cache/ directories,"
                                + " ** any depth, ! takes back. May be repeated.",
                        "--exclude")
                .values(
                        "FILE",
                        "Patterns from a file of this machine, one a line.",
                        "--exclude-file")
                .flag("Do not cross into mounts.", "-x", "--one-file-system");
    }

    /// Begins to list the directory, so that it goes on while the pool is opened.
    DirectoryImport start() throws IOException {
        ImportOptions options =
                ImportOptions.everything(call.console().clock())
                        .withExclude(PathFilter.of(patterns()))
                        .withOneFileSystem(call.has("--one-file-system"));
        return new DirectoryImport(options, directory);
    }

    /// Imports into the subvolume at `path`, which is made if missing; the caller commits.
    ImportResult run(DirectoryImport started, WriteTransaction transaction, PoolPath path)
            throws IOException {
        SubvolumeInfo subvolume = subvolume(transaction, path);
        try (Progress progress = call.output().progress("importing")) {
            return started.run(
                    transaction,
                    subvolume.id(),
                    at -> progress.update(at.entries(), at.bytesRead(), 0));
        }
    }

    /// The subvolume at that path, made if nothing is there.
    static SubvolumeInfo subvolume(Invocation call, WriteTransaction transaction, PoolPath path)
            throws IOException {
        Optional<Location> there = new PathResolver(transaction).find(path);
        if (there.isEmpty()) {
            PlaceMaker places = new PlaceMaker(transaction, call.now());
            return transaction.createSubvolume(places.free(path));
        }
        if (!there.get().isSubvolume()) {
            throw new FileSystemException(
                    path.toString(), null, "not a subvolume; import makes one at a free path");
        }
        return there.get().subvolume();
    }

    private SubvolumeInfo subvolume(WriteTransaction transaction, PoolPath path)
            throws IOException {
        return subvolume(call, transaction, path);
    }

    private List<String> patterns() throws IOException {
        List<String> patterns = new ArrayList<>(call.values("--exclude"));
        for (String file : call.values("--exclude-file")) {
            patterns.addAll(PathFilter.readPatterns(Invocation.localPath(file)));
        }
        try {
            PathFilter.of(patterns);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--exclude: " + e.getMessage());
        }
        poolItself().ifPresent(patterns::add);
        return patterns;
    }

    /// A pattern for the pool if it lies inside the directory: it cannot hold itself.
    private Optional<String> poolItself() throws IOException {
        PoolPlace place = call.poolPlace();
        if (place.isBucket() || !Files.exists(place.directory())) {
            return Optional.empty();
        }
        Path pool = place.directory().toRealPath();
        Path root = directory.toRealPath();
        if (!pool.startsWith(root) || pool.equals(root)) {
            return Optional.empty();
        }
        call.output().note("leaving out the pool itself: " + pool);
        String inside = root.relativize(pool).toString();
        return Optional.of("/" + inside.replaceAll("([\\\\*?\\[])", "\\\\$1"));
    }

    /// Says what was done.
    ExitCode report(ImportResult result, PoolPath path) throws IOException {
        Output output = call.output();
        output.say(
                "Imported '%s' into '%s': %d new, %d changed, %d moved, %d unchanged, %d removed"
                        .formatted(
                                directory,
                                path,
                                result.created(),
                                result.changed(),
                                result.moved(),
                                result.unmodified(),
                                result.removed()));
        output.say(
                "Read %s in %s"
                        .formatted(
                                Sizes.human(result.bytesRead()),
                                Sizes.seconds(System.nanoTime() - startNanos)));
        printFailures(output, directory.toString(), result.failures(), result.failureCount());
        return ExitCode.partialIf(result.isPartial());
    }

    /// One line per failure on standard error.
    static void printFailures(Output output, String root, List<Failure> failures, long count) {
        for (Failure failure : failures) {
            output.error("varve: " + root + "/" + failure);
        }
        if (count > failures.size()) {
            output.error("varve: and " + (count - failures.size()) + " more");
        }
    }

    /// Writes the `import` object's fields into the object that is open.
    void write(JsonWriter json, ImportResult result, PoolPath path) throws IOException {
        json.field("source", directory.toString())
                .field("path", path.toString())
                .field("created", result.created())
                .field("changed", result.changed())
                .field("moved", result.moved())
                .field("unmodified", result.unmodified())
                .field("removed", result.removed())
                .field("read_bytes", result.bytesRead())
                .field("written_bytes", result.bytesWritten());
        writeFailures(json, result.failures(), result.failureCount());
    }

    static void writeFailures(JsonWriter json, List<Failure> failures, long count)
            throws IOException {
        json.field("failure_count", count).startArray("failures");
        for (Failure failure : failures) {
            json.startObject()
                    .field("path", failure.path())
                    .field("reason", failure.reason())
                    .endObject();
        }
        json.endArray();
    }
}
