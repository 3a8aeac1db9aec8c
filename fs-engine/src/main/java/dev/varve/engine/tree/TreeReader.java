package dev.varve.engine.tree;

import dev.varve.engine.format.NodeFormat;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads a tree whose nodes are all written. Takes no lock; any thread may call, but a cursor
/// belongs to one thread.
public final class TreeReader implements TreeItems {
    private final NodeCache nodes;
    private final TreeRoot root;

    public TreeReader(NodeCache nodes, TreeRoot root) {
        this.nodes = nodes;
        this.root = root;
    }

    public TreeRoot root() {
        return root;
    }

    NodeCache nodes() {
        return nodes;
    }

    /// A copy of the value, or null if there is no such key.
    @Override
    public byte @Nullable [] get(byte[] key) throws IOException {
        if (root.isEmpty()) {
            return null;
        }
        byte[] page = nodes.root(root);
        while (NodeFormat.level(page) > 0) {
            page = nodes.child(page, NodeFormat.childSlot(page, key));
        }
        int slot = NodeFormat.search(page, key);
        return slot >= 0 ? NodeFormat.value(page, slot) : null;
    }

    /// A cursor over all items.
    @Override
    public TreeCursor cursor() {
        return cursorSince(0);
    }

    /// A cursor that passes over every node older than `generation`. It meets at least every item
    /// put since then, and old ones that share a leaf with a change.
    public TreeCursor cursorSince(long generation) {
        return new TreeCursor(nodes, root, generation, null);
    }

    /// The same items; cursors pass over nodes that cannot be read, while looking up a key in one
    /// is an error still.
    public TreeItems readingAround(LostNodes lost) {
        return new TreeItems() {
            @Override
            public byte @Nullable [] get(byte[] key) throws IOException {
                return TreeReader.this.get(key);
            }

            @Override
            public TreeCursor cursor() {
                return new TreeCursor(nodes, root, 0, lost);
            }
        };
    }
}
