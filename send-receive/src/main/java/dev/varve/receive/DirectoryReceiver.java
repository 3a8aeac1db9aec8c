package dev.varve.receive;

import dev.varve.posix.Directory;
import dev.varve.stream.ResumeToken;
import dev.varve.stream.StreamReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/// Receives streams into a directory of the host, on whatever file system. Each subvolume becomes a
/// directory that appears complete, or not at all; clones share storage where the file system can.
/// Linux only; owners and devices need root.
///
/// An increment starts from a copy of its parent, found by the mark that an earlier receive left in
/// `.varve-received`, or named.
public final class DirectoryReceiver {
    private final ReceiveOptions options;
    private final Optional<Path> parent;

    public DirectoryReceiver(ReceiveOptions options) {
        this(options, Optional.empty());
    }

    /// @param parent what increments build on whose parent was not received at the destination;
    ///   must be equal to the sender's snapshot
    public DirectoryReceiver(ReceiveOptions options, Optional<Path> parent) {
        this.options = options;
        this.parent = parent;
    }

    /// Receives everything the reader gives.
    ///
    /// @param directory where the subvolumes are to be; made if missing
    /// @param progress told every few MiB, on this thread
    /// @return the subvolumes published, in order. When this throws, those before the error stand
    /// @throws dev.varve.stream.StreamException if the stream is damaged, hostile, too new, or does
    ///   not fit what is here
    /// @throws MissingParentException if the stream builds on a snapshot that is not here
    /// @throws ReceiveFailedException if the file system refuses a command
    /// @throws java.nio.file.FileAlreadyExistsException if a subvolume's name is taken
    public List<ReceivedSubvolume> receive(
            StreamReader reader, Path directory, Consumer<ReceiveProgress> progress)
            throws IOException {
        Files.createDirectories(directory);
        try (DirectoryDestination destination = new DirectoryDestination(directory, parent);
                StreamPlayer player = new StreamPlayer(reader, destination, options, progress)) {
            return player.play();
        }
    }

    /// Goes on with a receive that was kept when it ended early.
    ///
    /// @param reader gives what stands behind the token
    /// @param directory the same as then
    /// @throws dev.varve.stream.ResumeMismatchException if nothing is kept at that place
    public List<ReceivedSubvolume> resume(
            StreamReader reader,
            ResumeToken token,
            Path directory,
            Consumer<ReceiveProgress> progress)
            throws IOException {
        try (DirectoryDestination destination = new DirectoryDestination(directory, parent);
                StreamPlayer player = new StreamPlayer(reader, destination, options, progress)) {
            player.resume(token);
            return player.play();
        }
    }

    /// Whether a subvolume that was received under this UUID is there, as it came.
    public static boolean holds(Path directory, UUID uuid) throws IOException {
        try (Directory opened = Directory.open(directory)) {
            Optional<Directory> found = new ReceivedMarks(opened).open(uuid);
            if (found.isPresent()) {
                found.get().close();
            }
            return found.isPresent();
        }
    }

    /// All unfinished receives that are kept in a directory.
    public static List<KeptReceive> unfinished(Path directory) throws IOException {
        try (Directory opened = Directory.open(directory)) {
            return StagedDirectory.list(opened);
        }
    }

    /// Removes an unfinished receive; false if there is none of that stream.
    public static boolean abort(Path directory, UUID uuid) throws IOException {
        try (Directory opened = Directory.open(directory)) {
            return StagedDirectory.remove(opened, uuid);
        }
    }
}
