package dev.varve.remote.s3;

import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Turns many reads that follow each other in far objects into few large ones. Where reads have
/// followed each other for a while, each piece asked for is larger than the one before, up to
/// [#MOST_BYTES], and the next is on its way while the last is being read; who reads here and there
/// gets what it asked for and no more. Two readers of the same bytes ask once.
///
/// Heap: at most [#PIECES] pieces. Thread-safe.
final class ReadAhead {
    static final int MOST_BYTES = 8 << 20;
    static final int PIECES = 6;

    /// What is skipped in between still counts as following.
    private static final int GAP_BYTES = 1 << 20;

    private static final int GROWTH = 4;

    /// Consecutive bytes of an object, there or on their way.
    private static final class Piece {
        final String name;
        final long start;
        final long end;
        final CompletableFuture<ObjectPart> part = new CompletableFuture<>();

        /// Of reads that followed each other up to this one.
        final int followed;

        Piece(String name, long start, long length, int followed) {
            this.name = name;
            this.start = start;
            this.end = start + length;
            this.followed = followed;
        }

        boolean holds(String wanted, long offset, int length) {
            return name.equals(wanted)
                    && offset >= start
                    && offset < end
                    && (offset + length <= end || isLast());
        }

        boolean isBefore(String wanted, long offset) {
            return name.equals(wanted) && offset >= start && offset <= end + GAP_BYTES;
        }

        /// Whether the object is known to end in it.
        boolean isLast() {
            return part.isDone()
                    && !part.isCompletedExceptionally()
                    && part.join().objectSizeBytes() <= end;
        }
    }

    private final ObjectStore far;

    /// The one used last in front. Guarded by `this`.
    private final Deque<Piece> pieces = new ArrayDeque<>();

    /// Whether the reads before went through a whole object: the next one will be, too. Guarded by
    /// `this`.
    private boolean isSweeping;

    ReadAhead(ObjectStore far) {
        this.far = far;
    }

    ObjectPart get(String name, long offset, int length) throws IOException {
        Piece piece;
        boolean isMine;
        @Nullable Piece next;
        synchronized (this) {
            piece = holding(name, offset, length);
            isMine = piece == null;
            if (piece == null) {
                piece = plan(name, offset, length);
            }
            touch(piece);
            next = isMine ? null : following(piece, offset);
        }
        if (next != null) {
            Piece behind = next;
            Thread.ofVirtual().name("varve-ahead").start(() -> fetch(behind));
        }
        if (isMine) {
            fetch(piece);
        }
        return cut(piece, offset, length);
    }

    private @Nullable Piece holding(String name, long offset, int length) {
        for (Piece piece : pieces) {
            if (piece.holds(name, offset, length)) {
                return piece;
            }
        }
        return null;
    }

    private Piece plan(String name, long offset, int length) {
        boolean isKnown = false;
        for (Piece piece : pieces) {
            if (piece.isBefore(name, offset)) {
                pieces.remove(piece);
                return grown(name, offset, length, piece.end - piece.start, piece.followed + 1);
            }
            isKnown |= piece.name.equals(name);
        }
        boolean isSwept = isSweeping && !isKnown && offset < GAP_BYTES;
        isSweeping = false;
        return new Piece(name, offset, isSwept ? Math.max(length, MOST_BYTES) : length, 0);
    }

    private Piece grown(String name, long offset, int length, long before, int followed) {
        long ask = followed == 1 ? 2 * before : GROWTH * before;
        if (ask >= MOST_BYTES) {
            isSweeping = true;
        }
        return new Piece(name, offset, Math.max(length, Math.min(ask, MOST_BYTES)), followed);
    }

    /// The piece behind a large one that is being read, if nobody has asked for it.
    private @Nullable Piece following(Piece piece, long offset) {
        boolean isDue =
                piece.end - piece.start >= MOST_BYTES
                        && offset >= (piece.start + piece.end) / 2
                        && piece.part.isDone()
                        && !piece.isLast();
        if (!isDue || holding(piece.name, piece.end, 1) != null) {
            return null;
        }
        isSweeping = true;
        Piece next = new Piece(piece.name, piece.end, MOST_BYTES, piece.followed + 1);
        pieces.addFirst(next);
        touch(piece);
        return next;
    }

    private void touch(Piece piece) {
        pieces.remove(piece);
        pieces.addFirst(piece);
        while (pieces.size() > PIECES) {
            pieces.removeLast();
        }
    }

    private void fetch(Piece piece) {
        try {
            int length = (int) (piece.end - piece.start);
            piece.part.complete(far.get(piece.name, new ByteRange.From(piece.start, length)));
        } catch (IOException | RuntimeException e) {
            // Told to whoever waits for it, once.
            synchronized (this) {
                pieces.remove(piece);
            }
            piece.part.completeExceptionally(e);
        }
    }

    private static ObjectPart cut(Piece piece, long offset, int length) throws IOException {
        ObjectPart part;
        try {
            part = piece.part.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
        byte[] bytes = part.bytes();
        int at = (int) Math.min(offset - piece.start, bytes.length);
        int to = (int) Math.min((long) at + length, bytes.length);
        return at == 0 && to == bytes.length
                ? part
                : new ObjectPart(Arrays.copyOfRange(bytes, at, to), part.objectSizeBytes());
    }
}
