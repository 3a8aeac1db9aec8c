package dev.varve.engine.tree;

import java.io.IOException;

/// What a [TreeWalker] reports to.
public interface TreeVisitor {
    /// A reference to a node, from the root given or from a node entered: once for each reference.
    ///
    /// @return whether to enter the node; false for one that was entered before
    boolean enter(NodeReference reference) throws IOException;

    /// An item of a leaf entered.
    ///
    /// @param leaf the leaf's address
    void item(long leaf, TreeItem item) throws IOException;

    /// A node entered is done with, and all below it, whether it was sound or not.
    default void leave(NodeReference reference) throws IOException {}

    /// Something is wrong. The walk goes on beside it.
    void found(TreeFinding finding) throws IOException;
}
