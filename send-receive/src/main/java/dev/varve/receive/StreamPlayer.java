package dev.varve.receive;

import dev.varve.engine.model.FileName;
import dev.varve.engine.model.StorageException;
import dev.varve.posix.Errno;
import dev.varve.posix.PosixException;
import dev.varve.receive.Destination.Start;
import dev.varve.stream.MalformedStreamException;
import dev.varve.stream.ResumeToken;
import dev.varve.stream.StreamCommand;
import dev.varve.stream.StreamException;
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

    /// Of the bytes between two checkpoints.
    private static final int TRIFLING_PART = 64;

    private final StreamReader reader;
    private final Destination destination;
    private final ReceiveOptions options;
    private final Consumer<ReceiveProgress> progress;
    private final CommandPlayer player;
    private final List<ReceivedSubvolume> received = new ArrayList<>();
    private @Nullable Subvolume current;
    private Optional<ResumeToken> kept = Optional.empty();
    private int errors;
    private long nextProgress;

    /// Where the part since the last checkpoint starts: in the input, and in what is stored.
    private long partStart;

    private long partStartStored;
    private boolean isCheckpointed;

    /// Whether the next command may have been applied by a process that was killed.
    private boolean mayBeDone;

    /// The subvolume under way.
    private record Subvolume(
            Start start,
            SubvolumeSink sink,
            long firstCommand,
            List<IOException> errors,
            List<String> leftOut) {}

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

    /// Takes up the subvolume that the reader's input goes on with.
    void resume(ResumeToken token) throws IOException {
        Destination.Resumed resumed = destination.resume(token);
        current =
                new Subvolume(
                        resumed.kept().start(),
                        resumed.sink(),
                        resumed.kept().firstCommand(),
                        new ArrayList<>(),
                        new ArrayList<>());
        kept = Optional.of(token);
        isCheckpointed = true;
        nextProgress = token.offsetBytes();
        startPart(token.offsetBytes(), resumed.sink());
        mayBeDone = !resumed.kept().isExact();
    }

    /// Plays all commands and returns what was published.
    List<ReceivedSubvolume> play() throws IOException {
        try {
            playAll();
            return received;
        } catch (IOException e) {
            if (current != null) {
                keepOrDiscard(current, e);
            }
            throw e;
        }
    }

    private void playAll() throws IOException {
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
    }

    /// What ended before its time is kept, what can never come to a good end is not.
    private void keepOrDiscard(Subvolume subvolume, IOException error) throws IOException {
        if (!options.keeps()) {
            return;
        }
        if (isStreamsFault(error) || !subvolume.errors().isEmpty() || isTrifle()) {
            kept = Optional.empty();
            tell(subvolume);
            suppressing(error, subvolume.sink()::discard);
        } else if (!(error instanceof StorageException)) {
            suppressing(error, () -> checkpoint(subvolume, false));
        }
        tell(subvolume);
    }

    /// Whether so little was received that sending it again is cheaper than a leftover.
    private boolean isTrifle() {
        return !isCheckpointed
                && reader.before().offsetBytes() - partStart
                        < options.keepEveryBytes() / TRIFLING_PART;
    }

    private static boolean isStreamsFault(IOException error) {
        return error instanceof StreamException
                && !(error instanceof MalformedStreamException malformed
                        && malformed.happenedOnTheWay());
    }

    private interface Step {
        void run() throws IOException;
    }

    /// Does what is to be done after an error, even when that was an interruption.
    private static void suppressing(IOException error, Step step) {
        boolean interrupted = Thread.interrupted();
        try {
            step.run();
        } catch (IOException e) {
            error.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void checkpoint(Subvolume subvolume, boolean goesOn) throws IOException {
        ResumeToken place = goesOn ? reader.behind() : reader.before();
        boolean isExact = !goesOn || !subvolume.sink().takesNotes();
        subvolume.sink().checkpoint(kept(subvolume, place, isExact), goesOn);
        kept = Optional.of(place);
        isCheckpointed = true;
        startPart(place.offsetBytes(), subvolume.sink());
    }

    private void startPart(long offsetBytes, SubvolumeSink sink) {
        partStart = offsetBytes;
        partStartStored = sink.storedBytes();
    }

    private static KeptReceive kept(Subvolume subvolume, ResumeToken place, boolean isExact) {
        Start start = subvolume.start();
        return new KeptReceive(
                start.name(),
                start.generation(),
                start.parent(),
                place,
                subvolume.firstCommand(),
                0,
                isExact);
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
            current = new Subvolume(start, sink, command, new ArrayList<>(), new ArrayList<>());
            kept = Optional.empty();
            isCheckpointed = false;
            startPart(reader.position().offsetBytes(), sink);
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
        done.sink().publish(done.errors().isEmpty());
        current = null;
        kept = Optional.empty();
        done.sink().close();
        long commands = reader.position().command() - done.firstCommand();
        received.add(
                new ReceivedSubvolume(
                        done.start().name(),
                        done.start().uuid(),
                        done.start().parent(),
                        commands,
                        List.copyOf(done.errors()),
                        List.copyOf(done.leftOut())));
    }

    private void play(StreamCommand command) throws IOException {
        Subvolume subvolume = requireCurrent();
        SubvolumeSink sink = subvolume.sink();
        if (options.keeps() && sink.takesNotes() && !Repeats.canRepeat(command)) {
            sink.note(kept(subvolume, reader.before(), false));
            kept = Optional.of(reader.before());
        }
        boolean wasKilledHere = mayBeDone;
        mayBeDone = false;
        try {
            if (!player.play(command, sink) && subvolume.leftOut().size() < MAX_KEPT_ERRORS) {
                subvolume.leftOut().add(leftOut(command));
            }
        } catch (DataFormatException
                | FileSystemException
                | PosixException
                | UnknownSubvolumeException e) {
            if (!wasKilledHere || !Repeats.wasDone(command, e)) {
                count(located(command, e), subvolume);
            }
        }
        long offsetBytes = reader.behind().offsetBytes();
        long storedBytes = subvolume.sink().storedBytes() - partStartStored;
        if (options.isDue(offsetBytes - partStart, storedBytes) && subvolume.errors().isEmpty()) {
            checkpoint(subvolume, true);
        }
        if (offsetBytes >= nextProgress) {
            nextProgress = offsetBytes + PROGRESS_BYTES;
            tell(subvolume);
        }
    }

    private void tell(Subvolume subvolume) {
        StreamPosition position = reader.position();
        progress.accept(
                new ReceiveProgress(
                        subvolume.start().name(),
                        position.command(),
                        position.offsetBytes(),
                        kept));
    }

    private String leftOut(StreamCommand command) {
        return "%s, path '%s': fs-verity is not kept here"
                .formatted(reader.position(), text(command.path()));
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
            case DataFormatException e when command instanceof StreamCommand.UpdateExtent ->
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
