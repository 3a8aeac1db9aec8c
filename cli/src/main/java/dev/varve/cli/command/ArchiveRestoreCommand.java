package dev.varve.cli.command;

import dev.varve.archive.Archive;
import dev.varve.archive.Envelope;
import dev.varve.archive.Manifest;
import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Sizes;
import dev.varve.engine.model.CorruptionException;
import dev.varve.tar.TarResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
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
                                "--from PLACE [--into PATH | --to-directory DIR | --to-btrfs DIR"
                                        + " | --to-tar FILE] [-n] [--archive-passphrase-file FILE]"
                                        + " [--secret-key FILE] [SNAPSHOT…]",
                                "Restore archived snapshots to a pool, a directory, a btrfs or a"
                                        + " tar.")
                        .about(
                                "Receives the snapshots, or all, and before them what they build on,",
                                "unless it is there: into the pool, each under the path it had; or as",
                                "directories below DIR; or by btrfs receive. No byte is used before its",
                                "checksum is known to be right.",
                                "A tar takes one snapshot. What it is made of lies meanwhile, not",
                                "encrypted, in a private directory beside FILE (for '-' below $TMPDIR",
                                "or /tmp), and is deleted in any case. FILE appears when it is complete.");
        spec = ArchiveAccess.openingOptions(ArchiveAccess.placeOption(spec));
        return spec.value("PATH", "Put all into this directory of the pool.", "--into")
                .value("DIR", "Make directories in DIR, on any file system.", "--to-directory")
                .value("DIR", "Receive into a mounted btrfs, with btrfs-progs.", "--to-btrfs")
                .value(
                        "FILE",
                        "Write one snapshot as a tar, as export does; '-': to standard output.",
                        ArchiveTar.OPTION)
                .flag(
                        "Restore nothing; say what, and how many requests and bytes.",
                        "-n",
                        "--dry-run")
                .operand("SNAPSHOT", "0..*", "Archived snapshots, by path or UUID.")
                .example("varve -P /new/pool archive restore --from /mnt/disk/archive", "")
                .example(
                        "varve archive restore --from s3://bucket/archive --archive-passphrase-file pass"
                                + " /snaps/docs.2",
                        "one snapshot, and what it builds on")
                .example(
                        "varve archive restore --from /mnt/disk/archive --to-tar docs.tar"
                                + " /snaps/docs.2",
                        "without a pool")
                .example(
                        "varve archive restore --from s3://bucket/archive -n", "what it would cost")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        boolean isDry = call.has("--dry-run");
        List<Manifest> restored = new ArrayList<>();
        boolean isComplete = true;
        Optional<TarResult> tar;
        try (ArchiveAccess access = ArchiveAccess.toRead(call);
                ArchiveSink sink = ArchiveSink.open(call)) {
            List<Manifest> all = access.manifests();
            Map<UUID, Manifest> byUuid = new HashMap<>();
            all.forEach(it -> byUuid.put(it.snapshot().uuid(), it));
            Optional<Envelope> envelope = isDry ? Optional.empty() : access.opening();
            Set<UUID> done = new HashSet<>();
            List<Manifest> named = access.named(all);
            sink.begin(named);
            for (Manifest wanted : named) {
                for (Manifest manifest : missing(byUuid, sink, done, wanted)) {
                    if (isDry) {
                        sayWhat(call, manifest);
                    } else {
                        say(call, "Restoring " + manifest.snapshot().path());
                        isComplete &= restore(access.archive(), manifest, envelope, sink);
                    }
                    done.add(manifest.snapshot().uuid());
                    restored.add(manifest);
                }
            }
            tar = isDry ? Optional.empty() : sink.finish();
        }
        report(call, restored, tar);
        return ExitCode.partialIf(!isComplete || tar.filter(TarResult::isPartial).isPresent());
    }

    private static void say(Invocation call, String text) throws IOException {
        if (ArchiveTar.takesOutput(call)) {
            call.output().note(text);
        } else {
            call.output().say(text);
        }
    }

    private static void sayWhat(Invocation call, Manifest manifest) throws IOException {
        call.output()
                .say(
                        "Would restore %s: %d objects, %s"
                                .formatted(
                                        manifest.snapshot().path(),
                                        manifest.parts().size(),
                                        Sizes.human(manifest.storedBytes())));
    }

    private static boolean restore(
            Archive archive, Manifest manifest, Optional<Envelope> envelope, ArchiveSink sink)
            throws IOException {
        try (InputStream in = archive.open(manifest, envelope)) {
            boolean isComplete = sink.receive(manifest, in);
            // The checksum of the whole is known at its end.
            in.transferTo(OutputStream.nullOutputStream());
            return isComplete;
        }
    }

    /// Each part is one request.
    private static void report(Invocation call, List<Manifest> restored, Optional<TarResult> tar)
            throws IOException {
        boolean isDry = call.has("--dry-run");
        long requests = restored.stream().mapToLong(it -> it.parts().size()).sum();
        long bytes = restored.stream().mapToLong(Manifest::storedBytes).sum();
        if (call.output().isJson()) {
            try (JsonWriter json = call.output().json("archive restore")) {
                json.field("dry_run", isDry).field("requests", requests).field("bytes", bytes);
                ArchiveSending.write(json, "restored", restored);
                if (tar.isPresent()) {
                    ExportCommand.write(json, tar.get());
                }
                json.end();
            }
        } else if (isDry) {
            call.output().line(requests + " requests, " + bytes + " bytes");
        }
    }

    /// What the sink lacks of a snapshot and those it builds on, in the order to receive them.
    ///
    /// @param done received, or it would be
    private static Deque<Manifest> missing(
            Map<UUID, Manifest> byUuid, ArchiveSink sink, Set<UUID> done, Manifest wanted)
            throws IOException {
        Deque<Manifest> chain = new ArrayDeque<>();
        Manifest at = wanted;
        while (!isThere(sink, done, at.snapshot().uuid())) {
            chain.push(at);
            Optional<UUID> parent = at.snapshot().parent();
            if (parent.isEmpty() || isThere(sink, done, parent.get())) {
                break;
            }
            Manifest next = byUuid.get(parent.get());
            if (next == null || chain.contains(next)) {
                throw new CorruptionException(
                        at.name(),
                        "the parent " + parent.get() + " in the archive or the target",
                        next == null ? "neither" : "a circle of parents");
            }
            at = next;
        }
        return chain;
    }

    private static boolean isThere(ArchiveSink sink, Set<UUID> done, UUID uuid) throws IOException {
        return done.contains(uuid) || sink.holds(uuid);
    }
}
