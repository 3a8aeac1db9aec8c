package dev.varve.stream;

import dev.varve.engine.model.Timestamp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

/// Where commands are put together, one behind the other, until they are written out.
final class CommandBuffer {
    private static final int FIRST_CAPACITY_BYTES = 512 << 10;

    private final CRC32C crc = new CRC32C();
    private ByteBuffer bytes;
    private int version = 1;
    private int commandStart;

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
    }

    void start(CommandType type) {
        makeRoom(StreamFormat.COMMAND_HEADER_BYTES);
        commandStart = bytes.position();
        bytes.putInt(0).putShort((short) type.number()).putInt(0);
    }

    /// Fills in the length and the checksum.
    void finish() {
        int payloadBytes = bytes.position() - commandStart - StreamFormat.COMMAND_HEADER_BYTES;
        bytes.putInt(commandStart + StreamFormat.COMMAND_LENGTH_OFFSET, payloadBytes);
        ByteBuffer command =
                bytes.slice(commandStart, bytes.position() - commandStart)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(
                commandStart + StreamFormat.COMMAND_CRC_OFFSET,
                StreamFormat.commandCrc(command, crc));
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
        bytes.put(value.duplicate());
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
