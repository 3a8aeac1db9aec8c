package dev.varve.archive;

import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;

/// Cuts what is written into objects. Holds one part in memory, which grows with what is in it.
final class PartWriter extends OutputStream {
    private static final int CHUNK_BYTES = 1 << 20;

    private final ObjectStore store;
    private final IntFunction<String> names;
    private final int partBytes;
    private final List<byte[]> chunks = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private int length;

    /// @param names of the parts, counted from 0
    PartWriter(ObjectStore store, IntFunction<String> names, int partBytes) {
        this.store = store;
        this.names = names;
        this.partBytes = partBytes;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int done = 0;
        while (done < count) {
            if (length == partBytes) {
                flushPart();
            }
            int at = length % CHUNK_BYTES;
            if (length / CHUNK_BYTES == chunks.size()) {
                chunks.add(new byte[CHUNK_BYTES]);
            }
            int piece = Math.min(Math.min(count - done, CHUNK_BYTES - at), partBytes - length);
            System.arraycopy(bytes, offset + done, chunks.get(length / CHUNK_BYTES), at, piece);
            length += piece;
            done += piece;
        }
    }

    /// Writes the last part.
    List<Part> finish() throws IOException {
        if (length > 0) {
            flushPart();
        }
        return List.copyOf(parts);
    }

    private void flushPart() throws IOException {
        if (parts.size() > ArchiveNames.MAX_PARTS) {
            throw new IOException(names.apply(0) + ": more parts than names; choose larger parts");
        }
        List<ByteBuffer> content = new ArrayList<>();
        Sha256 sum = new Sha256();
        for (int at = 0; at < length; at += CHUNK_BYTES) {
            int piece = Math.min(CHUNK_BYTES, length - at);
            byte[] chunk = chunks.get(at / CHUNK_BYTES);
            sum.update(chunk, 0, piece);
            content.add(ByteBuffer.wrap(chunk, 0, piece));
        }
        String name = names.apply(parts.size());
        store.create(name, content);
        parts.add(new Part(name, length, HexFormat.of().formatHex(sum.digest())));
        length = 0;
    }
}
