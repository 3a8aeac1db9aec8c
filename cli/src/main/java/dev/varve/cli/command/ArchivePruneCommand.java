package dev.varve.cli.command;

import dev.varve.archive.Manifest;
import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.ReadView;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/// `varve archive prune`
final class ArchivePruneCommand implements Command {
    @Override
    public CommandSpec spec() {
        SpecBuilder spec =
                new SpecBuilder(
                                "archive prune",
                                "--to PLACE [--archive-passphrase-file FILE] [--recipient FILE]…"
                                        + " [SNAPSHOT…]",
                                "Delete snapshots from an archive.")
                        .about(
                                "Deletes archived snapshots. What builds on them is first sent again",
                                "from the pool, against a snapshot that is kept; if the pool lacks it,",
                                "nothing is deleted. Also deletes what commands that ended early left",
                                "behind; without SNAPSHOT only that.");
        spec = ArchiveSending.options(ArchiveAccess.placeOption(spec));
        return spec.operand("SNAPSHOT", "0..*", "Archived snapshots, by path or UUID.")
                .example("varve archive prune --to /mnt/disk/archive /snaps/docs.1", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        List<Manifest> pruned = List.of();
        List<Manifest> sent = new ArrayList<>();
        int strays;
        try (ArchiveAccess access = ArchiveAccess.toChange(call)) {
            List<Manifest> all = access.manifests();
            if (!call.operandsFrom(0).isEmpty()) {
                pruned = access.named(all);
            }
            Set<UUID> gone =
                    pruned.stream().map(it -> it.snapshot().uuid()).collect(Collectors.toSet());
            List<Manifest> kept =
                    all.stream().filter(it -> !gone.contains(it.snapshot().uuid())).toList();
            List<Manifest> orphans =
                    kept.stream()
                            .filter(it -> it.snapshot().parent().filter(gone::contains).isPresent())
                            .sorted(Comparator.comparingLong(it -> it.snapshot().number()))
                            .toList();
            if (!orphans.isEmpty()) {
                sendAgain(call, access, kept, orphans, sent);
            }
            for (Manifest manifest : pruned) {
                call.output().say("Deleting " + manifest.snapshot().path());
                access.archive().remove(manifest.snapshot().uuid());
            }
            strays = access.archive().removeStrays();
        }
        if (call.output().isJson()) {
            try (JsonWriter json = call.output().json("archive prune")) {
                ArchiveSending.write(json, "pruned", pruned);
                ArchiveSending.write(json, "sent_again", sent);
                json.field("stray_objects", strays).end();
            }
        }
        return ExitCode.OK;
    }

    private static void sendAgain(
            Invocation call,
            ArchiveAccess access,
            List<Manifest> kept,
            List<Manifest> orphans,
            List<Manifest> sent)
            throws IOException {
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            ArchiveSending sending = new ArchiveSending(call, view, access, kept);
            boolean seals = access.sealing().isPresent();
            for (Manifest orphan : orphans) {
                String path = orphan.snapshot().path();
                if (!sending.isInPool(orphan.snapshot().uuid())) {
                    throw new FileSystemException(
                            path,
                            null,
                            "builds on what is to be pruned, and is not in the pool to be sent"
                                    + " again");
                }
                if (orphan.encryption().isPresent() && !seals) {
                    throw new UsageException(
                            path
                                    + " is encrypted and has to be sent again: give"
                                    + " --archive-passphrase-file or --recipient");
                }
            }
            for (Manifest orphan : orphans) {
                sent.add(sending.sendAgain(orphan));
            }
        }
    }
}
