package dev.varve.engine.tree;

/// Finds the block that a leaf item refers to. Supplied by the layer that owns the items' meaning.
@FunctionalInterface
public interface ItemReferences {
    /// No block.
    long NONE = 0;

    /// The address of the block that this item holds one reference to, or [#NONE].
    ///
    /// @param page the node's bytes
    long blockOf(byte[] page, int keyOffset, int keyLength, int valueOffset, int valueLength);
}
