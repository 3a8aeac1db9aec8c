package dev.varve.engine.tree;

/// Something wrong with a node.
///
/// @param address the node's block
/// @param detail expected against actual, for people
public record TreeFinding(long address, Problem problem, String detail) {
    /// What is wrong.
    public enum Problem {
        /// The block is missing, damaged, or no sound node; nothing below it was visited.
        UNREADABLE,
        /// Not one level below its parent, or not the root's; nothing below it was visited.
        WRONG_LEVEL,
        /// Its generation is not the one its parent or the root names.
        WRONG_GENERATION,
        /// It has a key below the separator that leads to it.
        BELOW_SEPARATOR,
        /// It has a key that belongs behind the next separator.
        BEYOND_SEPARATOR
    }
}
