package dev.varve.stream;

import dev.varve.engine.model.Timestamp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

/// Where commands are put together, one behind the other, until they are written out.
final class CommandBuffer {
    private static final int FIRST_CAPACITY_BYTES = 512 << 10;
    private static final int NO_DATA = -1;

    private final CRC32C crc = new CRC32C();
    private final StreamOutline outline = new StreamOutline(0);
    private ByteBuffer bytes;
    private int version = 1;
    private int commandStart;

    /// Where the data of the command under way starts, or [#NO_DATA].
    private int dataStart;

    private int dataBytes;

    /// Whether only lengths are wanted: data is counted and not taken.
    private boolean leavesOutData;

    CommandBuffer(boolean direct) {
        bytes = allocate(FIRST_CAPACITY_BYTES, direct);
    }

    private static ByteBuffer allocate(int capacity, boolean direct) {
        ByteBuffer buffer =
                direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
        return buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    int sizeBytes() {
        return bytes.position();
    }

    int version() {
        return version;
    }

    /// Of all commands so far.
    long outline() {
        return outline.value();
    }

    /// From the next command on.
    void leaveOutData(boolean leaveOut) {
        leavesOutData = leaveOut;
    }

    /// All finished commands, to be drained by the caller; [#clear] comes next.
    ByteBuffer finished() {
        return bytes.flip();
    }

    void clear() {
        bytes.clear();
    }

    void streamHeader(int version) {
        this.version = version;
        makeRoom(StreamFormat.STREAM_HEADER_BYTES);
        StreamFormat.putStreamHeader(bytes, version);
        outline.streamHeader(version);
    }

    void start(CommandType type) {
        makeRoom(StreamFormat.COMMAND_HEADER_BYTES);
        commandStart = bytes.position();
        bytes.putInt(0).putShort((short) type.number()).putInt(0);
        dataStart = NO_DATA;
        dataBytes = 0;
    }

    /// Fills in the length and, unless data is left out, the checksum.
    ///
    /// @return the command's length in bytes, data included
    int finish() {
        int bufferedBytes = bytes.position() - commandStart;
        int commandBytes = bufferedBytes + (leavesOutData ? dataBytes : 0);
        bytes.putInt(
                commandStart + StreamFormat.COMMAND_LENGTH_OFFSET,
                commandBytes - StreamFormat.COMMAND_HEADER_BYTES);
        ByteBuffer command =
                bytes.slice(commandStart, bufferedBytes).order(ByteOrder.LITTLE_ENDIAN);
        int outlined = dataStart == NO_DATA ? bufferedBytes : dataStart;
        outline.command(command, outlined, dataBytes, commandBytes);
        if (!leavesOutData) {
            bytes.putInt(
                    commandStart + StreamFormat.COMMAND_CRC_OFFSET,
                    StreamFormat.commandCrc(command, crc));
        }
        return commandBytes;
    }

    /// Takes back what [#start] began.
    void abandon() {
        bytes.position(commandStart);
    }

    void u64(AttributeType type, long value) {
        sized(type, Long.BYTES).putLong(value);
    }

    void u32(AttributeType type, int value) {
        sized(type, Integer.BYTES).putInt(value);
    }

    void u8(AttributeType type, int value) {
        sized(type, Byte.BYTES).put((byte) value);
    }

    void uuid(AttributeType type, UUID value) {
        sized(type, StreamFormat.UUID_BYTES).put(StreamFormat.bytes(value));
    }

    void time(AttributeType type, Timestamp value) {
        sized(type, Long.BYTES + Integer.BYTES).putLong(value.seconds()).putInt(value.nanos());
    }

    void bytes(AttributeType type, byte[] value) {
        sized(type, value.length).put(value);
    }

    /// The data, always last; its position is left as it was.
    void data(ByteBuffer value) {
        if (version >= StreamFormat.UNSIZED_DATA_VERSION) {
            makeRoom(Short.BYTES + value.remaining());
            bytes.putShort((short) AttributeType.DATA.number());
        } else {
            sized(AttributeType.DATA, value.remaining());
        }
        dataStart = bytes.position() - commandStart;
        dataBytes = value.remaining();
        if (!leavesOutData) {
            bytes.put(value.duplicate());
        }
    }

    private ByteBuffer sized(AttributeType type, int length) {
        if (length > StreamFormat.MAX_SIZED_ATTRIBUTE_BYTES) {
            throw new IllegalArgumentException(
                    "attribute %s of %d bytes; at most %d fit"
                            .formatted(type, length, StreamFormat.MAX_SIZED_ATTRIBUTE_BYTES));
        }
        makeRoom(2 * Short.BYTES + length);
        return bytes.putShort((short) type.number()).putShort((short) length);
    }

    private void makeRoom(int count) {
        if (bytes.remaining() < count) {
            int capacity = Math.max(2 * bytes.capacity(), Math.addExact(bytes.position(), count));
            bytes = allocate(capacity, bytes.isDirect()).put(bytes.flip());
        }
    }
}
