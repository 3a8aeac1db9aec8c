package dev.varve.replicate;

import dev.varve.engine.Pool;
import dev.varve.engine.ReadView;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.ReceivedSubvolume;
import dev.varve.receive.Receiver;
import dev.varve.stream.ResumeToken;
import dev.varve.stream.StreamReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A pool that this process has open. Reading overlaps with writing; a few megabytes are on the way
/// between them.
public final class LocalReplica implements Replica {
    /// Reading what is here again costs little, compared with a commit there.
    private static final long KEEP_EVERY_BYTES = 768 << 20;

    private final Pool pool;
    private final Clock clock;

    public LocalReplica(Pool pool, Clock clock) {
        this.pool = pool;
        this.clock = clock;
    }

    @Override
    public Set<UUID> snapshots() throws IOException {
        try (ReadView view = pool.read()) {
            return Replicator.snapshots(view);
        }
    }

    @Override
    public List<Unfinished> unfinished() throws IOException {
        try (ReadView view = pool.read()) {
            return Receiver.unfinished(view).stream()
                    .map(Receiver.Unfinished::kept)
                    .map(kept -> new Unfinished(kept.parent(), kept.token()))
                    .toList();
        }
    }

    @Override
    public List<String> receive(
            Source source, Optional<ResumeToken> token, Place place, LongConsumer streamBytes)
            throws IOException {
        BytePipe pipe = new BytePipe();
        FutureTask<Boolean> sending = new FutureTask<>(() -> send(source, pipe.out()));
        Thread sender = Thread.ofPlatform().daemon().name("replicate-send").start(sending);
        try (InputStream in = pipe.in()) {
            ReceivedSubvolume received = receive(in, token, place, streamBytes);
            requireSent(sending);
            return Stream.concat(
                            received.errors().stream().map(IOException::getMessage),
                            received.leftOut().stream())
                    .toList();
        } catch (IOException e) {
            throw causeOf(e, sending);
        } finally {
            sender.interrupt();
        }
    }

    private static boolean send(Source source, OutputStream out) throws IOException {
        try (out) {
            source.writeTo(out);
            out.flush();
            return true;
        }
    }

    private ReceivedSubvolume receive(
            InputStream in, Optional<ResumeToken> token, Place place, LongConsumer streamBytes)
            throws IOException {
        ReceiveOptions options =
                ReceiveOptions.with(clock)
                        .withNesting(place.isNested())
                        .withKeepEveryBytes(KEEP_EVERY_BYTES)
                        .withKeepEveryStoredBytes(ReceiveOptions.DEFAULT_KEEP_EVERY_BYTES);
        Receiver receiver = new Receiver(pool, options);
        StreamReader.Options reading = StreamReader.Options.defaults();
        List<ReceivedSubvolume> received =
                token.isPresent()
                        ? receiver.resume(
                                StreamReader.resuming(in, reading, token.get()),
                                token.get(),
                                place.directory(),
                                at -> streamBytes.accept(at.streamBytes()))
                        : receiver.receive(
                                new StreamReader(in, reading),
                                place.directory(),
                                at -> streamBytes.accept(at.streamBytes()));
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
