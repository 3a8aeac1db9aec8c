package dev.varve.cli.command;

import dev.varve.archive.Archive;
import dev.varve.archive.Envelope;
import dev.varve.archive.Manifest;
import dev.varve.archive.ParentTree;
import dev.varve.archive.Snapshot;
import dev.varve.cli.output.CountedStream;
import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Progress;
import dev.varve.cli.output.Sizes;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.replicate.Replicator;
import dev.varve.send.SendJob;
import dev.varve.send.SendOptions;
import dev.varve.send.Sender;
import dev.varve.stream.StreamWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Sends snapshots of a pool into an archive, each against the parent that the archive's tree
/// wants.
final class ArchiveSending {
    private static final String PART_BYTES = "--part-bytes";

    /// What every btrfs receive understands.
    private static final SendOptions STREAM = SendOptions.ofProtocol(SendOptions.OLDEST_PROTOCOL);

    private final Invocation call;
    private final ReadView view;
    private final Archive archive;
    private final Optional<Envelope> envelope;
    private final int partBytes;
    private final Map<UUID, Manifest> archived = new HashMap<>();
    private final Map<UUID, SubvolumeInfo> inPool = new HashMap<>();

    /// @param archived what the archive has and keeps
    ArchiveSending(Invocation call, ReadView view, ArchiveAccess access, List<Manifest> archived)
            throws IOException {
        this.call = call;
        this.view = view;
        this.archive = access.archive();
        this.envelope = access.sealing();
        this.partBytes = partBytes(call);
        archived.forEach(it -> this.archived.put(it.snapshot().uuid(), it));
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            SubvolumeInfo info = all.current();
            if (info.readOnly()) {
                inPool.put(Replicator.streamUuid(info), info);
            }
        }
    }

    /// The options that say how streams are written.
    static SpecBuilder options(SpecBuilder spec) {
        return spec.value(
                        "FILE",
                        "Encrypt with OpenPGP; the passphrase is FILE's first line.",
                        "--archive-passphrase-file")
                .values(
                        "FILE",
                        "Encrypt with OpenPGP to this certificate, as gpg --export writes it; may"
                                + " be repeated.",
                        "--recipient")
                .number(
                        "N",
                        "Split streams into objects of N bytes (default 67108864); one of them is"
                                + " in memory.",
                        PART_BYTES);
    }

    private static int partBytes(Invocation call) throws UsageException {
        long bytes = call.number(PART_BYTES, Archive.DEFAULT_PART_BYTES);
        if (bytes < Archive.MIN_PART_BYTES || bytes > Archive.MAX_PART_BYTES) {
            throw new UsageException(
                    "%s is from %d to %d, not %d"
                            .formatted(
                                    PART_BYTES,
                                    Archive.MIN_PART_BYTES,
                                    Archive.MAX_PART_BYTES,
                                    bytes));
        }
        return (int) bytes;
    }

    boolean isInPool(UUID uuid) {
        return inPool.containsKey(uuid);
    }

    boolean isArchived(SubvolumeInfo info) {
        return archived.containsKey(Replicator.streamUuid(info));
    }

    /// Archives a snapshot for the first time.
    Manifest add(SubvolumeInfo info, boolean isFull) throws IOException {
        List<Manifest> relatives = relatives(info);
        long number = ParentTree.nextNumber(relatives);
        return send(info, number, isFull ? Optional.empty() : ParentTree.parent(number, relatives));
    }

    /// Writes an archived snapshot again, against a parent that is kept.
    Manifest sendAgain(Manifest manifest) throws IOException {
        UUID uuid = manifest.snapshot().uuid();
        SubvolumeInfo info = inPool.get(uuid);
        if (info == null) {
            throw new IllegalArgumentException(uuid + " is not in the pool");
        }
        long number = manifest.snapshot().number();
        return send(info, number, ParentTree.parent(number, relatives(info)));
    }

    /// What the archive has of the snapshot's relatives in the pool.
    private List<Manifest> relatives(SubvolumeInfo info) throws IOException {
        UUID family = ParentChoice.family(view, info);
        UUID self = Replicator.streamUuid(info);
        List<Manifest> found = new ArrayList<>();
        for (Manifest manifest : archived.values()) {
            UUID uuid = manifest.snapshot().uuid();
            SubvolumeInfo other = inPool.get(uuid);
            if (other != null
                    && !uuid.equals(self)
                    && ParentChoice.family(view, other).equals(family)) {
                found.add(manifest);
            }
        }
        return found;
    }

    private Manifest send(SubvolumeInfo info, long number, Optional<Manifest> parent)
            throws IOException {
        Optional<FileTree> from = Optional.empty();
        if (parent.isPresent()) {
            SubvolumeInfo there = inPool.get(parent.get().snapshot().uuid());
            from = there == null ? Optional.empty() : Optional.of(view.open(there.id()));
        }
        Snapshot snapshot =
                new Snapshot(
                        info.path(),
                        Replicator.streamUuid(info),
                        parent.map(it -> it.snapshot().uuid()),
                        number,
                        info.creationTime().toInstant());
        SendJob job =
                new SendJob(
                        view.open(info.id()), from, List.of(), PoolPath.parse(info.path()).name());
        call.output()
                .say(
                        "Archiving "
                                + info.path()
                                + from.map(tree -> " from " + tree.info().path()).orElse(""));
        Manifest manifest;
        try (Progress progress = call.output().progress("archiving")) {
            manifest =
                    archive.write(
                            snapshot,
                            out -> {
                                Sender sender =
                                        new Sender(
                                                new StreamWriter(
                                                        new CountedStream(out, progress, 0)),
                                                STREAM);
                                sender.send(job);
                                sender.finish();
                            },
                            envelope,
                            partBytes,
                            VersionCommand.text());
        }
        archived.put(snapshot.uuid(), manifest);
        call.output()
                .detail(
                        "%s: %s, stored %s in %d parts"
                                .formatted(
                                        info.path(),
                                        Sizes.human(manifest.streamBytes()),
                                        Sizes.human(manifest.storedBytes()),
                                        manifest.parts().size()));
        return manifest;
    }

    /// An array of archived snapshots.
    static void write(JsonWriter json, String field, List<Manifest> manifests) throws IOException {
        json.startArray(field);
        for (Manifest manifest : manifests) {
            Snapshot snapshot = manifest.snapshot();
            json.startObject()
                    .field("path", snapshot.path())
                    .field("uuid", snapshot.uuid().toString())
                    .field("parent_uuid", snapshot.parent())
                    .field("number", snapshot.number())
                    .field("created", snapshot.created().toString())
                    .field("encryption", manifest.encryption())
                    .field("stream_bytes", manifest.streamBytes())
                    .field("stored_bytes", manifest.storedBytes())
                    .field("parts", manifest.parts().size())
                    .field("manifest", manifest.name())
                    .endObject();
        }
        json.endArray();
    }
}
