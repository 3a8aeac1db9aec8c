package dev.varve.engine.tree;

import dev.varve.engine.format.NodeFormat;
import java.io.IOException;

/// Finds every reference a node holds: one per child, or one per item that has a block.
final class NodeReferences {
    private NodeReferences() {}

    /// Takes one reference.
    @FunctionalInterface
    interface Visitor {
        void visit(long address) throws IOException;
    }

    static void of(byte[] page, ItemReferences references, Visitor visitor) throws IOException {
        int count = NodeFormat.count(page);
        boolean leaf = NodeFormat.level(page) == 0;
        for (int slot = 0; slot < count; slot++) {
            long address =
                    leaf ? blockOf(page, slot, references) : NodeFormat.childAddress(page, slot);
            if (address != ItemReferences.NONE) {
                visitor.visit(address);
            }
        }
    }

    /// The block that a leaf's item refers to, or [ItemReferences#NONE].
    static long blockOf(byte[] page, int slot, ItemReferences references) {
        int keyLength = NodeFormat.keyLength(page, slot);
        int keyOffset = NodeFormat.keyOffset(page, slot);
        int valueLength = NodeFormat.valueLength(page, slot);
        return references.blockOf(page, keyOffset, keyLength, keyOffset + keyLength, valueLength);
    }
}
