package dev.varve.engine.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Numbers in a byte array, least significant byte first, at any alignment: the order of every
/// stored format. Indexes outside the array throw [IndexOutOfBoundsException]; bytes from outside
/// are read with [FormatReader] or checked once before these are used.
public final class LittleEndian {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    private LittleEndian() {}

    private static VarHandle view(Class<?> arrayType) {
        return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.LITTLE_ENDIAN);
    }

    /// An unsigned byte.
    public static int u8(byte[] bytes, int offset) {
        return bytes[offset] & 0xff;
    }

    /// An unsigned 16-bit number.
    public static int u16(byte[] bytes, int offset) {
        return (short) SHORT.get(bytes, offset) & 0xffff;
    }

    /// A signed 32-bit number.
    public static int i32(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    /// An unsigned 32-bit number.
    public static long u32(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset) & 0xffff_ffffL;
    }

    /// A 64-bit number.
    public static long i64(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset);
    }

    /// Stores the low 16 bits of `value`.
    public static void putU16(byte[] bytes, int offset, int value) {
        SHORT.set(bytes, offset, (short) value);
    }

    /// Stores the low 32 bits of `value`.
    public static void putU32(byte[] bytes, int offset, long value) {
        INT.set(bytes, offset, (int) value);
    }

    /// Stores a 64-bit number.
    public static void putI64(byte[] bytes, int offset, long value) {
        LONG.set(bytes, offset, value);
    }
}
