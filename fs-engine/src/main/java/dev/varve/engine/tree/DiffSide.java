package dev.varve.engine.tree;

import dev.varve.engine.format.NodeFormat;
import java.io.IOException;
import java.util.Arrays;

/// One tree's side of a [TreeDiff]: stands on an item or on a whole subtree that has not been
/// entered, at first on all of the tree. Every element has a lower bound of its keys: an item its
/// key, a subtree its separator, or its parent's bound if it is a first child.
final class DiffSide implements TreeItem {
    private static final int AT_ROOT = -1;
    private static final int AT_END = -2;

    private final NodeCache nodes;
    private final TreeRoot root;

    /// The path: by depth a node, a slot in it, and the node's lower bound as a range of a page.
    private final byte[][] pages;

    private final int[] slots;
    private final Bound[] bounds;
    private int depth;

    /// The element's lower bound; a range of an immutable page.
    private byte[] lowPage = new byte[0];

    private int lowOffset;
    private int lowLength;

    /// A node's lower bound, kept while its first child needs it.
    private record Bound(byte[] page, int offset, int length) {}

    DiffSide(TreeReader reader) {
        nodes = reader.nodes();
        root = reader.root();
        int height = root.level() + 1;
        pages = new byte[height][];
        slots = new int[height];
        bounds = new Bound[height];
        depth = root.isEmpty() ? AT_END : AT_ROOT;
    }

    boolean isAtEnd() {
        return depth == AT_END;
    }

    boolean isItem() {
        return elementLevel() < 0;
    }

    /// The subtree's level, or -1 for an item.
    int elementLevel() {
        return depth == AT_ROOT ? root.level() : NodeFormat.level(pages[depth]) - 1;
    }

    /// The subtree's address.
    long address() {
        return depth == AT_ROOT
                ? root.address()
                : NodeFormat.childAddress(pages[depth], slots[depth]);
    }

    /// Which side's element starts first; a side at its end counts as the greatest.
    int compareStart(DiffSide other) {
        if (isAtEnd() || other.isAtEnd()) {
            return Boolean.compare(isAtEnd(), other.isAtEnd());
        }
        return Arrays.compareUnsigned(
                lowPage,
                lowOffset,
                lowOffset + lowLength,
                other.lowPage,
                other.lowOffset,
                other.lowOffset + other.lowLength);
    }

    boolean hasSameValue(DiffSide other) {
        return Arrays.equals(
                page(),
                valueOffset(),
                valueOffset() + valueLength(),
                other.page(),
                other.valueOffset(),
                other.valueOffset() + other.valueLength());
    }

    /// From a subtree to its first element.
    void enter() throws IOException {
        byte[] page = depth == AT_ROOT ? nodes.root(root) : nodes.child(pages[depth], slots[depth]);
        depth++;
        pages[depth] = page;
        slots[depth] = 0;
        bounds[depth] = new Bound(lowPage, lowOffset, lowLength);
        findLow();
    }

    /// To the element behind this one.
    void skip() {
        while (depth >= 0 && ++slots[depth] == NodeFormat.count(pages[depth])) {
            depth--;
        }
        if (depth < 0) {
            depth = AT_END;
        } else {
            findLow();
        }
    }

    /// Both sides from a subtree they share to the elements behind it, passing over what else they
    /// share in the same two nodes. A node has hundreds of children and few that differ, so only
    /// addresses are looked at.
    static void skipShared(DiffSide one, DiffSide other) {
        if (one.depth >= 0 && other.depth >= 0) {
            byte[] page = one.pages[one.depth];
            byte[] otherPage = other.pages[other.depth];
            int slot = one.slots[one.depth];
            int otherSlot = other.slots[other.depth];
            int last = NodeFormat.count(page) - 1;
            int otherLast = NodeFormat.count(otherPage) - 1;
            while (slot < last
                    && otherSlot < otherLast
                    && NodeFormat.childAddress(page, slot + 1)
                            == NodeFormat.childAddress(otherPage, otherSlot + 1)) {
                slot++;
                otherSlot++;
            }
            one.slots[one.depth] = slot;
            other.slots[other.depth] = otherSlot;
        }
        one.skip();
        other.skip();
    }

    private void findLow() {
        byte[] page = pages[depth];
        int slot = slots[depth];
        if (slot == 0 && NodeFormat.level(page) > 0) {
            Bound bound = bounds[depth];
            lowPage = bound.page;
            lowOffset = bound.offset;
            lowLength = bound.length;
        } else {
            lowPage = page;
            lowOffset = NodeFormat.keyOffset(page, slot);
            lowLength = NodeFormat.keyLength(page, slot);
        }
    }

    @Override
    public byte[] page() {
        return pages[depth];
    }

    @Override
    public int keyOffset() {
        return lowOffset;
    }

    @Override
    public int keyLength() {
        return lowLength;
    }

    @Override
    public int valueOffset() {
        return NodeFormat.valueOffset(pages[depth], slots[depth]);
    }

    @Override
    public int valueLength() {
        return NodeFormat.valueLength(pages[depth], slots[depth]);
    }
}
