package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ForwardingStore;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A piece's memory is another's only when nobody reads there.
class PieceTest {
    private static final int SIZE = (5 << 20) + 123;

    private final Remembering far = new Remembering(new MemoryStore());
    private final Piece.Chunks chunks = new Piece.Chunks();

    /// Which arrays were read into.
    private record Remembering(ObjectStore store, Set<byte[]> arrays) implements ForwardingStore {
        Remembering(ObjectStore store) {
            this(store, Collections.newSetFromMap(new IdentityHashMap<>()));
        }

        @Override
        public long read(String name, ByteRange range, List<ByteBuffer> into) throws IOException {
            into.forEach(buffer -> arrays.add(buffer.array()));
            return store.read(name, range, into);
        }
    }

    private byte[] create(String name, int size, int seed) throws IOException {
        byte[] content = new byte[size];
        new Random(seed).nextBytes(content);
        far.create(name, List.of(ByteBuffer.wrap(content)));
        return content;
    }

    private Piece fetched(String name, long start, long end) throws IOException {
        Piece piece = new Piece(name, start, end);
        piece.fetch(far, chunks);
        assertTrue(piece.isThere());
        return piece;
    }

    private static void assertCut(byte[] whole, Piece piece, int offset, int length)
            throws IOException {
        assertArrayEquals(
                Arrays.copyOfRange(whole, offset, offset + length),
                piece.cut(offset, length).bytes(),
                () -> offset + "+" + length);
    }

    @Test
    void whatIsCutOutIsWhatTheObjectHolds() throws IOException {
        byte[] whole = create("packs/1", SIZE, 1);
        Piece piece = fetched("packs/1", 1000, SIZE);
        assertCut(whole, piece, 1000, SIZE - 1000);
        Random random = new Random(2);
        for (int round = 0; round < 200; round++) {
            int offset = random.nextInt(1000, SIZE);
            assertCut(whole, piece, offset, random.nextInt(SIZE - offset));
        }
        assertEquals(SIZE, piece.cut(2000, 1).objectSizeBytes());
        Piece last = Piece.last(far, "packs/1", 3_000_000, chunks);
        assertCut(whole, last, SIZE - 3_000_000, 3_000_000);
    }

    @Test
    void aPieceBeyondTheEndGivesWhatThereIs() throws IOException {
        byte[] whole = create("packs/1", 3000, 1);
        Piece piece = fetched("packs/1", 1000, SIZE);
        assertArrayEquals(Arrays.copyOfRange(whole, 2000, 3000), piece.cut(2000, 5000).bytes());
        assertEquals(0, piece.cut(4000, 5000).bytes().length);
        Piece last = Piece.last(far, "packs/1", SIZE, chunks);
        assertEquals(0, last.start());
        assertCut(whole, last, 0, 3000);
    }

    @Test
    void memoryIsUsedAgainWhenThePieceIsGone() throws IOException {
        byte[] one = create("packs/1", SIZE, 1);
        byte[] two = create("packs/2", SIZE, 2);
        for (int round = 0; round < 10; round++) {
            Piece first = fetched("packs/1", 0, SIZE);
            assertCut(one, first, 0, SIZE);
            first.drop(chunks);
            Piece second = fetched("packs/2", 0, SIZE);
            assertCut(two, second, 0, SIZE);
            second.drop(chunks);
        }
        assertEquals(6, far.arrays().size());
    }

    @Test
    void memoryIsNotUsedAgainWhileSomebodyReads() throws IOException {
        byte[] one = create("packs/1", SIZE, 1);
        byte[] two = create("packs/2", SIZE, 2);
        Piece first = fetched("packs/1", 0, SIZE);
        first.hold();
        first.hold();
        first.drop(chunks);
        first.release(chunks);
        Piece second = fetched("packs/2", 0, SIZE);
        assertCut(one, first, 0, SIZE);
        assertCut(two, second, 0, SIZE);
        assertEquals(12, far.arrays().size());
        first.release(chunks);
        assertCut(one, fetched("packs/1", 0, SIZE), 0, SIZE);
        assertEquals(12, far.arrays().size());
    }

    @Test
    void aPieceThatDidNotComeGivesItsReaderTheReason() {
        Piece piece = new Piece("packs/1", 0, SIZE);
        piece.hold();
        piece.fail(assertThrows(NoSuchFileException.class, () -> piece.fetch(far, chunks)));
        assertTrue(piece.isDone());
        assertFalse(piece.isThere());
        assertThrows(NoSuchFileException.class, () -> piece.cut(0, 1));
        piece.release(chunks);
    }
}
