package dev.varve.cli.command;

import dev.varve.archive.Manifest;
import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// `varve archive create`
final class ArchiveCreateCommand implements Command {
    @Override
    public CommandSpec spec() {
        SpecBuilder spec =
                new SpecBuilder(
                                "archive create",
                                "--to PLACE [--full] [--archive-passphrase-file FILE] [--recipient FILE]…"
                                        + " SNAPSHOT…",
                                "Write snapshots as plain compressed streams.")
                        .about(
                                "Writes read-only snapshots, oldest first, as btrfs send streams that",
                                "are compressed by zstd and, if a passphrase or a recipient is given,",
                                "encrypted by OpenPGP. They need no Varve to be restored: cat, gpg, zstd",
                                "and btrfs receive do it. What is there already is passed over. Most are",
                                "increments, arranged so that a restore needs only a few.");
        spec = ArchiveSending.options(ArchiveAccess.placeOption(spec));
        return spec.flag("Send everything, building on no other snapshot.", "--full")
                .operand("SNAPSHOT", "1..*", "Read-only snapshots in the pool.")
                .example("varve archive create --to /mnt/disk/archive /snaps/docs.1", "")
                .example(
                        "varve archive create --to s3://bucket/archive --recipient me.asc"
                                + " /snaps/docs.1 /snaps/docs.2",
                        "for the owner of a key only")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        List<Manifest> written = new ArrayList<>();
        List<SubvolumeInfo> there = new ArrayList<>();
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            List<SubvolumeInfo> snapshots = snapshots(call, view);
            try (ArchiveAccess access = ArchiveAccess.toAdd(call)) {
                ArchiveSending sending =
                        new ArchiveSending(call, view, access, access.archive().manifests());
                for (SubvolumeInfo info : snapshots) {
                    if (sending.isArchived(info)) {
                        call.output().say(info.path() + " is there already");
                        there.add(info);
                    } else {
                        written.add(sending.add(info, call.has("--full")));
                    }
                }
            }
        }
        if (call.output().isJson()) {
            try (JsonWriter json = call.output().json("archive create")) {
                ArchiveSending.write(json, "archived", written);
                json.startArray("already_there");
                for (SubvolumeInfo info : there) {
                    json.element(info.path());
                }
                json.endArray().end();
            }
        }
        return ExitCode.OK;
    }

    private static List<SubvolumeInfo> snapshots(Invocation call, ReadView view)
            throws IOException {
        PathResolver resolver = new PathResolver(view);
        List<SubvolumeInfo> found = new ArrayList<>();
        for (String operand : call.operandsFrom(0)) {
            SubvolumeInfo info = resolver.subvolume(PoolPath.parse(operand));
            if (!info.readOnly()) {
                throw new FileSystemException(
                        operand, null, "not read-only; only read-only snapshots can be archived");
            }
            found.add(info);
        }
        found.sort(Comparator.comparingLong(SubvolumeInfo::createdGeneration));
        return found;
    }
}
