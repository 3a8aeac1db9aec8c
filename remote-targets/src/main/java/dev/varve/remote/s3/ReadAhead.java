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
    static final int MOST_BYTES = 16 << 20;
    static final int PIECES = 4;

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

        boolean holds(String wanted, long offset) {
            return name.equals(wanted) && offset >= start && offset < end;
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
            piece = holding(name, offset);
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
        ObjectPart first = cut(piece, offset, length);
        int missing = (int) (offset + length - piece.end);
        return missing <= 0 || first.objectSizeBytes() <= piece.end
                ? first
                : joined(first, get(name, piece.end, missing));
    }

    /// The last bytes of an object; all of them, up to a large piece, where whole objects are being
    /// read.
    ObjectPart last(String name, int length) throws IOException {
        int ask;
        synchronized (this) {
            ask = isSweeping ? Math.max(length, MOST_BYTES) : length;
            isSweeping = false;
        }
        ObjectPart part = far.get(name, new ByteRange.Last(ask));
        long start = part.objectSizeBytes() - part.bytes().length;
        if (ask > length) {
            Piece piece = new Piece(name, start, part.bytes().length, 0);
            piece.part.complete(part);
            synchronized (this) {
                isSweeping = true;
                touch(piece);
            }
        }
        int wanted = Math.min(length, part.bytes().length);
        byte[] bytes = part.bytes();
        return new ObjectPart(
                Arrays.copyOfRange(bytes, bytes.length - wanted, bytes.length),
                part.objectSizeBytes());
    }

    private static ObjectPart joined(ObjectPart first, ObjectPart rest) {
        int length = first.bytes().length;
        byte[] both = Arrays.copyOf(first.bytes(), length + rest.bytes().length);
        System.arraycopy(rest.bytes(), 0, both, length, rest.bytes().length);
        return new ObjectPart(both, first.objectSizeBytes());
    }

    private @Nullable Piece holding(String name, long offset) {
        for (Piece piece : pieces) {
            if (piece.holds(name, offset)) {
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
        // The object's end may be here already.
        boolean isSwept = isSweeping && offset < GAP_BYTES;
        isSweeping = isSwept && isKnown;
        return piece(name, offset, isSwept ? Math.max(length, MOST_BYTES) : length, 0);
    }

    private Piece grown(String name, long offset, int length, long before, int followed) {
        long ask = followed == 1 ? 2 * before : GROWTH * before;
        if (ask >= MOST_BYTES) {
            isSweeping = true;
        }
        return piece(name, offset, Math.max(length, Math.min(ask, MOST_BYTES)), followed);
    }

    /// Ends where what is here already begins.
    private Piece piece(String name, long start, long length, int followed) {
        long end = start + length;
        for (Piece other : pieces) {
            if (other.name.equals(name) && other.start > start) {
                end = Math.min(end, other.start);
            }
        }
        return new Piece(name, start, end - start, followed);
    }

    /// The piece behind a large one that is being read, if nobody has asked for it.
    private @Nullable Piece following(Piece piece, long offset) {
        boolean isDue =
                piece.end - piece.start >= MOST_BYTES
                        && offset >= (piece.start + piece.end) / 2
                        && piece.part.isDone()
                        && !piece.isLast();
        if (!isDue || holding(piece.name, piece.end) != null) {
            return null;
        }
        isSweeping = true;
        Piece next = piece(piece.name, piece.end, MOST_BYTES, piece.followed + 1);
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
