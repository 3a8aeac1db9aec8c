package dev.varve.cli.command;

import dev.varve.archive.Manifest;
import dev.varve.cli.output.ClosedOutputException;
import dev.varve.cli.output.CountedStream;
import dev.varve.cli.output.Progress;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.local.PathFilter;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.ReceivedSubvolume;
import dev.varve.receive.Receiver;
import dev.varve.tar.TarExport;
import dev.varve.tar.TarResult;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One snapshot as a tar. A stream changes a tree here and there, a tar holds it in order; so the
/// tree is made first, in a pool for the time of the command, and exported from there. Used by one
/// thread.
final class ArchiveTar implements ArchiveSink {
    static final String OPTION = "--to-tar";

    private static final int BUFFER_BYTES = 1 << 18;

    private final Invocation call;
    private final TarTarget target;

    /// Where each snapshot is in the pool: under its UUID, as names may be the same.
    private final Map<UUID, PoolPath> held = new HashMap<>();

    private Optional<Manifest> wanted = Optional.empty();
    private @Nullable ScratchPool scratch;
    private @Nullable OutputStream out;

    private ArchiveTar(Invocation call, TarTarget target) {
        this.call = call;
        this.target = target;
    }

    static ArchiveTar open(Invocation call, String named) throws IOException {
        if (takesOutput(call)) {
            TarTarget.requireOutput(call, OPTION);
        }
        return new ArchiveTar(call, TarTarget.of(call, named));
    }

    /// Whether standard output is the tar's, and nothing else may be said there.
    static boolean takesOutput(Invocation call) {
        return call.value(OPTION).filter(TarTarget.OUTPUT::equals).isPresent()
                && !call.has("--dry-run");
    }

    @Override
    public void begin(List<Manifest> all) throws UsageException {
        long count = all.stream().map(it -> it.snapshot().uuid()).distinct().count();
        if (count != 1) {
            throw new UsageException(
                    "%s: %s takes one snapshot, these are %d; name one"
                            .formatted(call.words(), OPTION, count));
        }
        wanted = Optional.of(all.getFirst());
    }

    @Override
    public boolean holds(UUID uuid) {
        return held.containsKey(uuid);
    }

    @Override
    public boolean receive(Manifest manifest, InputStream stream) throws IOException {
        UUID uuid = manifest.snapshot().uuid();
        PoolPath directory = new PoolPath(List.of(FileName.of(uuid.toString())));
        Receiver receiver =
                new Receiver(
                        scratch().session().pool(), ReceiveOptions.with(call.console().clock()));
        try (Progress progress = call.output().progress("restoring")) {
            List<ReceivedSubvolume> received =
                    receiver.receive(
                            ArchiveSink.reader(stream),
                            directory.names(),
                            ArchiveSink.told(progress, manifest));
            for (ReceivedSubvolume one : received) {
                held.put(one.uuid(), directory.resolve(one.name()));
            }
        }
        return true;
    }

    private ScratchPool scratch() throws IOException {
        ScratchPool there = scratch;
        if (there == null) {
            there = ScratchPool.in(target.workplace(), call.console().clock());
            scratch = there;
            out = target.open(there.file());
        }
        return there;
    }

    @Override
    public Optional<TarResult> finish() throws IOException {
        Manifest manifest = wanted.orElseThrow();
        PoolPath path = held.get(manifest.snapshot().uuid());
        ScratchPool pool = scratch;
        OutputStream tar = out;
        if (path == null || pool == null || tar == null) {
            throw new IllegalStateException(manifest.name() + " was not received");
        }
        TarResult result;
        try (tar) {
            result = export(pool, path, tar);
        } catch (ClosedOutputException e) {
            throw TarTarget.incomplete();
        }
        target.publish(pool.file());
        DirectoryIngest.printFailures(
                call.output(),
                manifest.snapshot().path(),
                result.failures(),
                result.failureCount());
        return Optional.of(result);
    }

    private TarResult export(ScratchPool pool, PoolPath path, OutputStream tar) throws IOException {
        try (ReadView view = pool.session().read();
                Progress progress = call.output().progress("exporting")) {
            FileTree tree = view.open(new PathResolver(view).subvolume(path).id());
            OutputStream buffered =
                    new BufferedOutputStream(new CountedStream(tar, progress, 0), BUFFER_BYTES);
            TarResult result =
                    new TarExport(view, PathFilter.none()).run(tree, Inode.ROOT, buffered);
            buffered.flush();
            return result;
        }
    }

    @Override
    public void close() throws IOException {
        ScratchPool pool = scratch;
        OutputStream tar = out;
        try (pool;
                tar) {
            held.clear();
        }
    }
}
