package dev.varve.engine.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/// Builds stored bytes in order, little-endian; the counterpart of [FormatReader]. A value that
/// does not fit its field is a programming error: [IllegalArgumentException]. Not thread-safe.
public final class FormatWriter {
    private byte[] bytes;
    private int size;

    public FormatWriter() {
        this(256);
    }

    /// @param expectedBytes grown if more is written
    public FormatWriter(int expectedBytes) {
        bytes = new byte[Math.max(16, expectedBytes)];
    }

    /// Bytes written so far.
    public int size() {
        return size;
    }

    /// An unsigned byte.
    public FormatWriter u8(int value) {
        requireFits(value, 0xff);
        bytes[grow(1)] = (byte) value;
        return this;
    }

    /// An unsigned 16-bit number.
    public FormatWriter u16(int value) {
        requireFits(value, 0xffff);
        int at = grow(2);
        LittleEndian.putU16(bytes, at, value);
        return this;
    }

    /// An unsigned 32-bit number.
    public FormatWriter u32(long value) {
        requireFits(value, 0xffff_ffffL);
        int at = grow(4);
        LittleEndian.putU32(bytes, at, value);
        return this;
    }

    /// A 64-bit number.
    public FormatWriter i64(long value) {
        int at = grow(8);
        LittleEndian.putI64(bytes, at, value);
        return this;
    }

    /// Sixteen bytes, most significant first.
    public FormatWriter uuid(UUID value) {
        i64(Long.reverseBytes(value.getMostSignificantBits()));
        return i64(Long.reverseBytes(value.getLeastSignificantBits()));
    }

    /// All of `value`, without its length.
    public FormatWriter bytes(byte[] value) {
        return bytes(value, 0, value.length);
    }

    /// A part of `value`, without its length.
    public FormatWriter bytes(byte[] value, int offset, int length) {
        int at = grow(length);
        System.arraycopy(value, offset, bytes, at, length);
        return this;
    }

    /// UTF-8 text behind its length in bytes (u16).
    public FormatWriter text(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        return u16(encoded.length).bytes(encoded);
    }

    /// Room for later versions.
    public FormatWriter zeros(int length) {
        grow(length);
        return this;
    }

    /// A copy of what was written.
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /// What was written, in place; valid up to [#size] and until the next write.
    byte[] buffer() {
        return bytes;
    }

    private static void requireFits(long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " not in 0.." + max);
        }
    }

    private int grow(int length) {
        int at = size;
        if (length > bytes.length - at) {
            int wanted = Math.addExact(at, length);
            bytes = Arrays.copyOf(bytes, Math.clamp(2L * bytes.length, wanted, 1 << 30));
        }
        size = at + length;
        return at;
    }
}
