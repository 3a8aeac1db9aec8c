package dev.varve.engine.tree;

/// What leads to a node: what it should be, and the keys that belong below it. The arrays are
/// shared, not to be modified.
///
/// @param low the least key; empty for no bound
/// @param high the first key that belongs elsewhere; empty for no bound
public record NodeReference(long address, int level, long generation, byte[] low, byte[] high) {
    /// What leads to a tree's root.
    static NodeReference of(TreeRoot root) {
        byte[] unbounded = {};
        return new NodeReference(
                root.address(), root.level(), root.generation(), unbounded, unbounded);
    }
}
