package dev.varve.stream;

import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// Writes streams: [#begin], the commands with [StreamCommand.End] last, and so on for the next
/// stream; then [#flush]. The same commands always give the same bytes, those of the kernel.
/// Closing the output is the caller's.
public final class StreamWriter implements Flushable {
    /// The most data of one command that every receiver takes in a stream of version 1.
    private static final int MAX_DATA_BYTES_V1 = 48 << 10;

    private static final int MAX_DATA_BYTES_V2 = 128 << 10;

    private static final int FLUSH_BYTES = 256 << 10;

    private interface Sink {
        void write(ByteBuffer bytes) throws IOException;
    }

    private final Sink sink;
    private final CommandBuffer buffer;
    private long flushedBytes;

    public StreamWriter(WritableByteChannel channel) {
        sink =
                bytes -> {
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                };
        buffer = new CommandBuffer(true);
    }

    public StreamWriter(OutputStream stream) {
        sink = bytes -> stream.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
        buffer = new CommandBuffer(false);
    }

    /// The most data that the kernel puts into one [StreamCommand.Write] or
    /// [StreamCommand.EncodedWrite].
    public static int maxDataBytes(int version) {
        return version >= StreamFormat.UNSIZED_DATA_VERSION ? MAX_DATA_BYTES_V2 : MAX_DATA_BYTES_V1;
    }

    /// Starts a stream with its header.
    ///
    /// @throws IllegalArgumentException unless the version is 0 to 3
    public void begin(int version) throws IOException {
        if (version < StreamFormat.OLDEST_VERSION || version > StreamFormat.NEWEST_VERSION) {
            throw new IllegalArgumentException("stream version " + version);
        }
        buffer.streamHeader(version);
        flushIfLarge();
    }

    /// Writes a command; data is taken between position and limit, which stay as they are.
    ///
    /// @throws IllegalArgumentException if an attribute is longer than the format can say
    public void write(StreamCommand command) throws IOException {
        boolean complete = false;
        try {
            CommandEncoder.encode(command, buffer);
            complete = true;
        } finally {
            if (!complete) {
                buffer.abandon();
            }
        }
        flushIfLarge();
    }

    /// How many bytes have been written, buffered ones included.
    public long position() {
        return flushedBytes + buffer.sizeBytes();
    }

    private void flushIfLarge() throws IOException {
        if (buffer.sizeBytes() >= FLUSH_BYTES) {
            flush();
        }
    }

    /// Hands everything to the output; does not flush the output itself.
    @Override
    public void flush() throws IOException {
        flushedBytes += buffer.sizeBytes();
        sink.write(buffer.finished());
        buffer.clear();
    }
}
