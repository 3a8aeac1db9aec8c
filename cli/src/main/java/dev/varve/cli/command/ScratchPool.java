package dev.varve.cli.command;

import dev.varve.cli.pool.PoolMaker;
import dev.varve.cli.pool.PoolPlace;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/// A plain pool for the time of one command, in a [ScratchDirectory]. Nobody is told of what
/// happens to it: it is not the user's pool.
final class ScratchPool implements Closeable {
    private final ScratchDirectory directory;
    private final PoolSession session;

    private ScratchPool(ScratchDirectory directory, PoolSession session) {
        this.directory = directory;
        this.session = session;
    }

    /// @param place an existing directory with room for what is put into the pool
    static ScratchPool in(Path place, Clock clock) throws IOException {
        ScratchDirectory directory = ScratchDirectory.in(place);
        try {
            return new ScratchPool(directory, open(directory.resolve("pool"), clock));
        } catch (IOException | RuntimeException e) {
            try (directory) {
                throw e;
            }
        }
    }

    private static PoolSession open(Path pool, Clock clock) throws IOException {
        PoolOptions defaults = PoolOptions.defaults();
        PoolOptions options =
                new PoolOptions(
                        clock,
                        defaults.writerWait(),
                        defaults.nodeCacheBytes(),
                        defaults.threads());
        PoolPlace place = new PoolPlace(pool.toString(), Map.of());
        PoolMaker.create(place, PoolSettings.defaults(), options);
        return PoolSession.open(place, options);
    }

    PoolSession session() {
        return session;
    }

    /// A name in the directory that is free for the command's use.
    Path file() {
        return directory.resolve("file");
    }

    @Override
    public void close() throws IOException {
        try (directory) {
            session.close();
        }
    }
}
