package dev.varve.remote.s3;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Reads buffers one behind the other without moving them, no faster than a limit.
final class PartsStream extends InputStream {
    private static final int PIECE_BYTES = 64 << 10;

    private final List<ByteBuffer> parts;
    private final RateLimit limit;
    private int part;

    private PartsStream(List<ByteBuffer> parts, RateLimit limit) {
        this.parts = parts;
        this.limit = limit;
    }

    /// @param from where to start in all the parts together
    static PartsStream of(List<ByteBuffer> content, long from, long length, RateLimit limit) {
        List<ByteBuffer> parts = new ArrayList<>();
        long skip = from;
        long left = length;
        for (ByteBuffer buffer : content) {
            int start = (int) Math.min(skip, buffer.remaining());
            int count = (int) Math.min(left, buffer.remaining() - start);
            parts.add(buffer.slice(buffer.position() + start, count));
            skip -= start;
            left -= count;
        }
        return new PartsStream(parts, limit);
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        while (part < parts.size() && !parts.get(part).hasRemaining()) {
            part++;
        }
        if (part == parts.size()) {
            return length == 0 ? 0 : -1;
        }
        ByteBuffer from = parts.get(part);
        int count = Math.min(Math.min(length, PIECE_BYTES), from.remaining());
        limit.pass(count);
        from.get(bytes, offset, count);
        return count;
    }

    @Override
    public int available() {
        return part < parts.size() ? parts.get(part).remaining() : 0;
    }
}
