package dev.varve.cli.command;

import dev.varve.archive.Manifest;
import dev.varve.cli.btrfs.BtrfsProcess;
import dev.varve.cli.btrfs.KernelSnapshots;
import dev.varve.cli.output.Progress;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.model.StorageException;
import dev.varve.receive.DirectoryReceiver;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.ReceiveProgress;
import dev.varve.receive.ReceivedSubvolume;
import dev.varve.receive.Receiver;
import dev.varve.replicate.Replicator;
import dev.varve.stream.StreamReader;
import dev.varve.tar.TarResult;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where archived snapshots are restored to. Used by one thread.
sealed interface ArchiveSink extends Closeable
        permits ArchiveSink.IntoPool, ArchiveSink.IntoDirectory, ArchiveSink.IntoBtrfs, ArchiveTar {
    /// Whether a snapshot is there, so that others can build on it.
    boolean holds(UUID uuid) throws IOException;

    /// Told what is wanted, before the first of it is received.
    ///
    /// @throws UsageException if that cannot be restored there
    default void begin(List<Manifest> wanted) throws UsageException {}

    /// Makes a snapshot of its stream.
    ///
    /// @return whether all of it could be restored
    boolean receive(Manifest manifest, InputStream stream) throws IOException;

    /// Makes what can only be made when all is received.
    ///
    /// @return what was written, if that is a tar
    default Optional<TarResult> finish() throws IOException {
        return Optional.empty();
    }

    /// The sink that the options name.
    static ArchiveSink open(Invocation call) throws IOException {
        Optional<String> directory = call.value("--to-directory");
        Optional<String> btrfs = call.value("--to-btrfs");
        Optional<String> tar = call.value(ArchiveTar.OPTION);
        if (Stream.of(directory, btrfs, tar, call.value("--into")).flatMap(Optional::stream).count()
                > 1) {
            throw new UsageException(
                    "archive restore: one of --into, --to-directory, --to-btrfs and --to-tar");
        }
        if (tar.isPresent()) {
            return ArchiveTar.open(call, tar.get());
        }
        if (directory.isPresent()) {
            return new IntoDirectory(call, Invocation.localPath(directory.get()));
        }
        return btrfs.isPresent()
                ? new IntoBtrfs(call, Invocation.localPath(btrfs.get()))
                : new IntoPool(call, openPool(call));
    }

    /// Who restores has often lost the pool, and need not have one.
    private static PoolSession openPool(Invocation call) throws IOException {
        String without = "restore without a pool: --to-directory, --to-btrfs or --to-tar";
        call.leavesWayOn(Optional.of("or " + without));
        var _ = call.poolPlace();
        call.leavesWayOn(Optional.empty());
        try {
            return call.openPool();
        } catch (NoPoolException e) {
            call.leavesWayOn(Optional.of("make one with varve init, or " + without));
            throw e;
        }
    }

    /// How far a stream is.
    static Consumer<ReceiveProgress> told(Progress progress, Manifest manifest) {
        return at -> progress.update(at.commands(), at.streamBytes(), manifest.streamBytes());
    }

    /// The stream's commands.
    static StreamReader reader(InputStream stream) throws IOException {
        return new StreamReader(stream, StreamReader.Options.defaults());
    }

    /// Under the paths the snapshots had, or all in one directory of the pool.
    final class IntoPool implements ArchiveSink {
        private final Invocation call;
        private final PoolSession session;
        private final Set<UUID> held;

        IntoPool(Invocation call, PoolSession session) throws IOException {
            this.call = call;
            this.session = session;
            try (ReadView view = session.read()) {
                this.held = new HashSet<>(Replicator.snapshots(view));
            }
            call.watch(session);
        }

        @Override
        public boolean holds(UUID uuid) {
            return held.contains(uuid);
        }

        @Override
        public boolean receive(Manifest manifest, InputStream stream) throws IOException {
            PoolPath old = PoolPath.parse(manifest.snapshot().path());
            PoolPath directory =
                    PoolPath.parse(call.value("--into").orElse(old.parent().toString()));
            Receiver receiver =
                    new Receiver(session.pool(), ReceiveOptions.with(call.console().clock()));
            try (Progress progress = call.output().progress("restoring")) {
                receiver.receive(reader(stream), directory.names(), told(progress, manifest));
            }
            held.add(manifest.snapshot().uuid());
            return true;
        }

        @Override
        public void close() throws IOException {
            session.close();
        }
    }

    /// As directories beside each other, on any file system.
    record IntoDirectory(Invocation call, Path directory) implements ArchiveSink {
        @Override
        public boolean holds(UUID uuid) throws IOException {
            return Files.isDirectory(directory) && DirectoryReceiver.holds(directory, uuid);
        }

        @Override
        public boolean receive(Manifest manifest, InputStream stream) throws IOException {
            DirectoryReceiver receiver =
                    new DirectoryReceiver(ReceiveOptions.with(call.console().clock()));
            try (Progress progress = call.output().progress("restoring")) {
                List<ReceivedSubvolume> received =
                        receiver.receive(reader(stream), directory, told(progress, manifest));
                return received.stream()
                        .allMatch(one -> one.isComplete() && one.leftOut().isEmpty());
            }
        }

        @Override
        public void close() {}
    }

    /// As subvolumes, which the kernel's own tools make.
    final class IntoBtrfs implements ArchiveSink {
        private final Invocation call;
        private final Path directory;
        private final Set<UUID> held;

        IntoBtrfs(Invocation call, Path directory) throws IOException {
            if (!Files.isDirectory(directory)) {
                throw new NoSuchFileException(directory.toString());
            }
            this.call = call;
            this.directory = directory;
            this.held =
                    KernelSnapshots.around(directory).all().stream()
                            .flatMap(there -> Stream.of(there.uuid(), there.streamUuid()))
                            .collect(Collectors.toCollection(HashSet::new));
        }

        @Override
        public boolean holds(UUID uuid) {
            return held.contains(uuid);
        }

        @Override
        public boolean receive(Manifest manifest, InputStream stream) throws IOException {
            Path made =
                    directory.resolve(PoolPath.parse(manifest.snapshot().path()).name().toString());
            if (Files.exists(made, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(made.toString());
            }
            try {
                pipe(manifest, stream);
            } catch (IOException e) {
                removeRest(made, e);
                throw e;
            }
            held.add(manifest.snapshot().uuid());
            return true;
        }

        private void pipe(Manifest manifest, InputStream stream) throws IOException {
            try (BtrfsProcess receive = BtrfsProcess.receive(directory);
                    Progress progress = call.output().progress("restoring")) {
                try (OutputStream in = receive.in()) {
                    copy(stream, in, bytes -> progress.update(0, bytes, manifest.streamBytes()));
                } catch (FileSystemException | StorageException e) {
                    throw e;
                } catch (IOException e) {
                    // The pipe broke: the program has the reason.
                    throw receive.explain(e);
                }
                receive.finish();
            }
        }

        /// A receive that ends early leaves what it had; nobody could go on from that.
        private static void removeRest(Path made, IOException reason) {
            if (Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
                try {
                    BtrfsProcess.deleteSubvolume(made);
                } catch (IOException e) {
                    reason.addSuppressed(e);
                }
            }
        }

        private static void copy(InputStream from, OutputStream to, Consumer<Long> copied)
                throws IOException {
            byte[] piece = new byte[1 << 16];
            long bytes = 0;
            for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
                to.write(piece, 0, count);
                bytes += count;
                copied.accept(bytes);
            }
        }

        @Override
        public void close() {}
    }
}
