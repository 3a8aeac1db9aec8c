package dev.varve.replicate;

import dev.varve.engine.Pool;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.receive.KeptReceive;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.ReceiveProgress;
import dev.varve.receive.ReceivedSubvolume;
import dev.varve.receive.Receiver;
import dev.varve.send.SendJob;
import dev.varve.send.SendOptions;
import dev.varve.send.Sender;
import dev.varve.stream.ResumeToken;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Copies snapshots into another pool. The copy is what a receive of the same stream would be: it
/// knows its original by its received UUID, so increments go on from either side. Reading overlaps
/// with writing; a few megabytes are on the way between them.
///
/// A copy that is cut short is kept, hidden, in the target, and the next one of the same snapshot
/// goes on with it.
public final class Replicator {
    private static final SendOptions STREAM = SendOptions.ofProtocol(SendOptions.NEWEST_PROTOCOL);

    private final Pool target;
    private final Clock clock;

    public Replicator(Pool target, Clock clock) {
        this.target = target;
        this.clock = clock;
    }

    /// What streams call a snapshot: the UUID it was received as, or else its own.
    public static UUID streamUuid(SubvolumeInfo snapshot) {
        return snapshot.receivedUuid().orElse(snapshot.uuid());
    }

    /// What streams call the snapshots of a pool that an increment can build on.
    public static Set<UUID> snapshots(ReadView view) throws IOException {
        Set<UUID> found = new HashSet<>();
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            SubvolumeInfo info = all.current();
            if (info.readOnly()) {
                found.add(info.uuid());
                info.receivedUuid().ifPresent(found::add);
            }
        }
        return found;
    }

    /// The unfinished copy of a snapshot that the target keeps, if any.
    public Optional<KeptReceive> unfinished(SubvolumeInfo snapshot) throws IOException {
        try (ReadView view = target.read()) {
            return Receiver.unfinished(view).stream()
                    .map(Receiver.Unfinished::kept)
                    .filter(kept -> kept.token().uuid().equals(streamUuid(snapshot)))
                    .filter(kept -> kept.token().version() == STREAM.protocol())
                    .findFirst();
        }
    }

    /// The length of the stream that [#copy] would carry.
    public static long measure(SendJob job) throws IOException {
        return Sender.measure(List.of(job), STREAM);
    }

    /// Copies one snapshot.
    ///
    /// @param directory where the copy is to be named in the target; what is missing of it is made
    /// @param kept goes on with this; the job's parent must be what it was then
    /// @throws dev.varve.receive.MissingParentException if the target lacks the job's parent
    /// @throws java.nio.file.FileAlreadyExistsException if the name is taken there
    public ReceivedSubvolume copy(
            SendJob job,
            List<FileName> directory,
            Optional<KeptReceive> kept,
            Consumer<ReceiveProgress> progress)
            throws IOException {
        BytePipe pipe = new BytePipe();
        Optional<ResumeToken> token = kept.map(KeptReceive::token);
        FutureTask<Boolean> sending = new FutureTask<>(() -> send(job, token, pipe.out()));
        Thread sender = Thread.ofPlatform().daemon().name("replicate-send").start(sending);
        try (InputStream in = pipe.in()) {
            ReceivedSubvolume received = receive(in, token, directory, progress);
            requireSent(sending);
            return received;
        } catch (IOException e) {
            throw causeOf(e, sending);
        } finally {
            sender.interrupt();
        }
    }

    private static boolean send(SendJob job, Optional<ResumeToken> token, OutputStream out)
            throws IOException {
        try (out) {
            StreamWriter writer =
                    token.isPresent()
                            ? StreamWriter.resuming(out, token.get())
                            : new StreamWriter(out);
            Sender sender = new Sender(writer, STREAM);
            sender.send(job);
            sender.finish();
            out.flush();
            return true;
        }
    }

    private ReceivedSubvolume receive(
            InputStream in,
            Optional<ResumeToken> token,
            List<FileName> directory,
            Consumer<ReceiveProgress> progress)
            throws IOException {
        ReceiveOptions options =
                ReceiveOptions.with(clock)
                        .withKeepEveryBytes(ReceiveOptions.DEFAULT_KEEP_EVERY_BYTES);
        Receiver receiver = new Receiver(target, options);
        StreamReader.Options reading = StreamReader.Options.defaults();
        List<ReceivedSubvolume> received =
                token.isPresent()
                        ? receiver.resume(
                                StreamReader.resuming(in, reading, token.get()),
                                token.get(),
                                directory,
                                progress)
                        : receiver.receive(new StreamReader(in, reading), directory, progress);
        return received.getLast();
    }

    /// Fails as the sender did, if it failed.
    private static void requireSent(FutureTask<Boolean> sending) throws IOException {
        try {
            sending.get();
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /// A receiver that found its stream cut short has the reason from the sender.
    private static IOException causeOf(IOException received, FutureTask<Boolean> sending) {
        if (sending.state() == FutureTask.State.FAILED
                && sending.exceptionNow() instanceof IOException sent
                && !(sent instanceof EOFException)) {
            sent.addSuppressed(received);
            return sent;
        }
        return received;
    }

    private static IOException rethrown(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> new IOException("the sender failed");
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> new IOException(cause);
        };
    }
}
