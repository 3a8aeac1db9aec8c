package dev.varve.stream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads the commands of one or several streams, one behind the other, in bounded memory. Framing,
/// checksums, attribute types and sizes are checked; what the values mean is not.
///
/// ```java
/// StreamReader reader = new StreamReader(channel, StreamReader.Options.defaults());
/// while (reader.advance()) {
///     apply(reader.current());
/// }
/// ```
///
/// The input must end right behind an END. The reader reads ahead and leaves the input open.
public final class StreamReader {
    /// How to read.
    ///
    /// @param maxPayloadBytes the longest command taken, without its header
    /// @param stopAtEnd stop at the first END and ignore what follows, instead of expecting another
    ///   stream there
    public record Options(int maxPayloadBytes, boolean stopAtEnd) {
        private static final int DEFAULT_MAX_PAYLOAD_BYTES = 16 << 20;

        public Options {
            if (maxPayloadBytes < 0
                    || maxPayloadBytes > Integer.MAX_VALUE - StreamFormat.COMMAND_HEADER_BYTES) {
                throw new IllegalArgumentException("maxPayloadBytes " + maxPayloadBytes);
            }
        }

        public static Options defaults() {
            return new Options(DEFAULT_MAX_PAYLOAD_BYTES, false);
        }

        public Options withStopAtEnd(boolean stop) {
            return new Options(maxPayloadBytes, stop);
        }
    }

    private final StreamInput input;
    private final Options options;
    private final AttributeTable attributes = new AttributeTable();
    private final CRC32C crc = new CRC32C();
    private final StreamOutline outline;
    private StreamPosition position = new StreamPosition(0, 0);

    /// The outline of what stands before the current command.
    private long outlineBefore;

    private UUID subvolume = new UUID(0, 0);
    private @Nullable StreamCommand current;
    private int version;
    private boolean inStream;
    private boolean startsStream;

    public StreamReader(ReadableByteChannel channel, Options options) {
        input = new StreamInput(channel);
        outline = new StreamOutline(0);
        this.options = options;
    }

    public StreamReader(InputStream stream, Options options) {
        input = new StreamInput(stream);
        outline = new StreamOutline(0);
        this.options = options;
    }

    /// Reads on behind a place.
    ///
    /// @param input what stands behind it, or the whole stream again, which is read up to there
    /// @throws ResumeMismatchException if it is another stream
    public static StreamReader resuming(InputStream input, Options options, ResumeToken behind)
            throws IOException {
        StreamReader rest = new StreamReader(input, options, behind);
        int available = rest.input.require(StreamFormat.STREAM_HEADER_BYTES);
        boolean isWhole =
                available >= StreamFormat.STREAM_HEADER_BYTES
                        && StreamFormat.hasMagic(
                                rest.input.window(), rest.input.window().position());
        return isWhole ? skipTo(behind, new StreamReader(rest.input.again(), options)) : rest;
    }

    private static StreamReader skipTo(ResumeToken place, StreamReader reader) throws IOException {
        boolean more = true;
        while (more && reader.input.offset() < place.offsetBytes()) {
            more = reader.advance();
        }
        if (!reader.behind().equals(place)) {
            throw new ResumeMismatchException(place, "the input is another stream");
        }
        return reader;
    }

    private StreamReader(StreamInput input, Options options) {
        this.input = input;
        outline = new StreamOutline(0);
        this.options = options;
    }

    private StreamReader(InputStream rest, Options options, ResumeToken behind) {
        input = new StreamInput(rest, behind.offsetBytes());
        outline = new StreamOutline(behind.outline());
        this.options = options;
        position = new StreamPosition(behind.commands(), behind.offsetBytes());
        outlineBefore = behind.outline();
        subvolume = behind.uuid();
        version = behind.version();
        inStream = true;
    }

    /// Steps to the next command, END included; false at the end of the input. What [#current] gave
    /// before is no longer valid.
    ///
    /// @throws MalformedStreamException if the bytes are no stream, are damaged or end too early
    /// @throws UnsupportedStreamException if the stream is of a newer version
    public boolean advance() throws IOException {
        boolean ended = current instanceof StreamCommand.End;
        current = null;
        startsStream = false;
        if (ended && options.stopAtEnd()) {
            return false;
        }
        if (ended || !inStream) {
            if (!readStreamHeader()) {
                return false;
            }
        }
        current = readCommand();
        inStream = !(current instanceof StreamCommand.End);
        return true;
    }

    /// The command stepped to.
    ///
    /// @throws IllegalStateException before the first or after the last step
    public StreamCommand current() {
        if (current == null) {
            throw new IllegalStateException("no current command");
        }
        return current;
    }

    /// Where the current command stands.
    public StreamPosition position() {
        return position;
    }

    /// The version of the stream that the current command belongs to.
    public int version() {
        return version;
    }

    /// Whether a stream header stands right before the current command.
    public boolean startsStream() {
        return startsStream;
    }

