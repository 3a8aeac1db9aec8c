package dev.varve.remote.s3;

import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/// Turns many reads of far objects into few large ones. What is asked for grows, up to a most,
/// while reads stay near each other and most of what came was used, in whatever objects that is; it
/// shrinks again when little was. Who reads here and there gets what it asked for and no more, and
/// so does who comes back to where a large piece was that was mostly used. Two readers of the same
/// bytes ask once.
///
/// Heap: at most [#PIECES] times the most that is asked for, in whole arrays, what is on its way,
/// and arrays left by large pieces for the next ones. Thread-safe.
final class ReadAhead {
    static final int PIECES = 5;

    /// They are searched through one by one.
    private static final int MOST_PIECES = 64;

    /// The least that is asked for where reads follow each other.
    private static final int FIRST_BYTES = 256 << 10;

    /// From here on pieces start at multiples of their length: readers that go through an object
    /// side by side need not be in order.
    private static final int ALIGNED_BYTES = 1 << 20;

    /// Large pieces that are remembered when they are gone: some 100 bytes each.
    private static final int MOST_GONE = 1 << 14;

    private final ObjectStore far;
    private final int mostBytes;
    private final Piece.Chunks chunks = new Piece.Chunks();

    /// The one used last in front. Guarded by `this`.
    private final Deque<Piece> pieces = new ArrayDeque<>();

    /// Where large pieces were that are used and gone, the first to go in front. Guarded by `this`.
    private final LinkedHashSet<Place> gone = new LinkedHashSet<>();

    /// What is asked for at least: 0 or a power of two. Guarded by `this`.
    private long stepBytes;

    /// Of pieces that are gone. Guarded by `this`.
    private long goneBytes;

    private long goneUsedBytes;

    /// A stretch of an object, as long as the most that is asked for.
    private record Place(String name, long index) {}

    /// @param mostBytes what is asked for at once, give or take a quarter; a power of two
    ReadAhead(ObjectStore far, int mostBytes) {
        this.far = far;
        this.mostBytes = mostBytes;
    }

    /// A part that is here as a whole, or null.
    @Nullable ObjectPart held(String name, long offset, int length) throws IOException {
        Piece piece;
        synchronized (this) {
            piece = holding(name, offset);
            if (piece == null || !piece.isThere() || offset + length > piece.end()) {
                return null;
            }
            use(piece, length);
        }
        return cut(piece, offset, length);
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
            use(piece, Math.min(length, piece.end() - offset));
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
        int missing = (int) (offset + length - piece.end());
        return missing <= 0 || first.objectSizeBytes() <= piece.end()
                ? first
                : joined(first, get(name, piece.end(), missing));
    }

    /// The last bytes of an object; a large piece, where whole objects are being read.
    ObjectPart last(String name, int length) throws IOException {
        boolean isWhole;
        synchronized (this) {
            isWhole = stepBytes >= mostBytes && length < mostBytes;
        }
        if (!isWhole) {
            return far.get(name, new ByteRange.Last(length));
        }
        Piece piece = Piece.last(far, name, mostBytes, chunks);
        int wanted = (int) Math.min(length, piece.length());
        synchronized (this) {
            use(piece, wanted);
        }
        return cut(piece, piece.end() - wanted, wanted);
    }

    /// Counts what is about to be cut out.
    private void use(Piece piece, long bytes) {
        piece.usedBytes += bytes;
        piece.hold();
        touch(piece);
    }

    private ObjectPart cut(Piece piece, long offset, int length) throws IOException {
        try {
            return piece.cut(offset, length);
        } finally {
            synchronized (this) {
                piece.release(chunks);
            }
        }
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
        boolean wasHere = gone.contains(new Place(name, offset / mostBytes));
        long ask = adapt(near(name, offset), wasHere);
        long start = offset;
        long end = offset + Math.max(length, ask);
        if (ask >= ALIGNED_BYTES) {
            start = offset / ask * ask;
            end = Math.max(offset + length, start + ask);
        }
        return between(name, start, offset, end);
    }

    private @Nullable Piece near(String name, long offset) {
        for (Piece piece : pieces) {
            if (piece.isNear(name, offset)) {
                return piece;
            }
        }
        return null;
    }

