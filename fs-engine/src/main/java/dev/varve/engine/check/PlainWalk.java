package dev.varve.engine.check;

import dev.varve.engine.tree.NodeReference;
import dev.varve.engine.tree.TreeFinding;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeVisitor;
import java.io.IOException;

/// Walks a tree whose items stand each for itself.
///
/// @param items told of each item
record PlainWalk(NodeTally tally, ItemCheck items) implements TreeVisitor {
    /// Checks one item.
    @FunctionalInterface
    interface ItemCheck {
        void check(TreeItem item) throws IOException;
    }

    @Override
    public boolean enter(NodeReference reference) throws IOException {
        return tally.enter(reference);
    }

    @Override
    public void item(long leaf, TreeItem item) throws IOException {
        items.check(item);
    }

    @Override
    public void found(TreeFinding finding) {
        tally.found(finding);
    }
}
