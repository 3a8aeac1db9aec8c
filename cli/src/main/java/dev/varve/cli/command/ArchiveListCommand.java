package dev.varve.cli.command;

import dev.varve.archive.Manifest;
import dev.varve.cli.output.Columns;
import dev.varve.cli.output.Columns.Align;
import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Sizes;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Model.CommandSpec;

/// `varve archive list`
final class ArchiveListCommand implements Command {
    @Override
    public CommandSpec spec() {
        SpecBuilder spec =
                new SpecBuilder("archive list", "--to PLACE", "List what is in an archive.")
                        .about(
                                "Lists the snapshots of an archive by time, with what each builds on.",
                                "Needs no pool and no key.");
        return ArchiveAccess.placeOption(spec)
                .example("varve archive list --to /mnt/disk/archive", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        List<Manifest> manifests;
        try (ArchiveAccess access = ArchiveAccess.toRead(call)) {
            manifests = access.manifests();
        }
        if (call.output().isJson()) {
            try (JsonWriter json = call.output().json("archive list")) {
                ArchiveSending.write(json, "snapshots", manifests);
                json.end();
            }
            return ExitCode.OK;
        }
        Map<UUID, String> paths = new HashMap<>();
        manifests.forEach(it -> paths.put(it.snapshot().uuid(), it.snapshot().path()));
        Columns columns = new Columns(Align.LEFT, Align.RIGHT, Align.LEFT, Align.LEFT, Align.LEFT);
        columns.add("Created", "Stored", "UUID", "Path", "Parent");
        for (Manifest it : manifests) {
            columns.add(
                    it.snapshot().created().toString(),
                    Sizes.human(it.storedBytes()),
                    it.snapshot().uuid().toString(),
                    it.snapshot().path(),
                    it.snapshot()
                            .parent()
                            .map(uuid -> paths.getOrDefault(uuid, uuid + " (missing)"))
                            .orElse("-"));
        }
        columns.print(call.output());
        return ExitCode.OK;
    }
}
