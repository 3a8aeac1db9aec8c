package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.WriteTransaction;
import dev.varve.ingest.DirectoryImport;
import dev.varve.ingest.ImportResult;
import dev.varve.tar.TarResult;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// `varve import`
final class ImportCommand implements Command {
    @Override
    public CommandSpec spec() {
        SpecBuilder spec =
                new SpecBuilder(
                                "import",
                                "[options] DIR PATH | --format tar FILE PATH | --btrfs SNAP PATH",
                                "Make a subvolume equal a directory, or read an archive.")
                        .about(
                                "DIR's content goes into PATH itself. The subvolume is made if",
                                "missing, its missing parents as directories. Unchanged files are",
                                "recognised and not opened. What cannot be read is reported and",
                                "leads to exit code 3. If the import breaks off, the subvolume is",
                                "as it was. An archive is read over what is there; - is standard",
                                "input. It may be compressed with gzip, bzip2, zstd or compress;",
                                "unpack one of xz with xz -dc first.")
                        .flag(
                                "Take a read-only snapshot of a mounted btrfs as PATH/NAME through"
                                        + " btrfs send, as increment where possible. Needs root.",
                                "--btrfs")
                        .value("tar", "Import an archive instead of a directory.", "--format");
        return DirectoryIngest.options(spec)
                .operand("SOURCE", "1", "A directory, archive or snapshot of this machine.")
                .operand("PATH", "1", "A subvolume in the pool.")
                .example("varve import /home/me /home --exclude '*.o' -x", "")
                .example("varve import --format tar site.tar /site", "")
                .example("varve import --btrfs /mnt/.snapshots/docs.3 /docs", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        String format = call.value("--format").orElse("directory");
        PoolPath path = call.path(1);
        if (call.has("--btrfs")) {
            return importBtrfs(call, path);
        }
        return switch (format) {
            case "directory" -> importDirectory(call, path);
            case "tar" -> importTar(call, path);
            default -> throw new UsageException("--format is tar, not '" + format + "'");
        };
    }

    private static ExitCode importBtrfs(Invocation call, PoolPath path) throws IOException {
        boolean selects =
                !call.values("--exclude").isEmpty()
                        || !call.values("--exclude-file").isEmpty()
                        || call.has("--one-file-system");
        if (selects || call.value("--format").isPresent()) {
            throw new UsageException("import: --btrfs takes a snapshot as it is");
        }
        return new KernelIngest(call, Invocation.localPath(call.required(0))).run(path);
    }

    private static ExitCode importTar(Invocation call, PoolPath path) throws IOException {
        TarIngest ingest = new TarIngest(call, call.required(0));
        TarResult result;
        long generation;
        try (PoolSession session = call.openPool();
                WriteTransaction transaction = call.begin(session)) {
            result = ingest.run(transaction, path);
            generation = transaction.commit();
        }
        return ingest.report(result, path, generation);
    }

    private static ExitCode importDirectory(Invocation call, PoolPath path) throws IOException {
        DirectoryIngest ingest = new DirectoryIngest(call, Invocation.localPath(call.required(0)));
        ImportResult result;
        long generation;
        try (DirectoryImport started = ingest.start();
                PoolSession session = call.openPool();
                WriteTransaction transaction = call.begin(session)) {
            result = ingest.run(started, transaction, path);
            generation = transaction.commit();
        }
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("import")) {
                json.field("generation", generation);
                ingest.write(json, result, path);
                json.end();
            }
        }
        return ingest.report(result, path);
    }
}
