package dev.varve.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A file's bytes as the model keeps them: small chunks, absent where all is zero. Chunks are never
/// changed once stored, so that copies share them.
final class ModelContent {
    static final int CHUNK_BYTES = 1024;

    private final TreeMap<Long, byte[]> chunks = new TreeMap<>();

    ModelContent copy() {
        ModelContent copy = new ModelContent();
        copy.chunks.putAll(chunks);
        return copy;
    }

    /// Where anything but zeros may stand: offsets, each the start of [#CHUNK_BYTES].
    List<Long> chunkOffsets() {
        List<Long> offsets = new ArrayList<>();
        chunks.keySet().forEach(index -> offsets.add(index * CHUNK_BYTES));
        return offsets;
    }

    byte[] read(long offset, int length) {
        byte[] out = new byte[length];
        for (int done = 0; done < length; ) {
            long position = offset + done;
            int at = (int) (position % CHUNK_BYTES);
            int part = Math.min(CHUNK_BYTES - at, length - done);
            byte[] chunk = chunks.get(position / CHUNK_BYTES);
            if (chunk != null) {
                System.arraycopy(chunk, at, out, done, part);
            }
            done += part;
        }
        return out;
    }

    void write(long offset, byte[] data) {
        for (int done = 0; done < data.length; ) {
            long position = offset + done;
            int at = (int) (position % CHUNK_BYTES);
            int part = Math.min(CHUNK_BYTES - at, data.length - done);
            byte[] chunk = read(position - at, CHUNK_BYTES);
            System.arraycopy(data, done, chunk, at, part);
            chunks.put(position / CHUNK_BYTES, chunk);
            done += part;
        }
    }

    /// Makes `[from, to)` zeros.
    void clear(long from, long to) {
        if (from >= to) {
            return;
        }
        long last = (to - 1) / CHUNK_BYTES;
        Map<Long, byte[]> affected = chunks.subMap(from / CHUNK_BYTES, true, last, true);
        for (long index : List.copyOf(affected.keySet())) {
            byte[] chunk = read(index * CHUNK_BYTES, CHUNK_BYTES);
            long start = index * CHUNK_BYTES;
            int first = (int) Math.max(from - start, 0);
            int end = (int) Math.min(to - start, CHUNK_BYTES);
            Arrays.fill(chunk, first, end, (byte) 0);
            if (Arrays.equals(chunk, new byte[CHUNK_BYTES])) {
                chunks.remove(index);
            } else {
                chunks.put(index, chunk);
            }
        }
    }

    private record Piece(long offset, byte[] bytes) {}

    /// Takes out what is not zero in `[from, to)`, in order.
    private List<Piece> pieces(long from, long to) {
        List<Piece> pieces = new ArrayList<>();
        if (from >= to) {
            return pieces;
        }
        long last = (to - 1) / CHUNK_BYTES;
        for (long index : chunks.subMap(from / CHUNK_BYTES, true, last, true).keySet()) {
            long start = Math.max(from, index * CHUNK_BYTES);
            int length = (int) Math.min(CHUNK_BYTES - start % CHUNK_BYTES, to - start);
            pieces.add(new Piece(start, trimmed(read(start, length))));
        }
        return pieces;
    }

    /// Without the zeros at the end, which may stand beyond the largest offset.
    private static byte[] trimmed(byte[] bytes) {
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    /// Moves what stands from `from` on.
    void shift(long from, long distance) {
        List<Piece> pieces = pieces(from, Long.MAX_VALUE);
        clear(from, Long.MAX_VALUE);
        for (Piece piece : pieces) {
            write(piece.offset() + distance, piece.bytes());
        }
    }

    /// Copies a range of another content, or of this one.
    void copyRange(ModelContent source, long sourceOffset, long length, long offset) {
        List<Piece> pieces = source.pieces(sourceOffset, sourceOffset + length);
        clear(offset, offset + length);
        for (Piece piece : pieces) {
            write(piece.offset() - sourceOffset + offset, piece.bytes());
        }
    }
}
