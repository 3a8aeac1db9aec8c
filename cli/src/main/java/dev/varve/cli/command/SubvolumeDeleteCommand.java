package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Sizes;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/// `varve subvolume delete`
final class SubvolumeDeleteCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "subvolume delete",
                        "[-R] [-n] PATH… | -i ID",
                        "Delete subvolumes and snapshots.")
                .about(
                        "All are deleted, or none. Their names go at once; until their grace ends",
                        "varve undelete brings them back. Then varve reclaim frees their space.")
                .flag("Also the subvolumes nested in them.", "-R", "--recursive")
                .flag("Only say what deleting all of them would free.", "-n", "--dry-run")
                .number("ID", "Name the subvolume by its id.", "-i", "--subvolid")
                .flag("Accepted as in btrfs: every delete is committed.", "-c", "--commit-after")
                .flag("Accepted as in btrfs: every delete is committed.", "-C", "--commit-each")
                .operand("PATH", "0..*", "Subvolumes in the pool.")
                .example("varve subvolume delete /snaps/docs.1 /snaps/docs.2", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        if (call.has("--dry-run")) {
            return predict(call);
        }
        List<SubvolumeInfo> deleted = new ArrayList<>();
        long generation;
        try (PoolSession session = call.openPool();
                WriteTransaction transaction = call.begin(session)) {
            for (SubvolumeInfo victim : victims(call, transaction)) {
                delete(call, transaction, victim);
                deleted.add(victim);
            }
            generation = transaction.commit();
        }
        report(call.output(), deleted, generation);
        return ExitCode.OK;
    }

    private static ExitCode predict(Invocation call) throws IOException {
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            List<SubvolumeInfo> victims = victims(call, view);
            Set<SubvolumeId> ids = new LinkedHashSet<>();
            victims.forEach(victim -> ids.add(victim.id()));
            if (call.has("--recursive")) {
                addNested(view, ids);
            }
            long bytes = view.space().freedByDeleting(ids);
            if (call.output().isJson()) {
                try (JsonWriter json = call.output().json("subvolume delete")) {
                    json.field("generation", view.generation())
                            .field("dry_run", true)
                            .field("frees_bytes", bytes);
                    SubvolumeJson.writeAll(json, victims);
                    json.end();
                }
            } else {
                call.output()
                        .line(
                                "Deleting %d subvolumes would free %s (%d bytes)"
                                        .formatted(ids.size(), Sizes.human(bytes), bytes));
            }
        }
        return ExitCode.OK;
    }

    private static void addNested(ReadView view, Set<SubvolumeId> ids) throws IOException {
        for (boolean more = true; more; ) {
            more = false;
            for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
                Optional<SubvolumeId> parent = all.current().parent();
                if (parent.isPresent() && ids.contains(parent.get())) {
                    more |= ids.add(all.current().id());
                }
            }
        }
    }

    private static List<SubvolumeInfo> victims(Invocation call, ReadView transaction)
            throws IOException {
        List<SubvolumeInfo> victims = new ArrayList<>();
        long id = call.number("--subvolid", 0);
        if (id != 0) {
            Optional<SubvolumeInfo> found = transaction.find(new SubvolumeId(id));
            victims.add(found.orElseThrow(() -> new NoSuchFileException("subvolume id " + id)));
        }
        PathResolver resolver = new PathResolver(transaction);
        for (String operand : call.operandsFrom(0)) {
            victims.add(resolver.subvolume(PoolPath.parse(operand)));
        }
        if (victims.isEmpty()) {
            throw new UsageException("subvolume delete: which subvolume?");
        }
        return victims;
    }

    private static void delete(Invocation call, WriteTransaction transaction, SubvolumeInfo victim)
            throws IOException {
        if (victim.id().equals(SubvolumeId.TOP_LEVEL)) {
            throw new FileSystemException("/", null, "the top level cannot be deleted");
        }
        transaction.deleteSubvolume(victim.id(), call.has("--recursive"));
    }

    private static void report(Output output, List<SubvolumeInfo> deleted, long generation)
            throws IOException {
        for (SubvolumeInfo info : deleted) {
            output.say("Delete subvolume (commit): '" + info.path() + "'");
        }
        if (output.isJson()) {
            try (JsonWriter json = output.json("subvolume delete")) {
                json.field("generation", generation);
                SubvolumeJson.writeAll(json, deleted);
                json.end();
            }
        }
    }
}