    /// What to ask for at least. Next to a piece that was mostly used it is more than that;
    /// anywhere else as much as was asked for before, or less if little of it was used.
    ///
    /// @param wasHere whether a large piece was where this is, was used, and is gone
    private long adapt(@Nullable Piece near, boolean wasHere) {
        long all = goneBytes;
        long used = goneUsedBytes;
        for (Piece piece : pieces) {
            // One that came ahead says nothing until somebody reads in it.
            if (piece.usedBytes > 0) {
                all += piece.length();
                used += Math.min(piece.usedBytes, piece.length());
            }
        }
        boolean isWaste = 4 * used < all;
        if (near == null) {
            if (isWaste) {
                stepBytes = stepBytes > FIRST_BYTES ? stepBytes / 4 : 0;
            }
            return wasHere ? 0 : stepBytes;
        }
        long grown = Long.highestOneBit(near.length());
        if (2 * near.usedBytes >= near.length()) {
            grown *= grown < ALIGNED_BYTES / 2 ? 2 : 8;
        }
        grown = Math.clamp(grown, FIRST_BYTES, isWaste ? ALIGNED_BYTES : mostBytes);
        if (2 * used >= all) {
            stepBytes = Math.max(stepBytes, grown);
        }
        return wasHere ? grown : Math.max(stepBytes, grown);
    }

    /// A piece from `start` to `end`, as far as the bytes around `offset` are not here yet. A small
    /// rest before the next piece, or the object's end, comes with it.
    private Piece between(String name, long start, long offset, long end) {
        long from = 0;
        long to = Long.MAX_VALUE;
        for (Piece other : pieces) {
            if (!other.name().equals(name)) {
                continue;
            }
            if (other.start() > offset) {
                to = Math.min(to, other.start());
            } else {
                from = Math.max(from, other.end());
            }
            if (other.isThere()) {
                long size = other.objectSizeBytes();
                to = size > offset ? Math.min(to, size) : to;
            }
        }
        long rest = (end - start) / 4;
        boolean isAligned = end - start >= ALIGNED_BYTES;
        return new Piece(
                name,
                isAligned && start - from <= rest ? from : Math.max(start, from),
                isAligned && to - end <= rest ? to : Math.min(end, to));
    }

    /// The piece behind a large one that is being read, if nobody has asked for it.
    private @Nullable Piece following(Piece piece, long offset) {
        boolean isDue =
                stepBytes >= mostBytes
                        && piece.length() >= mostBytes / 2
                        && offset >= (piece.start() + piece.end()) / 2
                        && piece.isThere()
                        && piece.objectSizeBytes() > piece.end();
        if (!isDue || holding(piece.name(), piece.end()) != null) {
            return null;
        }
        Piece next = between(piece.name(), piece.end(), piece.end(), piece.end() + mostBytes);
        touch(next);
        touch(piece);
        return next;
    }

    /// Puts a piece in front; those that were used longest ago go, if they are there.
    private void touch(Piece piece) {
        pieces.remove(piece);
        pieces.addFirst(piece);
        long held = 0;
        for (Piece any : pieces) {
            held += any.length();
        }
        var oldest = pieces.descendingIterator();
        while ((held > (long) PIECES * mostBytes || pieces.size() > MOST_PIECES)
                && oldest.hasNext()) {
            Piece old = oldest.next();
            if (old != piece && old.isDone()) {
                oldest.remove();
                old.drop(chunks);
                held -= old.length();
                remember(old);
                goneBytes += old.length();
                goneUsedBytes += Math.min(old.usedBytes, old.length());
            }
        }
        // What was used or not counts half after a while.
        if (goneBytes > 2L * mostBytes) {
            goneBytes /= 2;
            goneUsedBytes /= 2;
        }
    }

    /// One that went before it was used will be wanted as a whole.
    private void remember(Piece piece) {
        if (piece.length() >= mostBytes / 2 && 2 * piece.usedBytes >= piece.length()) {
            for (long i = piece.start() / mostBytes; i <= (piece.end() - 1) / mostBytes; i++) {
                gone.add(new Place(piece.name(), i));
            }
        }
        while (gone.size() > MOST_GONE) {
            gone.removeFirst();
        }
    }

    private void fetch(Piece piece) {
        try {
            piece.fetch(far, chunks);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // Before anybody is told: who asks again must not find it.
            synchronized (this) {
                pieces.remove(piece);
            }
            piece.fail(e);
        }
    }
}
