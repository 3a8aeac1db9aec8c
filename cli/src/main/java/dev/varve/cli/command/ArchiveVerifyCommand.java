package dev.varve.cli.command;

import dev.varve.archive.Envelope;
import dev.varve.archive.Manifest;
import dev.varve.cli.output.JsonWriter;
import dev.varve.engine.model.CorruptionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/// `varve archive verify`
final class ArchiveVerifyCommand implements Command {
    @Override
    public CommandSpec spec() {
        SpecBuilder spec =
                new SpecBuilder(
                                "archive verify",
                                "--to PLACE [--archive-passphrase-file FILE] [--secret-key FILE]"
                                        + " [SNAPSHOT…]",
                                "Read an archive and compare it with its checksums.")
                        .about(
                                "Reads every object of the snapshots, or of all, and says what is damaged",
                                "or missing. Encrypted streams are opened, too, if a key is given.");
        return ArchiveAccess.openingOptions(ArchiveAccess.placeOption(spec))
                .operand("SNAPSHOT", "0..*", "Archived snapshots, by path or UUID.")
                .example("varve archive verify --to /mnt/disk/archive", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        List<String> damaged = new ArrayList<>();
        List<Manifest> read;
        try (ArchiveAccess access = ArchiveAccess.toRead(call)) {
            List<Manifest> all = access.manifests();
            Set<UUID> there =
                    all.stream().map(it -> it.snapshot().uuid()).collect(Collectors.toSet());
            read = access.named(all);
            Optional<Envelope> envelope = access.opening();
            for (Manifest manifest : read) {
                String path = manifest.snapshot().path();
                call.output().detail("Reading " + path);
                Optional<UUID> parent = manifest.snapshot().parent();
                if (parent.isPresent() && !there.contains(parent.get())) {
                    damaged.add(path + ": its parent " + parent.get() + " is not in the archive");
                }
                try {
                    access.archive().verify(manifest, envelope);
                } catch (CorruptionException e) {
                    damaged.add(path + ": " + e.getMessage());
                }
            }
        }
        damaged.forEach(text -> call.output().error("varve: " + text));
        call.output().say("%d snapshots read, %d errors".formatted(read.size(), damaged.size()));
        if (call.output().isJson()) {
            try (JsonWriter json = call.output().json("archive verify")) {
                ArchiveSending.write(json, "snapshots", read);
                json.startArray("errors");
                for (String text : damaged) {
                    json.element(text);
                }
                json.endArray().end();
            }
        }
        return damaged.isEmpty() ? ExitCode.OK : ExitCode.CORRUPT;
    }
}
