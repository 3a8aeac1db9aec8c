package dev.varve.receive;

import dev.varve.engine.Pool;
import dev.varve.engine.model.FileName;
import dev.varve.stream.StreamReader;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/// Receives streams into a pool. Each subvolume is one transaction: it appears complete, read-only
/// and with its received UUID when its stream has ended, or not at all.
public final class Receiver {
    private final Pool pool;
    private final ReceiveOptions options;

    public Receiver(Pool pool, ReceiveOptions options) {
        this.pool = pool;
        this.options = options;
    }

    /// Receives everything the reader gives.
    ///
    /// @param directory where the subvolumes are to be named: the components of a path from the
    ///   pool's top level, across nested subvolumes. What is missing of it is made
    /// @param progress told every few MiB, on this thread
    /// @return the subvolumes published, in order. When this throws, those before the error stand
    /// @throws dev.varve.stream.StreamException if the stream is damaged, hostile, too new, or does
    ///   not fit what is here
    /// @throws MissingParentException if the stream builds on a snapshot that is not here
    /// @throws java.nio.file.FileAlreadyExistsException if a subvolume's name is taken
    public List<ReceivedSubvolume> receive(
            StreamReader reader, List<FileName> directory, Consumer<ReceiveProgress> progress)
            throws IOException {
        Destination destination = new PoolDestination(pool, directory, options.clock());
        try (StreamPlayer player = new StreamPlayer(reader, destination, options, progress)) {
            return player.play();
        }
    }
}
