package dev.varve.stream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;

/// A window that moves over the input; grows to what is asked for and no further.
final class StreamInput {
    private static final int FIRST_CAPACITY_BYTES = 512 << 10;

    /// Reads some bytes, at least one; -1 at the end.
    private interface Source {
        int read(ByteBuffer target) throws IOException;
    }

    private final Source source;
    private ByteBuffer window;
    private long offset;

    StreamInput(ReadableByteChannel channel) {
        source = channel::read;
        window = empty(ByteBuffer.allocateDirect(FIRST_CAPACITY_BYTES));
    }

    /// Reads into a heap array, which an [InputStream] fills without a copy in between.
    StreamInput(InputStream stream) {
        this(stream, 0);
    }

    /// @param firstOffset the offset of the first byte that the stream gives
    StreamInput(InputStream stream, long firstOffset) {
        offset = firstOffset;
        source =
                target -> {
                    int start = target.arrayOffset() + target.position();
                    int count = stream.read(target.array(), start, target.remaining());
                    target.position(target.position() + Math.max(0, count));
                    return count;
                };
        window = empty(ByteBuffer.allocate(FIRST_CAPACITY_BYTES));
    }

    private static ByteBuffer empty(ByteBuffer buffer) {
        return buffer.order(ByteOrder.LITTLE_ENDIAN).limit(0);
    }

    /// The same input, as long as nothing was skipped, counted from its first byte.
    StreamInput again() {
        offset = 0;
        return this;
    }

    /// Where in the input the next byte stands.
    long offset() {
        return offset;
    }

    /// Tries to have `count` bytes at hand.
    ///
    /// @return how many there are, fewer than `count` only at the end of the input
    int require(int count) throws IOException {
        if (window.remaining() >= count) {
            return window.remaining();
        }
        if (window.capacity() - window.position() < count) {
            makeRoom(count);
        }
        int start = window.position();
        window.position(window.limit()).limit(window.capacity());
        boolean more = true;
        while (more && window.position() - start < count) {
            more = source.read(window) >= 0;
        }
        window.limit(window.position()).position(start);
        return window.remaining();
    }

    private void makeRoom(int count) {
        if (count <= window.capacity()) {
            window.compact().flip();
            return;
        }
        ByteBuffer larger =
                window.isDirect() ? ByteBuffer.allocateDirect(count) : ByteBuffer.allocate(count);
        window = larger.order(ByteOrder.LITTLE_ENDIAN).put(window).flip();
    }

    /// The bytes at hand, to be read by index from its position on; valid until the next
    /// [#require].
    ByteBuffer window() {
        return window;
    }

    void skip(int count) {
        window.position(window.position() + count);
        offset += count;
    }
}
