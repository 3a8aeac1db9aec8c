package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.RawText;
import dev.varve.cli.output.Sizes;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.receive.DirectoryReceiver;
import dev.varve.receive.KeptReceive;
import dev.varve.receive.Receiver;
import dev.varve.stream.ResumeToken;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// `receive --status` and `receive --abort`: the receives that ended early and were kept.
final class UnfinishedReceives {
    private final Invocation call;
    private final Optional<String> directory;

    UnfinishedReceives(Invocation call) {
        this.call = call;
        directory = call.value("--to-directory");
    }

    /// One of them, and where it is kept.
    private record Shown(String path, KeptReceive kept) {}

    ExitCode status() throws IOException {
        List<Shown> all = directory.isPresent() ? inDirectory(directory.get()) : inPool();
        Output output = call.output();
        if (!output.isJson()) {
            for (Shown one : all) {
                KeptReceive kept = one.kept();
                output.line(
                        "%s %s %s"
                                .formatted(
                                        one.path(),
                                        Sizes.human(kept.token().offsetBytes()),
                                        kept.token()));
            }
            return ExitCode.OK;
        }
        try (JsonWriter json = output.json("receive")) {
            json.startArray("unfinished");
            for (Shown one : all) {
                KeptReceive kept = one.kept();
                json.startObject()
                        .field("path", one.path())
                        .field("uuid", kept.token().uuid().toString())
                        .field("parent_uuid", kept.parent())
                        .field("commands", kept.token().commands())
                        .field("stream_bytes", kept.token().offsetBytes())
                        .field("resume_token", kept.token().toString())
                        .endObject();
            }
            json.endArray().end();
        }
        return ExitCode.OK;
    }

    private List<Shown> inPool() throws IOException {
        List<Shown> shown = new ArrayList<>();
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            for (Receiver.Unfinished one : Receiver.unfinished(view)) {
                String path = one.subvolume().path();
                String parent = path.substring(0, path.lastIndexOf('/') + 1);
                shown.add(new Shown(parent + name(one.kept()), one.kept()));
            }
        }
        return shown;
    }

    private static List<Shown> inDirectory(String directory) throws IOException {
        String prefix = directory.endsWith("/") ? directory : directory + "/";
        List<Shown> shown = new ArrayList<>();
        for (KeptReceive kept : DirectoryReceiver.unfinished(Invocation.localPath(directory))) {
            shown.add(new Shown(prefix + name(kept), kept));
        }
        return shown;
    }

    private static String name(KeptReceive kept) {
        return RawText.decode(kept.name().bytes());
    }

    ExitCode abort(String which) throws IOException {
        UUID uuid = uuid(which);
        boolean wasThere =
                directory.isPresent()
                        ? DirectoryReceiver.abort(Invocation.localPath(directory.get()), uuid)
                        : abortInPool(uuid);
        if (!wasThere) {
            throw new FileSystemException(which, null, "no receive of that is unfinished");
        }
        call.output().say("Dropped what was received of " + uuid);
        if (call.output().isJson()) {
            try (JsonWriter json = call.output().json("receive")) {
                json.field("aborted", uuid.toString()).end();
            }
        }
        return ExitCode.OK;
    }

    private static UUID uuid(String which) throws UsageException {
        try {
            return ResumeToken.parse(which)
                    .map(ResumeToken::uuid)
                    .orElseGet(() -> UUID.fromString(which));
        } catch (IllegalArgumentException _) {
            throw new UsageException(
                    "receive: neither a resume token nor a snapshot's UUID: " + which);
        }
    }

    private boolean abortInPool(UUID uuid) throws IOException {
        boolean wasThere = false;
        try (PoolSession session = call.openPool();
                WriteTransaction transaction = call.begin(session)) {
            for (Receiver.Unfinished one : Receiver.unfinished(transaction)) {
                if (one.kept().token().uuid().equals(uuid)) {
                    Receiver.drop(transaction, one);
                    wasThere = true;
                }
            }
            if (wasThere) {
                transaction.commit();
            }
        }
        return wasThere;
    }
}
