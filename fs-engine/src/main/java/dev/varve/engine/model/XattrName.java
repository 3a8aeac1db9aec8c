package dev.varve.engine.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The full name of an extended attribute, namespace and all (`user.mime_type`): 1 to 255 bytes
/// without NUL. Unlike a [FileName] it may contain `/`.
public final class XattrName implements Comparable<XattrName> {
    private final byte[] bytes;

    private XattrName(byte[] bytes) {
        if (!isValid(bytes)) {
            throw new IllegalArgumentException(
                    "not an xattr name: '" + new String(bytes, StandardCharsets.UTF_8) + "'");
        }
        this.bytes = bytes;
    }

    public static XattrName of(byte[] bytes) {
        return new XattrName(bytes.clone());
    }

    public static XattrName of(String text) {
        return new XattrName(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Whether these bytes may name an attribute.
    public static boolean isValid(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > FileName.MAX_BYTES) {
            return false;
        }
        for (byte b : bytes) {
            if (b == 0) {
                return false;
            }
        }
        return true;
    }

    /// A copy of the name's bytes.
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public int compareTo(XattrName other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof XattrName name && Arrays.equals(bytes, name.bytes);
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
