package dev.varve.cli.command;

import dev.varve.archive.Envelope;
import dev.varve.archive.Manifest;
import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Progress;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.CorruptionException;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.Receiver;
import dev.varve.replicate.Replicator;
import dev.varve.stream.StreamReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import picocli.CommandLine.Model.CommandSpec;

/// `varve archive restore`
final class ArchiveRestoreCommand implements Command {
    @Override
    public CommandSpec spec() {
        SpecBuilder spec =
                new SpecBuilder(
                                "archive restore",
                                "--from PLACE [--into PATH] [--archive-passphrase-file FILE]"
                                        + " [--secret-key FILE] [SNAPSHOT…]",
                                "Receive archived snapshots into the pool.")
                        .about(
                                "Receives the snapshots, or all, each under the path it had, and before",
                                "them what they build on, unless the pool has it. No byte is used before",
                                "its checksum is known to be right.");
        spec = ArchiveAccess.openingOptions(ArchiveAccess.placeOption(spec));
        return spec.value("PATH", "Put all into this directory of the pool.", "--into")
                .operand("SNAPSHOT", "0..*", "Archived snapshots, by path or UUID.")
                .example("varve -P /new/pool archive restore --from /mnt/disk/archive", "")
                .example(
                        "varve archive restore --from s3://bucket/archive --archive-passphrase-file pass"
                                + " /snaps/docs.2",
                        "one snapshot, and what it builds on")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        List<Manifest> restored = new ArrayList<>();
        try (ArchiveAccess access = ArchiveAccess.toRead(call);
                PoolSession session = call.openPool()) {
            List<Manifest> all = access.manifests();
            Map<UUID, Manifest> byUuid = new HashMap<>();
            all.forEach(it -> byUuid.put(it.snapshot().uuid(), it));
            Optional<Envelope> envelope = access.opening();
            Set<UUID> held = held(session);
            for (Manifest wanted : access.named(all)) {
                for (Manifest manifest : missing(byUuid, held, wanted)) {
                    call.output().say("Restoring " + manifest.snapshot().path());
                    try (InputStream in = access.archive().open(manifest, envelope)) {
                        receive(call, session, manifest, in);
                    }
                    held.add(manifest.snapshot().uuid());
                    restored.add(manifest);
                }
            }
        }
        if (call.output().isJson()) {
            try (JsonWriter json = call.output().json("archive restore")) {
                ArchiveSending.write(json, "restored", restored);
                json.end();
            }
        }
        return ExitCode.OK;
    }

    private static Set<UUID> held(PoolSession session) throws IOException {
        try (ReadView view = session.read()) {
            return Replicator.snapshots(view);
        }
    }

    /// What the pool lacks of a snapshot and those it builds on, in the order to receive them.
    private static Deque<Manifest> missing(
            Map<UUID, Manifest> byUuid, Set<UUID> held, Manifest wanted)
            throws CorruptionException {
        Deque<Manifest> chain = new ArrayDeque<>();
        Manifest at = wanted;
        while (!held.contains(at.snapshot().uuid())) {
            chain.push(at);
            Optional<UUID> parent = at.snapshot().parent();
            if (parent.isEmpty() || held.contains(parent.get())) {
                break;
            }
            Manifest next = byUuid.get(parent.get());
            if (next == null || chain.contains(next)) {
                throw new CorruptionException(
                        at.name(),
                        "the parent " + parent.get() + " in the archive or the pool",
                        next == null ? "neither" : "a circle of parents");
            }
            at = next;
        }
        return chain;
    }

    private static void receive(
            Invocation call, PoolSession session, Manifest manifest, InputStream in)
            throws IOException {
        PoolPath directory =
                PoolPath.parse(
                        call.value("--into")
                                .orElse(
                                        PoolPath.parse(manifest.snapshot().path())
                                                .parent()
                                                .toString()));
        call.watch(session);
        Receiver receiver =
                new Receiver(session.pool(), ReceiveOptions.with(call.console().clock()));
        try (Progress progress = call.output().progress("restoring")) {
            receiver.receive(
                    new StreamReader(in, StreamReader.Options.defaults()),
                    directory.names(),
                    at -> progress.update(at.commands(), at.streamBytes(), manifest.streamBytes()));
        }
        // The checksum of the whole is known at its end.
        in.transferTo(OutputStream.nullOutputStream());
    }
}
