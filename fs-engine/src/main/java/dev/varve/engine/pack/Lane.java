package dev.varve.engine.pack;

import dev.varve.engine.model.StoreFailedException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// The packs of one kind on their way to the store: one being filled and at most two full ones, so
/// that who appends too fast waits and the heap stays bounded. A pack of data is written while it
/// is filled. Two, because what is left to do for a full one, reading it back above all, takes now
/// more time, now less.
final class Lane {
    /// Threads that a lane needs.
    static final int MOST_WRITERS = 3;

    private static final int MOST_WRITING = MOST_WRITERS - 1;

    private final BlockKind kind;
    private final Appending appending;

    /// All guarded by `this`.
    private @Nullable OpenPack filling;

    /// What writes that one, once something of it is to be written.
    private @Nullable FutureTask<KindStatistics> early;

    /// In the order they were begun.
    private final ArrayDeque<FutureTask<KindStatistics>> writing = new ArrayDeque<>();

    private @Nullable IOException failure;

    /// Written under the lock, read at any time: progress must not wait for a pack.
    private volatile KindStatistics written = KindStatistics.NONE;

    Lane(BlockKind kind, Appending appending) {
        this.kind = kind;
        this.appending = appending;
    }

    synchronized long append(byte[] raw, BlockTraits traits) throws IOException {
        requireIntact();
        OpenPack pack = filling;
        if (pack != null && !pack.hasRoomFor(raw.length, traits, appending.packRawBytes())) {
            startWriting();
            pack = null;
        }
        if (pack == null) {
            pack = appending.newPack(kind, traits.checksum());
            filling = pack;
        }
        PendingBlock block = pack.add(raw, traits, appending.codec());
        appending.compress(block);
        if (early == null && kind == BlockKind.DATA && pack.isReady()) {
            early = write(pack);
        }
        return block.address();
    }

    /// Sends the pack being filled on its way, however small.
    synchronized void startWriting() throws IOException {
        requireIntact();
        OpenPack pack = filling;
        if (pack == null) {
            return;
        }
        pack.fill();
        writing.add(early != null ? early : write(pack));
        filling = null;
        early = null;
        while (writing.size() > MOST_WRITING) {
            awaitFirst();
        }
    }

    private FutureTask<KindStatistics> write(OpenPack pack) {
        FutureTask<KindStatistics> task = new FutureTask<>(() -> appending.write(pack));
        appending.writers().execute(task);
        return task;
    }

    /// Waits until what was sent on its way is durable.
    synchronized void awaitWritten() throws IOException {
        requireIntact();
        while (!writing.isEmpty()) {
            awaitFirst();
        }
    }

    private void awaitFirst() throws IOException {
        try {
            written = written.plus(writing.element().get());
            writing.remove();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreFailedException("interrupted while a pack was being written", e);
        } catch (ExecutionException e) {
            failure = failureOf(e);
            throw failure;
        }
    }

    /// Forgets the pack being filled, waits for those being written, and is intact again.
    synchronized void discard() throws InterruptedException {
        if (filling != null) {
            filling.giveUp();
        }
        if (early != null) {
            writing.add(early);
        }
        filling = null;
        early = null;
        for (; !writing.isEmpty(); writing.remove()) {
            try {
                written = written.plus(writing.element().get());
            } catch (ExecutionException _) {
                // It was to be deleted anyway.
            }
        }
        failure = null;
    }

    KindStatistics statistics() {
        return written;
    }

    /// After a failed write nothing more is accepted: what was appended before is lost.
    private void requireIntact() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    private static IOException failureOf(ExecutionException e) {
        return switch (e.getCause()) {
            case IOException cause -> cause;
            case Error cause -> throw cause;
            case RuntimeException cause -> throw cause;
            // A block that could not be made fails its pack.
            case ExecutionException cause -> failureOf(cause);
            case null, default -> new StoreFailedException("a pack could not be written", e);
        };
    }
}
