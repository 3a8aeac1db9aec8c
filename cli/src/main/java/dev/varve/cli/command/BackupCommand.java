package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Times;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PlaceMaker;
import dev.varve.cli.pool.PoolMaker;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolPlace;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.SealCipher;
import dev.varve.engine.model.Sealing;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.ingest.DirectoryImport;
import dev.varve.ingest.ImportResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve backup`
final class BackupCommand implements Command {
    private static final PoolPath SNAPSHOTS = new PoolPath(List.of(FileName.of("snaps")));

    @Override
    public CommandSpec spec() {
        SpecBuilder spec =
                new SpecBuilder(
                                "backup",
                                "[--name NAME] [options] DIR",
                                "Import a directory and take a snapshot, in one line.")
                        .about(
                                "Makes the pool if there is none (in a bucket 'varve init' does),",
                                "makes the subvolume /NAME equal DIR, and takes the read-only",
                                "snapshot /snaps/NAME.TIME: one commit for both.")
                        .value("NAME", "The subvolume; default: DIR's own name.", "--name");
        return DirectoryIngest.options(spec)
                .operand("DIR", "1", "A directory of this machine.")
                .example("varve -P /backup/pool backup /home/me", "")
                .example("varve backup /srv/www --name www -q", "from a timer")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Path directory = Invocation.localPath(call.required(0));
        DirectoryIngest ingest = new DirectoryIngest(call, directory);
        PoolPath path = PoolPath.parse("/" + name(call, directory));
        String name = path.name().toString();
        makePool(call);
        ImportResult result;
        SubvolumeInfo snapshot;
        long generation;
        try (DirectoryImport started = ingest.start();
                PoolSession session = call.openPool();
                WriteTransaction transaction = call.begin(session)) {
            result = ingest.run(started, transaction, path);
            snapshot = snapshot(call, transaction, path, name);
            generation = transaction.commit();
        }
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("backup")) {
                json.field("generation", generation).startObject("import");
                ingest.write(json, result, path);
                json.endObject().startObject("snapshot");
                SubvolumeJson.write(json, snapshot);
                json.endObject().end();
            }
        }
        ExitCode code = ingest.report(result, path);
        output.say("Create a readonly snapshot of '" + path + "' in '" + snapshot.path() + "'");
        return code;
    }

    private static String name(Invocation call, Path directory) throws IOException {
        Optional<String> named = call.value("--name");
        Path real = directory.toRealPath();
        return named.orElse(real.getFileName() == null ? "root" : real.getFileName().toString());
    }

    private static void makePool(Invocation call) throws IOException {
        PoolPlace pool = call.poolPlace();
        if (PoolMaker.isFree(pool)) {
            PoolSettings settings = PoolSettings.defaults();
            Optional<Sealing> sealing =
                    call.secrets().insists()
                            ? Optional.of(
                                    new Sealing(SealCipher.AES_256_GCM, call.secrets().ways()))
                            : Optional.empty();
            PoolMaker.create(pool, settings, sealing, call.poolOptions());
            call.output().say("Created pool " + settings.poolId() + " in '" + pool + "'");
        }
    }

    private static SubvolumeInfo snapshot(
            Invocation call, WriteTransaction transaction, PoolPath path, String name)
            throws IOException {
        PathResolver resolver = new PathResolver(transaction);
        String stamped = name + "." + Times.stamp(call.console().clock().instant());
        PoolPath target = SNAPSHOTS.resolve(FileName.of(stamped));
        for (int again = 2; resolver.find(target).isPresent(); again++) {
            target = SNAPSHOTS.resolve(FileName.of(stamped + "-" + again));
        }
        return transaction.snapshot(
                resolver.subvolume(path).id(),
                new PlaceMaker(transaction, call.now()).free(target),
                new WriteTransaction.SnapshotOptions(true, false));
    }
}
