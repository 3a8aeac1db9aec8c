package dev.varve.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The stream's fixed numbers. All integers are little endian, nothing is aligned.
///
/// ```
/// stream    magic "btrfs-stream\0" (13), version u32
/// command   payload length u32, number u16, crc u32, payload
/// attribute type u16, length u16, bytes
/// ```
///
/// From version 2 on the attribute DATA has no length: it is the rest of the command. The crc is
/// CRC-32C over the ten header bytes, its own four as zeros, and the payload, started at 0 and not
/// inverted.
final class StreamFormat {
    static final int OLDEST_VERSION = 0;
    static final int NEWEST_VERSION = 3;

    /// The first version whose DATA has no length.
    static final int UNSIZED_DATA_VERSION = 2;

    private static final byte[] MAGIC = "btrfs-stream\0".getBytes(StandardCharsets.US_ASCII);

    static final int VERSION_OFFSET = MAGIC.length;
    static final int STREAM_HEADER_BYTES = VERSION_OFFSET + Integer.BYTES;

    static final int COMMAND_LENGTH_OFFSET = 0;
    static final int COMMAND_NUMBER_OFFSET = COMMAND_LENGTH_OFFSET + Integer.BYTES;
    static final int COMMAND_CRC_OFFSET = COMMAND_NUMBER_OFFSET + Short.BYTES;
    static final int COMMAND_HEADER_BYTES = COMMAND_CRC_OFFSET + Integer.BYTES;

    static final int MAX_SIZED_ATTRIBUTE_BYTES = 0xffff;
    static final int UUID_BYTES = 16;

    /// `java.util.zip` starts a CRC at all ones. Four bytes of ones bring that register to zero,
    /// and undoing the final inversion gives the raw register that the stream stores.
    private static final byte[] CRC_PREFIX = {-1, -1, -1, -1};

    private StreamFormat() {}

    /// Whether the magic stands at `offset`.
    static boolean hasMagic(ByteBuffer buffer, int offset) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (buffer.get(offset + i) != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    static void putStreamHeader(ByteBuffer target, int version) {
        target.put(MAGIC).putInt(version);
    }

    /// The crc of the command between position and limit, header and all.
    static int commandCrc(ByteBuffer command, CRC32C crc) {
        byte[] header = new byte[COMMAND_HEADER_BYTES];
        command.get(command.position(), header, 0, COMMAND_CRC_OFFSET);
        crc.reset();
        crc.update(CRC_PREFIX, 0, CRC_PREFIX.length);
        crc.update(header, 0, header.length);
        crc.update(command.duplicate().position(command.position() + COMMAND_HEADER_BYTES));
        return ~(int) crc.getValue();
    }

    /// UUIDs are sixteen bytes in the order of their text.
    static UUID uuid(ByteBuffer buffer, int offset) {
        ByteBuffer bytes = buffer.slice(offset, UUID_BYTES).order(ByteOrder.BIG_ENDIAN);
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    static byte[] bytes(UUID uuid) {
        return ByteBuffer.allocate(UUID_BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }
}
