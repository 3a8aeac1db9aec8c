package dev.varve.receive;

import dev.varve.engine.model.FileName;
import dev.varve.posix.Errno;
import dev.varve.posix.PosixException;
import dev.varve.receive.Destination.Start;
import dev.varve.stream.MalformedStreamException;
import dev.varve.stream.StreamCommand;
import dev.varve.stream.StreamPosition;
import dev.varve.stream.StreamReader;
import dev.varve.stream.UnsupportedStreamException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/// Plays a whole input: starts, fills and publishes one subvolume after the other, and gives every
/// error its place in the stream.
final class StreamPlayer implements Closeable {
    private static final long PROGRESS_BYTES = 4 << 20;
    private static final int MAX_KEPT_ERRORS = 1000;

    private final StreamReader reader;
    private final Destination destination;
    private final ReceiveOptions options;
    private final Consumer<ReceiveProgress> progress;
    private final CommandPlayer player;
    private final List<ReceivedSubvolume> received = new ArrayList<>();
    private @Nullable Subvolume current;
    private int errors;
    private long nextProgress;

    /// The subvolume under way.
    private record Subvolume(
            Start start, SubvolumeSink sink, long firstCommand, List<IOException> errors) {}

    StreamPlayer(
            StreamReader reader,
            Destination destination,
            ReceiveOptions options,
            Consumer<ReceiveProgress> progress) {
        this.reader = reader;
        this.destination = destination;
        this.options = options;
        this.progress = progress;
        player = new CommandPlayer(options.maxExtentBytes());
    }

    /// Plays all commands and returns what was published.
    List<ReceivedSubvolume> play() throws IOException {
        while (reader.advance()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted at " + reader.position());
            }
            switch (reader.current()) {
                case StreamCommand.Subvolume c ->
                        begin(c.path(), c.uuid(), c.ctransid(), Optional.empty());
                case StreamCommand.Snapshot c ->
                        begin(c.path(), c.uuid(), c.ctransid(), Optional.of(c.cloneUuid()));
                case StreamCommand.End _ -> {
                    requireCurrent();
                    publish();
                }
                case StreamCommand c -> play(c);
            }
        }
        return received;
    }

    private void begin(byte[] name, UUID uuid, long generation, Optional<UUID> parent)
            throws IOException {
        publish();
        if (!FileName.isValid(name)) {
            throw malformed(text(name), "not a name for a subvolume", null);
        }
        Start start = new Start(FileName.of(name), uuid, generation, parent);
        try {
            SubvolumeSink sink = destination.begin(start);
            long command = reader.position().command();
            current = new Subvolume(start, sink, command, new ArrayList<>());
        } catch (UnknownSubvolumeException e) {
            throw new MissingParentException(reader.position(), text(name), e.uuid());
        }
    }

    private Subvolume requireCurrent() throws MalformedStreamException {
        if (current == null) {
            throw malformed("", "a command before the subvolume it belongs to", null);
        }
        return current;
    }

    private void publish() throws IOException {
        Subvolume done = current;
        if (done == null) {
            return;
        }
        current = null;
        try (SubvolumeSink sink = done.sink()) {
            sink.publish(done.errors().isEmpty());
        }
        long commands = reader.position().command() - done.firstCommand();
        received.add(
                new ReceivedSubvolume(
                        done.start().name(),
                        done.start().uuid(),
                        done.start().parent(),
                        commands,
                        List.copyOf(done.errors())));
    }

    private void play(StreamCommand command) throws IOException {
        Subvolume subvolume = requireCurrent();
        try {
            player.play(command, subvolume.sink());
        } catch (DataFormatException
                | FileSystemException
                | PosixException
                | UnknownSubvolumeException e) {
            count(located(command, e), subvolume);
        }
        StreamPosition position = reader.position();
        if (position.offsetBytes() >= nextProgress) {
            nextProgress = position.offsetBytes() + PROGRESS_BYTES;
            progress.accept(
                    new ReceiveProgress(
                            subvolume.start().name(), position.command(), position.offsetBytes()));
        }
    }

    private void count(IOException error, Subvolume subvolume) throws IOException {
        errors++;
        boolean isLast = options.maxErrors() != 0 && errors >= options.maxErrors();
        if (isLast || error instanceof UnsupportedStreamException) {
            throw error;
        }
        // Errors are kept to be told; a stream of nothing but errors must not fill the heap.
        if (subvolume.errors().size() < MAX_KEPT_ERRORS) {
            subvolume.errors().add(error);
        }
    }

    /// The error with its place in the stream. The stream is at fault unless the destination lacks
    /// what it would need.
    private IOException located(StreamCommand command, Exception error) {
        String path = text(command.path());
        String what = describe(command);
        return switch (error) {
            case UnknownSubvolumeException e ->
                    new MissingParentException(reader.position(), path, e.uuid());
            case PosixException e when !isStreamsFault(e.errno()) ->
                    new ReceiveFailedException(reader.position(), path, e);
            case DataFormatException e
                    when command instanceof StreamCommand.UpdateExtent
                            || command instanceof StreamCommand.EnableVerity ->
                    new UnsupportedStreamException(
                            reader.position(), path, String.valueOf(e.getMessage()));
            default -> malformed(path, what + ": " + reason(error), error);
        };
    }

    private static boolean isStreamsFault(int errno) {
        return switch (errno) {
            case Errno.ENOENT,
                    Errno.EEXIST,
                    Errno.ENOTDIR,
                    Errno.EISDIR,
                    Errno.ENOTEMPTY,
                    Errno.ELOOP,
                    Errno.EXDEV,
                    Errno.EINVAL,
                    Errno.ENODATA ->
                    true;
            default -> false;
        };
    }

    private static String reason(Exception error) {
        return switch (error) {
            case NoSuchFileException e -> "'" + e.getFile() + "' does not exist";
            case FileAlreadyExistsException e -> "'" + e.getFile() + "' exists already";
            case NotDirectoryException e -> "'" + e.getFile() + "' is no directory";
            case DirectoryNotEmptyException e -> "'" + e.getFile() + "' is not empty";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            default -> String.valueOf(error.getMessage());
        };
    }

    /// The command's name and its second path, which an error about it may concern as well.
    private static String describe(StreamCommand command) {
        String name = command.getClass().getSimpleName();
        return switch (command) {
            case StreamCommand.Rename c -> name + " to '" + text(c.pathTo()) + "'";
            case StreamCommand.Link c -> name + " of '" + text(c.existing()) + "'";
            case StreamCommand.Clone c ->
                    "%s of '%s' in %s".formatted(name, text(c.source().path()), c.source().uuid());
            default -> name;
        };
    }

    private MalformedStreamException malformed(
            String path, String problem, @Nullable Exception cause) {
        return cause == null
                ? new MalformedStreamException(reader.position(), path, problem)
                : new MalformedStreamException(reader.position(), path, problem, cause);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Drops the subvolume under way, if any.
    @Override
    public void close() throws IOException {
        player.close();
        if (current != null) {
            SubvolumeSink sink = current.sink();
            current = null;
            sink.close();
        }
    }
}
