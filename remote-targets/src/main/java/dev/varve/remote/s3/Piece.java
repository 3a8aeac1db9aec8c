package dev.varve.remote.s3;

import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Consecutive bytes of an object, there or on their way. Those of a long one stand in arrays that
/// are used again: a new array of 32 MiB for each would have the garbage collector go through the
/// whole heap for every few of them.
final class Piece {
    private static final int CHUNK_BYTES = 1 << 20;

    /// As near as that, or half a piece, counts as following; more than this never does.
    private static final int NEAR_BYTES = 64 << 10;

    private static final int NEAR_MOST_BYTES = 1 << 20;

    /// Arrays that no piece has. Thread-safe.
    static final class Chunks {
        private final Deque<byte[]> spare = new ArrayDeque<>();

        private synchronized List<byte[]> take(int bytes) {
            List<byte[]> taken = new ArrayList<>();
            if (bytes < CHUNK_BYTES) {
                taken.add(new byte[bytes]);
                return taken;
            }
            for (long room = 0; room < bytes; room += CHUNK_BYTES) {
                byte[] known = spare.poll();
                taken.add(known != null ? known : new byte[CHUNK_BYTES]);
            }
            return taken;
        }

        private synchronized void giveBack(List<byte[]> chunks) {
            for (byte[] chunk : chunks) {
                if (chunk.length == CHUNK_BYTES) {
                    spare.push(chunk);
                }
            }
        }
    }

    /// What came.
    ///
    /// @param length less than the piece's if the object ends before
    private record Content(List<byte[]> chunks, int length, long objectSizeBytes) {
        /// The part from `at` to `to`.
        ObjectPart part(int at, int to) {
            byte[] first = chunks.getFirst();
            if (at == 0 && to == first.length && to < CHUNK_BYTES) {
                return new ObjectPart(first, objectSizeBytes);
            }
            byte[] bytes = new byte[to - at];
            for (int done = 0; done < bytes.length; ) {
                int from = (at + done) % CHUNK_BYTES;
                int count = Math.min(bytes.length - done, CHUNK_BYTES - from);
                byte[] chunk = chunks.get((at + done) / CHUNK_BYTES);
                System.arraycopy(chunk, from, bytes, done, count);
                done += count;
            }
            return new ObjectPart(bytes, objectSizeBytes);
        }
    }

    private final String name;
    private final long start;
    private final long end;
    private final CompletableFuture<Content> content = new CompletableFuture<>();

    /// Bytes given to readers. Guarded by the [ReadAhead].
    long usedBytes;

    /// How many take bytes from it, and whether it is kept for more to come. Guarded by the
    /// [ReadAhead].
    private int readers;

    private boolean isGone;

    Piece(String name, long start, long end) {
        this.name = name;
        this.start = start;
        this.end = end;
    }

    /// The last bytes of an object, which are there.
    static Piece last(ObjectStore far, String name, int length, Chunks chunks) throws IOException {
        ByteRange range = new ByteRange.Last(length);
        Content content = content(far, name, range, length, chunks);
        long size = content.objectSizeBytes();
        Piece piece = new Piece(name, range.start(size), size);
        piece.content.complete(content);
        return piece;
    }

    /// Brings the bytes. If they do not come, whoever waits for them is told by [#fail].
    void fetch(ObjectStore far, Chunks chunks) throws IOException {
        int length = Math.toIntExact(length());
        ByteRange range = new ByteRange.From(start, length);
        content.complete(content(far, name, range, length, chunks));
    }

    void fail(Throwable reason) {
        content.completeExceptionally(reason);
    }

    private static Content content(
            ObjectStore far, String name, ByteRange range, int length, Chunks chunks)
            throws IOException {
        List<byte[]> taken = chunks.take(length);
        List<ByteBuffer> into = taken.stream().map(ByteBuffer::wrap).toList();
        long objectSizeBytes = far.read(name, range, into);
        int came = range.length(objectSizeBytes);
        int needed = Math.max(1, Math.ceilDiv(came, CHUNK_BYTES));
        List<byte[]> unneeded = taken.subList(Math.min(needed, taken.size()), taken.size());
        chunks.giveBack(unneeded);
        unneeded.clear();
        return new Content(taken, came, objectSizeBytes);
    }

    String name() {
        return name;
    }

    long start() {
        return start;
    }

    long end() {
        return end;
    }

    long length() {
        return end - start;
    }

    boolean holds(String wanted, long offset) {
        return name.equals(wanted) && offset >= start && offset < end;
    }

    boolean isNear(String wanted, long offset) {
        long near = Math.clamp(length() / 2, NEAR_BYTES, NEAR_MOST_BYTES);
        return name.equals(wanted) && offset >= start - near && offset <= end + near;
    }

    /// Whether it came, or will not.
    boolean isDone() {
        return content.isDone();
    }

    boolean isThere() {
        return content.isDone() && !content.isCompletedExceptionally();
    }

    /// Of one that is there.
    long objectSizeBytes() {
        return content.join().objectSizeBytes();
    }

    /// Waits for the bytes; what of them is wanted, as far as the piece goes.
    ObjectPart cut(long offset, int length) throws IOException {
        Content came;
        try {
            came = content.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
        int at = (int) Math.min(offset - start, came.length());
        int to = (int) Math.min((long) at + length, came.length());
        return came.part(at, to);
    }

    /// Its bytes stay as they are until [#release].
    void hold() {
        readers++;
    }

    void release(Chunks chunks) {
        readers--;
        giveBackUnused(chunks);
    }

    /// Nobody will look for it any more.
    void drop(Chunks chunks) {
        isGone = true;
        giveBackUnused(chunks);
    }

    private void giveBackUnused(Chunks chunks) {
        if (isGone && readers == 0 && isThere()) {
            chunks.giveBack(content.join().chunks());
        }
    }
}
