package dev.varve.receive;

import dev.varve.engine.Pool;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.stream.ResumeToken;
import dev.varve.stream.StreamReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Receives streams into a pool. Each subvolume is one transaction: it appears complete, read-only
/// and with its received UUID when its stream has ended, or not at all. If wanted, an unfinished
/// one is kept under a hidden name, committed now and then, to be resumed.
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
        try (StreamPlayer player = player(reader, directory, progress)) {
            return player.play();
        }
    }

    private StreamPlayer player(
            StreamReader reader, List<FileName> directory, Consumer<ReceiveProgress> progress) {
        Destination destination = new PoolDestination(pool, directory, options);
        return new StreamPlayer(reader, destination, options, progress);
    }

    /// Goes on with a receive that was kept when it ended early.
    ///
    /// @param reader gives what stands behind the token
    /// @param directory the same as then
    /// @throws dev.varve.stream.ResumeMismatchException if nothing is kept at that place
    public List<ReceivedSubvolume> resume(
            StreamReader reader,
            ResumeToken token,
            List<FileName> directory,
            Consumer<ReceiveProgress> progress)
            throws IOException {
        try (StreamPlayer player = player(reader, directory, progress)) {
            player.resume(token);
            return player.play();
        }
    }

    /// An unfinished receive and the hidden subvolume it is kept in.
    public record Unfinished(SubvolumeInfo subvolume, KeptReceive kept) {}

    /// Drops an unfinished receive.
    public static void drop(WriteTransaction transaction, Unfinished unfinished)
            throws IOException {
        SubvolumeInfo partial = unfinished.subvolume();
        OpenedParent parent = OpenedParent.open(transaction, partial.parent().orElseThrow(), true);
        transaction.deleteSubvolume(partial.id(), true);
        parent.done();
    }

    /// All unfinished receives that are kept in a pool.
    public static List<Unfinished> unfinished(ReadView view) throws IOException {
        List<Unfinished> found = new ArrayList<>();
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            SubvolumeInfo info = all.current();
            if (PoolDestination.isPartial(info)) {
                PoolDestination.kept(view, info.id())
                        .ifPresent(kept -> found.add(new Unfinished(info, kept)));
            }
        }
        return found;
    }
}
