package dev.varve.stream;

import dev.varve.engine.model.Timestamp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/// The attributes of one command, found by type. Order is free; of a repeated type the last counts.
final class AttributeTable {
    private final int[] offsets = new int[AttributeType.LAST + 1];
    private final int[] lengths = new int[AttributeType.LAST + 1];
    private long present;
    private ByteBuffer payload = ByteBuffer.allocate(0);
    private StreamPosition position = new StreamPosition(0, 0);

    /// Takes a command's payload, little endian, valid as long as this table is used.
    void read(ByteBuffer payload, int version, StreamPosition position)
            throws MalformedStreamException {
        this.payload = payload;
        this.position = position;
        present = 0;
        int at = 0;
        while (at < payload.limit()) {
            at = readOne(at, version);
        }
    }

    /// Reads the attribute at `at` and returns where the next one starts.
    private int readOne(int at, int version) throws MalformedStreamException {
        int rest = payload.limit() - at;
        if (rest < Short.BYTES) {
            throw malformed("%d stray bytes behind the last attribute".formatted(rest));
        }
        int number = Short.toUnsignedInt(payload.getShort(at));
        if (number < 1 || number > AttributeType.LAST) {
            throw malformed("unknown attribute type " + number);
        }
        AttributeType type = AttributeType.ofNumber(number);
        boolean unsized =
                type == AttributeType.DATA && version >= StreamFormat.UNSIZED_DATA_VERSION;
        int start = at + (unsized ? Short.BYTES : 2 * Short.BYTES);
        if (start > payload.limit()) {
            throw malformed("attribute %s has no length".formatted(type));
        }
        int length =
                unsized
                        ? payload.limit() - start
                        : Short.toUnsignedInt(payload.getShort(at + Short.BYTES));
        requireFits(type, start, length);
        offsets[number] = start;
        lengths[number] = length;
        present |= 1L << number;
        return start + length;
    }

    private void requireFits(AttributeType type, int start, int length)
            throws MalformedStreamException {
        if (length > payload.limit() - start) {
            throw malformed(
                    "attribute %s of %d bytes does not fit the %d bytes left"
                            .formatted(type, length, payload.limit() - start));
        }
        if (type.isFixed() && length != type.sizeBytes()) {
            throw malformed(
                    "attribute %s must have %d bytes, has %d"
                            .formatted(type, type.sizeBytes(), length));
        }
    }

    boolean has(AttributeType type) {
        return (present & 1L << type.number()) != 0;
    }

    /// Where an attribute's bytes start in the payload; the payload's end if it is not there.
    int start(AttributeType type) {
        return has(type) ? offsets[type.number()] : payload.limit();
    }

    /// How many bytes an attribute has; 0 if it is not there.
    int length(AttributeType type) {
        return has(type) ? lengths[type.number()] : 0;
    }

    private int offset(AttributeType type) throws MalformedStreamException {
        if (!has(type)) {
            throw malformed("attribute %s is missing".formatted(type));
        }
        return offsets[type.number()];
    }

    long u64(AttributeType type) throws MalformedStreamException {
        return payload.getLong(offset(type));
    }

    long u64OrZero(AttributeType type) throws MalformedStreamException {
        return has(type) ? u64(type) : 0;
    }

    int u32(AttributeType type) throws MalformedStreamException {
        return payload.getInt(offset(type));
    }

    int u8(AttributeType type) throws MalformedStreamException {
        return Byte.toUnsignedInt(payload.get(offset(type)));
    }

    UUID uuid(AttributeType type) throws MalformedStreamException {
        return StreamFormat.uuid(payload, offset(type));
    }

    Timestamp time(AttributeType type) throws MalformedStreamException {
        int offset = offset(type);
        int nanos = payload.getInt(offset + Long.BYTES);
        if (nanos < 0 || nanos > 999_999_999) {
            throw malformed(
                    "%s has %s nanoseconds".formatted(type, Integer.toUnsignedString(nanos)));
        }
        return new Timestamp(payload.getLong(offset), nanos);
    }

    Optional<Timestamp> timeIfPresent(AttributeType type) throws MalformedStreamException {
        return has(type) ? Optional.of(time(type)) : Optional.empty();
    }

    byte[] bytes(AttributeType type) throws MalformedStreamException {
        byte[] bytes = new byte[lengths[type.number()]];
        payload.get(offset(type), bytes);
        return bytes;
    }

    /// The bytes where they are, without a copy.
    ByteBuffer slice(AttributeType type) throws MalformedStreamException {
        return payload.slice(offset(type), lengths[type.number()]);
    }

    MalformedStreamException malformed(String problem) throws MalformedStreamException {
        String path =
                has(AttributeType.PATH)
                        ? new String(bytes(AttributeType.PATH), StandardCharsets.UTF_8)
                        : "";
        return new MalformedStreamException(position, path, problem);
    }
}
