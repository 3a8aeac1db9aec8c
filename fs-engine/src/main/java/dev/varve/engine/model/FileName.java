package dev.varve.engine.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One component of a path: 1 to 255 bytes of any value except `/` and NUL, and neither `.` nor
/// `..`. Names are bytes, never characters; [#toString] decodes them for people only.
///
/// Ordered as unsigned bytes, which is also their order in a directory.
public final class FileName implements Comparable<FileName> {
    /// The longest name Linux file systems take, in bytes.
    public static final int MAX_BYTES = 255;

    private final byte[] bytes;

    private FileName(byte[] bytes) {
        this.bytes = bytes;
    }

    /// The name with a copy of these bytes.
    ///
    /// @throws IllegalArgumentException if the bytes are no valid name
    public static FileName of(byte[] bytes) {
        requireValid(bytes);
        return new FileName(bytes.clone());
    }

    /// The name with the UTF-8 bytes of `text`.
    ///
    /// @throws IllegalArgumentException if the bytes are no valid name
    public static FileName of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        requireValid(bytes);
        return new FileName(bytes);
    }

    /// Whether these bytes may stand as a directory entry.
    public static boolean isValid(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > MAX_BYTES || isDots(bytes)) {
            return false;
        }
        for (byte b : bytes) {
            if (b == 0 || b == '/') {
                return false;
            }
        }
        return true;
    }

    private static boolean isDots(byte[] bytes) {
        return bytes.length <= 2 && bytes[0] == '.' && bytes[bytes.length - 1] == '.';
    }

    private static void requireValid(byte[] bytes) {
        if (!isValid(bytes)) {
            throw new IllegalArgumentException(
                    "not a file name: '" + new String(bytes, StandardCharsets.UTF_8) + "'");
        }
    }

    /// A copy of the name's bytes.
    public byte[] bytes() {
        return bytes.clone();
    }

    /// The number of bytes.
    public int length() {
        return bytes.length;
    }

    /// Copies the bytes to `target` from `offset`.
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    @Override
    public int compareTo(FileName other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileName name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
