package dev.varve.engine.tree;

/// Where a tree starts.
///
/// @param address the root node's block, 0 for an empty tree
/// @param level the root node's level; 0 is a leaf
/// @param generation the commit that wrote the root node
public record TreeRoot(long address, int level, long generation) {
    /// A tree without items.
    public static final TreeRoot EMPTY = new TreeRoot(0, 0, 0);

    public boolean isEmpty() {
        return address == 0;
    }
}
