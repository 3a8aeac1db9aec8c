package dev.varve.engine.tree;

import java.io.IOException;

/// Reference counts of blocks, as a tree sees them. A count is kept only where greater than one
/// (Rodeh, *B-trees, Shadowing, and Clones*): a block reachable through a shared node counts as
/// referenced once by that node, until the node is copied.
public interface Sharing {
    /// Whether more than one node or root refers to the block.
    boolean isShared(long address) throws IOException;

    /// One more reference.
    void retain(long address) throws IOException;

    /// One reference less. When it was the last, the block is free: the caller has already released
    /// or handed on what the block itself refers to.
    void release(long address) throws IOException;
}
