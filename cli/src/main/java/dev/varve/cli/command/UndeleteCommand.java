package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Times;
import dev.varve.cli.pool.PlaceMaker;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.DeletedSubvolume;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve undelete`
final class UndeleteCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "undelete",
                        "[PATH | -i ID [DEST]]",
                        "List deleted subvolumes, or bring one back.")
                .about(
                        "A deleted subvolume stays until a reclaim, or varve subvolume sync, finds",
                        "that its grace has ended. It comes back as it was, read-only or not, with",
                        "the subvolumes that were nested in it and deleted together with it. Of",
                        "several deleted at one PATH it is the one deleted last.")
                .number("ID", "Name the subvolume by its id.", "-i", "--subvolid")
                .operand("PATH", "0..1", "Where it was. With -i: where it comes back to.")
                .operand("DEST", "0..1", "Where it comes back to; default: where it was.")
                .example("varve undelete", "lists what can be brought back")
                .example("varve undelete /snaps/docs.1", "")
                .example("varve undelete /snaps/docs.1 /found", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        long id = call.number("--subvolid", 0);
        if (id == 0 && call.operand(0).isEmpty()) {
            list(call);
        } else {
            bringBack(call, id);
        }
        return ExitCode.OK;
    }

    private static void list(Invocation call) throws IOException {
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            List<DeletedSubvolume> all = all(view);
            if (call.output().isJson()) {
                printJson(call.output(), view.generation(), all);
                return;
            }
            Output output = call.output();
            for (DeletedSubvolume each : all) {
                output.line(
                        "%s  %8s  %s"
                                .formatted(
                                        Times.zoned(each.time(), call.console().clock().getZone()),
                                        each.id(),
                                        each.path()));
            }
        }
    }

    private static void printJson(Output output, long generation, List<DeletedSubvolume> all)
            throws IOException {
        try (JsonWriter json = output.json("undelete")) {
            json.field("generation", generation).startArray("deleted");
            for (DeletedSubvolume each : all) {
                json.startObject()
                        .field("id", each.id().value())
                        .field("path", each.path())
                        .field("uuid", each.uuid().toString())
                        .field("read_only", each.readOnly())
                        .field("deleted_generation", each.generation())
                        .field("deleted_time", each.time())
                        .endObject();
            }
            json.endArray().end();
        }
    }

    private static List<DeletedSubvolume> all(ReadView view) throws IOException {
        List<DeletedSubvolume> all = new ArrayList<>();
        for (Scan<DeletedSubvolume> scan = view.deletedSubvolumes(); scan.advance(); ) {
            all.add(scan.current());
        }
        return all;
    }

    private static void bringBack(Invocation call, long id) throws IOException {
        SubvolumeInfo made;
        long generation;
        try (PoolSession session = call.openPool();
                WriteTransaction transaction = call.begin(session)) {
            DeletedSubvolume found =
                    id == 0
                            ? byPath(transaction, call.path(0))
                            : byId(transaction, new SubvolumeId(id));
            Optional<String> destination = call.operand(id == 0 ? 1 : 0);
            if (id != 0 && call.operand(1).isPresent()) {
                throw new UsageException("undelete: with -i there is one path, the destination");
            }
            PoolPath to = PoolPath.parse(destination.orElse(found.path()));
            made =
                    transaction.undelete(
                            found.id(), new PlaceMaker(transaction, call.now()).free(to));
            generation = transaction.commit();
        }
        call.output().say("Brought back subvolume '" + made.path() + "'");
        if (call.output().isJson()) {
            try (JsonWriter json = call.output().json("undelete")) {
                json.field("generation", generation);
                SubvolumeJson.writeAll(json, List.of(made));
                json.end();
            }
        }
    }

    private static DeletedSubvolume byId(ReadView view, SubvolumeId id) throws IOException {
        for (DeletedSubvolume each : all(view)) {
            if (each.id().equals(id)) {
                return each;
            }
        }
        throw new NoSuchFileException("deleted subvolume id " + id);
    }

    private static DeletedSubvolume byPath(ReadView view, PoolPath path) throws IOException {
        DeletedSubvolume last = null;
        for (DeletedSubvolume each : all(view)) {
            boolean later = last == null || each.generation() >= last.generation();
            if (later && each.path().equals(path.toString())) {
                last = each;
            }
        }
        if (last == null) {
            throw new NoSuchFileException(path.toString(), null, "no deleted subvolume was there");
        }
        return last;
    }
}
