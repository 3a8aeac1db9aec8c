package dev.varve.engine.tree;

import java.util.Arrays;

/// The item something stands on, without copying: key and value are ranges of a node's bytes, which
/// must not be changed and are meaningful only until the next step.
public interface TreeItem {
    /// The node's bytes.
    byte[] page();

    int keyOffset();

    int keyLength();

    int valueOffset();

    int valueLength();

    /// A copy of the key.
    default byte[] key() {
        return Arrays.copyOfRange(page(), keyOffset(), keyOffset() + keyLength());
    }

    /// A copy of the value.
    default byte[] value() {
        return Arrays.copyOfRange(page(), valueOffset(), valueOffset() + valueLength());
    }

    default boolean keyStartsWith(byte[] prefix) {
        int offset = keyOffset();
        return keyLength() >= prefix.length
                && Arrays.equals(page(), offset, offset + prefix.length, prefix, 0, prefix.length);
    }
}
