package dev.varve.cli.command;

import dev.varve.cli.btrfs.BtrfsProcess;
import dev.varve.cli.btrfs.KernelSnapshot;
import dev.varve.cli.btrfs.KernelSnapshots;
import dev.varve.cli.output.Progress;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.Pool;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.ReceivedSubvolume;
import dev.varve.receive.Receiver;
import dev.varve.stream.StreamException;
import dev.varve.stream.StreamReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// `import --btrfs`: takes a snapshot of a mounted btrfs through `btrfs send`, from the nearest
/// relative that the pool holds.
final class KernelIngest {
    private final Invocation call;
    private final Path source;

    KernelIngest(Invocation call, Path source) {
        this.call = call;
        this.source = source;
    }

    ExitCode run(PoolPath path) throws IOException {
        if (!Files.exists(source)) {
            throw new NoSuchFileException(source.toString());
        }
        KernelSnapshots snapshots = KernelSnapshots.around(source);
        KernelSnapshot snapshot = snapshots.at(source);
        List<ReceivedSubvolume> received;
        try (PoolSession session = call.openPool()) {
            call.watch(session);
            Optional<Path> parent = parent(session, snapshots, snapshot);
            call.output()
                    .detail(
                            source
                                    + parent.map(from -> ": changes since " + from)
                                            .orElse(
                                                    ": no relative in the pool; taking"
                                                            + " everything"));
            received = receive(session.pool(), parent, path);
        }
        String prefix = path.isRoot() ? "/" : path + "/";
        ReceiveCommand.report(call.output(), "import", prefix, received);
        return ExitCode.partialIf(received.stream().anyMatch(one -> !one.isComplete()));
    }

    private static Optional<Path> parent(
            PoolSession session, KernelSnapshots snapshots, KernelSnapshot snapshot)
            throws IOException {
        try (ReadView view = session.read()) {
            for (KernelSnapshot relative : snapshots.relatives(snapshot)) {
                Optional<Path> path = snapshots.reach(relative);
                if (path.isPresent() && isHeld(view, relative.streamUuid())) {
                    return path;
                }
            }
            return Optional.empty();
        }
    }

    private static boolean isHeld(ReadView view, UUID uuid) throws IOException {
        for (Scan<SubvolumeInfo> received = view.findByReceivedUuid(uuid); received.advance(); ) {
            if (received.current().readOnly()) {
                return true;
            }
        }
        return view.findByUuid(uuid).filter(SubvolumeInfo::readOnly).isPresent();
    }

    private List<ReceivedSubvolume> receive(Pool pool, Optional<Path> parent, PoolPath path)
            throws IOException {
        try (BtrfsProcess send = BtrfsProcess.send(source, parent, KernelSnapshots.protocol());
                Progress progress = call.output().progress("importing")) {
            StreamReader reader = new StreamReader(send.out(), StreamReader.Options.defaults());
            List<ReceivedSubvolume> received;
            try {
                received =
                        new Receiver(pool, ReceiveOptions.with(call.console().clock()))
                                .receive(
                                        reader,
                                        path.names(),
                                        at -> progress.update(at.commands(), at.streamBytes(), 0));
            } catch (StreamException e) {
                throw send.explain(e);
            }
            send.finish();
            return received;
        }
    }
}
