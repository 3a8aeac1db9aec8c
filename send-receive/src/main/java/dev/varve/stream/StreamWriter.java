package dev.varve.stream;

import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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

    /// Goes on writing everything.
    private static final long FROM_START = 0;

    /// Never writes anything.
    private static final long NEVER = Long.MAX_VALUE;

    private final Sink sink;
    private final CommandBuffer buffer;
    private final @Nullable ResumeToken behind;

    /// Where the writing starts; what comes before is only counted.
    private final long startBytes;

    private UUID subvolume = new UUID(0, 0);
    private long commands;
    private long doneBytes;
    private @Nullable ResumeToken flushed;

    public StreamWriter(WritableByteChannel channel) {
        sink =
                bytes -> {
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                };
        buffer = new CommandBuffer(true);
        behind = null;
        startBytes = FROM_START;
    }

    public StreamWriter(OutputStream stream) {
        this(stream, null, FROM_START);
    }

    private StreamWriter(OutputStream stream, @Nullable ResumeToken behind, long startBytes) {
        sink = bytes -> stream.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
        buffer = new CommandBuffer(false);
        this.behind = behind;
        this.startBytes = startBytes;
        buffer.leaveOutData(startBytes > FROM_START);
    }

    /// Writes what stands behind a place. The same commands from the start are to be given; those
    /// before are only compared, without their data.
    public static StreamWriter resuming(OutputStream stream, ResumeToken behind) {
        return new StreamWriter(stream, behind, behind.offsetBytes());
    }

    /// Writes nothing; its position tells the length.
    public static StreamWriter counting() {
        return new StreamWriter(OutputStream.nullOutputStream(), null, NEVER);
    }

    /// Whether the data of the next command will be looked at, not only its length.
    public boolean needsData() {
        return doneBytes + buffer.sizeBytes() >= startBytes;
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
        passIfSkipping(StreamFormat.STREAM_HEADER_BYTES);
        flushIfLarge();
    }

    /// Writes a command; data is taken between position and limit, which stay as they are.
    ///
    /// @throws IllegalArgumentException if an attribute is longer than the format can say
    /// @throws ResumeMismatchException if these are not the commands that the token stands behind
    public void write(StreamCommand command) throws IOException {
        boolean complete = false;
        int lengthBytes = 0;
        try {
            lengthBytes = CommandEncoder.encode(command, buffer);
            complete = true;
        } finally {
            if (!complete) {
                buffer.abandon();
            }
        }
        commands++;
        if (command instanceof StreamCommand.Subvolume c) {
            subvolume = c.uuid();
        } else if (command instanceof StreamCommand.Snapshot c) {
            subvolume = c.uuid();
        }
        passIfSkipping(lengthBytes);
        flushIfLarge();
    }

    /// Counts what is not to be written.
    private void passIfSkipping(int lengthBytes) throws ResumeMismatchException {
        if (doneBytes >= startBytes) {
            return;
        }
        doneBytes += lengthBytes;
        buffer.clear();
        if (behind == null || doneBytes < startBytes) {
            return;
        }
        if (!place().equals(behind)) {
            throw new ResumeMismatchException(
                    behind,
                    doneBytes == startBytes
                            ? "the commands before it are others; are parent, clone sources and"
                                    + " options the same?"
                            : "no command starts there; are parent, clone sources and options the"
                                    + " same?");
        }
        buffer.leaveOutData(false);
    }

    private ResumeToken place() {
        return new ResumeToken(subvolume, buffer.version(), commands, position(), buffer.outline());
    }

    /// The place behind everything that was handed to the output; empty before the first time.
    public Optional<ResumeToken> flushed() {
        return Optional.ofNullable(flushed);
    }

    /// How many bytes have been written, buffered ones included.
    public long position() {
        return doneBytes + buffer.sizeBytes();
    }

    private void flushIfLarge() throws IOException {
        if (buffer.sizeBytes() >= FLUSH_BYTES) {
            flush();
        }
    }

    /// Hands everything to the output; does not flush the output itself.
    @Override
    public void flush() throws IOException {
        if (behind != null && doneBytes < startBytes) {
            throw new ResumeMismatchException(behind, "the stream is shorter than that");
        }
        if (buffer.sizeBytes() == 0) {
            return;
        }
        doneBytes += buffer.sizeBytes();
        sink.write(buffer.finished());
        buffer.clear();
        flushed = place();
    }
}