    /// The place right before the current command, or before what could not be read of it.
    public ResumeToken before() {
        return new ResumeToken(
                subvolume,
                version,
                Math.max(0, position.command() - 1),
                position.offsetBytes(),
                outlineBefore);
    }

    /// The place right behind the current command.
    public ResumeToken behind() {
        return new ResumeToken(
                subvolume, version, position.command(), input.offset(), outline.value());
    }

    private boolean readStreamHeader() throws IOException {
        boolean isFirst = position.command() == 0;
        position = new StreamPosition(position.command(), input.offset());
        int available = input.require(StreamFormat.STREAM_HEADER_BYTES);
        if (available == 0 && !isFirst) {
            return false;
        }
        if (available < StreamFormat.STREAM_HEADER_BYTES) {
            throw malformed(
                    available == 0
                            ? "the stream is empty"
                            : "the stream ends inside its header, after %d of %d bytes"
                                    .formatted(available, StreamFormat.STREAM_HEADER_BYTES));
        }
        ByteBuffer window = input.window();
        if (!StreamFormat.hasMagic(window, window.position())) {
            throw malformed(
                    isFirst ? "this is no btrfs send stream" : "no stream header behind END");
        }
        version = window.getInt(window.position() + StreamFormat.VERSION_OFFSET);
        if (version < StreamFormat.OLDEST_VERSION || version > StreamFormat.NEWEST_VERSION) {
            throw new UnsupportedStreamException(
                    position,
                    "",
                    "stream version %s; this program reads 1 to %d"
                            .formatted(
                                    Integer.toUnsignedString(version),
                                    StreamFormat.NEWEST_VERSION));
        }
        input.skip(StreamFormat.STREAM_HEADER_BYTES);
        outline.streamHeader(version);
        startsStream = true;
        return true;
    }

    private StreamCommand readCommand() throws IOException {
        position = new StreamPosition(position.command() + 1, input.offset());
        outlineBefore = outline.value();
        int available = input.require(StreamFormat.COMMAND_HEADER_BYTES);
        if (available < StreamFormat.COMMAND_HEADER_BYTES) {
            throw cut(
                    available == 0
                            ? "the stream ends without END"
                            : "the stream ends inside a command header, after %d of %d bytes"
                                    .formatted(available, StreamFormat.COMMAND_HEADER_BYTES));
        }
        int commandBytes = StreamFormat.COMMAND_HEADER_BYTES + payloadBytes();
        available = input.require(commandBytes);
        if (available < commandBytes) {
            throw cut(
                    "the stream ends inside a command, after %d of %d bytes"
                            .formatted(available, commandBytes));
        }
        ByteBuffer window = input.window();
        ByteBuffer command =
                window.slice(window.position(), commandBytes).order(ByteOrder.LITTLE_ENDIAN);
        input.skip(commandBytes);
        return decode(command);
    }

    private int payloadBytes() throws MalformedStreamException {
        ByteBuffer window = input.window();
        long length =
                Integer.toUnsignedLong(
                        window.getInt(window.position() + StreamFormat.COMMAND_LENGTH_OFFSET));
        if (length > options.maxPayloadBytes()) {
            throw malformed(
                    "a command of %d bytes; the limit is %d"
                            .formatted(length, options.maxPayloadBytes()));
        }
        return (int) length;
    }

    private StreamCommand decode(ByteBuffer command) throws MalformedStreamException {
        int expected = command.getInt(StreamFormat.COMMAND_CRC_OFFSET);
        int actual = StreamFormat.commandCrc(command, crc);
        if (expected != actual) {
            throw cut("checksum %08x expected, found %08x".formatted(expected, actual));
        }
        int number = Short.toUnsignedInt(command.getShort(StreamFormat.COMMAND_NUMBER_OFFSET));
        CommandType type =
                CommandType.ofNumber(number)
                        .orElseThrow(() -> malformed("unknown command number " + number));
        int headerBytes = StreamFormat.COMMAND_HEADER_BYTES;
        ByteBuffer payload =
                command.slice(headerBytes, command.limit() - headerBytes)
                        .order(ByteOrder.LITTLE_ENDIAN);
        attributes.read(payload, version, position);
        StreamCommand decoded = CommandDecoder.decode(type, attributes);
        outline.command(
                command,
                headerBytes + attributes.start(AttributeType.DATA),
                attributes.length(AttributeType.DATA),
                command.limit());
        if (decoded instanceof StreamCommand.Subvolume c) {
            subvolume = c.uuid();
        } else if (decoded instanceof StreamCommand.Snapshot c) {
            subvolume = c.uuid();
        }
        return decoded;
    }

    private MalformedStreamException cut(String problem) {
        return MalformedStreamException.onTheWay(position, problem);
    }

    private MalformedStreamException malformed(String problem) {
        return new MalformedStreamException(position, "", problem);
    }
}
