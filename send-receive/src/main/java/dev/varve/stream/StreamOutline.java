package dev.varve.stream;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// A number that stands for all commands so far without their data: for each command, its length
/// and the CRC-32C of its header, crc as zeros, and of its attributes but the bytes of DATA are
/// mixed in. It tells mistakes apart, not forgeries. A sender can make it without reading data.
final class StreamOutline {
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;
    private static final int ROTATION = 25;

    private final CRC32C crc = new CRC32C();
    private long value;

    StreamOutline(long value) {
        this.value = value;
    }

    long value() {
        return value;
    }

    void streamHeader(int version) {
        mix(version, StreamFormat.STREAM_HEADER_BYTES);
    }

    /// Takes a command.
    ///
    /// @param command all of it, or all before its data
    /// @param dataStart where its data starts, or would
    /// @param dataBytes length of the data
    /// @param lengthBytes of the whole command, header included
    void command(ByteBuffer command, int dataStart, int dataBytes, int lengthBytes) {
        crc.reset();
        crc.update(command.duplicate().position(0).limit(StreamFormat.COMMAND_CRC_OFFSET));
        int behindHeader = StreamFormat.COMMAND_HEADER_BYTES;
        crc.update(command.duplicate().limit(dataStart).position(behindHeader));
        int dataEnd = dataStart + dataBytes;
        if (dataEnd < lengthBytes) {
            crc.update(command.duplicate().limit(lengthBytes).position(dataEnd));
        }
        mix((int) crc.getValue(), lengthBytes);
    }

    private void mix(int sum, int lengthBytes) {
        long next = (long) lengthBytes << Integer.SIZE | Integer.toUnsignedLong(sum);
        value = (Long.rotateLeft(value, ROTATION) ^ next) * MIX;
    }
}
