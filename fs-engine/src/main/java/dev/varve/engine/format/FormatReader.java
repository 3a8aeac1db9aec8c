package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;

/// Reads stored bytes in order, little-endian. Every read is checked against the end, every count
/// against the range its caller gives; what does not fit is a [CorruptionException] that names the
/// object and the offset. Not thread-safe.
public final class FormatReader {
    private final String where;
    private final byte[] bytes;
    private final int start;
    private final int end;
    private int position;

    /// @param where the object's name, for messages
    public FormatReader(String where, byte[] bytes) {
        this(where, bytes, 0, bytes.length);
    }

    /// Reads `length` bytes from `offset`. Positions count from `offset`.
    public FormatReader(String where, byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        this.where = where;
        this.bytes = bytes;
        this.start = offset;
        this.end = offset + length;
        this.position = offset;
    }

    /// Bytes read so far.
    public int position() {
        return position - start;
    }

    /// Bytes not read yet.
    public int remaining() {
        return end - position;
    }

    /// An unsigned byte.
    public int u8() throws CorruptionException {
        return LittleEndian.u8(bytes, take(1));
    }

    /// An unsigned 16-bit number.
    public int u16() throws CorruptionException {
        return LittleEndian.u16(bytes, take(2));
    }

    /// An unsigned 32-bit number.
    public long u32() throws CorruptionException {
        return LittleEndian.u32(bytes, take(4));
    }

    /// An unsigned 32-bit number that must lie in `min..max`: a count, length or offset.
    public int u32(String name, int min, int max) throws CorruptionException {
        int at = take(4);
        long value = LittleEndian.u32(bytes, at);
        if (value < min || value > max) {
            throw corrupt(at - start, name + " in " + min + ".." + max, Long.toString(value));
        }
        return (int) value;
    }

    /// A 64-bit number.
    public long i64() throws CorruptionException {
        return LittleEndian.i64(bytes, take(8));
    }

    /// A 64-bit number that must lie in `min..max`, both signed.
    public long i64(String name, long min, long max) throws CorruptionException {
        int at = take(8);
        long value = LittleEndian.i64(bytes, at);
        if (value < min || value > max) {
            throw corrupt(at - start, name + " in " + min + ".." + max, Long.toString(value));
        }
        return value;
    }

    /// Sixteen bytes, most significant first.
    public UUID uuid() throws CorruptionException {
        int at = take(16);
        return new UUID(
                Long.reverseBytes(LittleEndian.i64(bytes, at)),
                Long.reverseBytes(LittleEndian.i64(bytes, at + 8)));
    }

    /// A copy of the next `length` bytes.
    public byte[] bytes(int length) throws CorruptionException {
        int at = take(length);
        return Arrays.copyOfRange(bytes, at, at + length);
    }

    /// UTF-8 text behind its length in bytes (u16).
    public String text() throws CorruptionException {
        int at = position();
        byte[] encoded = bytes(u16());
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(encoded)).toString();
        } catch (CharacterCodingException _) {
            throw corrupt(at, "UTF-8 text", encoded.length + " bytes of something else");
        }
    }

    /// Skips bytes that must be zero: room for later versions.
    public void zeros(int length) throws CorruptionException {
        int from = take(length);
        for (int at = from; at < from + length; at++) {
            if (bytes[at] != 0) {
                throw corrupt(at - start, "zero", Integer.toString(bytes[at] & 0xff));
            }
        }
    }

    /// Fails unless everything has been read.
    public void requireEnd() throws CorruptionException {
        if (position != end) {
            throw corrupt(position(), "the end", remaining() + " more bytes");
        }
    }

    /// An error at `offset` of the object.
    public CorruptionException corrupt(int offset, String expected, String actual) {
        return new CorruptionException(where + " offset " + offset, expected, actual);
    }

    private int take(int length) throws CorruptionException {
        if (length < 0 || length > end - position) {
            throw corrupt(position(), length + " bytes", remaining() + " to the end");
        }
        int at = position;
        position += length;
        return at;
    }
}
