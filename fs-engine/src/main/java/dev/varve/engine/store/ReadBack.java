package dev.varve.engine.store;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StoreFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Compares a file that is being written with what was written to it, while that is still in the
/// processor's cache.
final class ReadBack {
    private static final int COMPARED_AT_ONCE_BYTES = 1 << 20;
    private static final int PIECE_BYTES = 64 << 10;

    private final String name;
    private final Medium.NewFile file;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    private final List<ByteBuffer> written = new ArrayList<>();
    private long writtenBytes;
    private long offset;

    ReadBack(String name, Medium.NewFile file) {
        this.name = name;
        this.file = file;
    }

    /// Takes note of bytes that were appended.
    void add(ByteBuffer part) throws IOException {
        written.add(part);
        writtenBytes += part.remaining();
        if (writtenBytes >= COMPARED_AT_ONCE_BYTES) {
            compare();
        }
    }

    /// Compares all that was not compared yet.
    ///
    /// @throws CorruptionException if the file holds something else
    void compare() throws IOException {
        for (ByteBuffer part : written) {
            int length = part.remaining();
            for (int at = 0; at < length; at += PIECE_BYTES) {
                compare(part.slice(part.position() + at, Math.min(PIECE_BYTES, length - at)));
            }
        }
        written.clear();
        writtenBytes = 0;
    }

    private void compare(ByteBuffer expected) throws IOException {
        piece.clear().limit(expected.remaining());
        try {
            file.read(piece, offset);
        } catch (IOException e) {
            throw new StoreFailedException("cannot read " + name + " back: " + e.getMessage(), e);
        }
        int difference = expected.mismatch(piece.flip());
        if (difference >= 0) {
            throw new CorruptionException(
                    name + " offset " + (offset + difference),
                    "what was just written",
                    difference < piece.limit() ? "something else" : "the end");
        }
        offset += expected.remaining();
    }
}
