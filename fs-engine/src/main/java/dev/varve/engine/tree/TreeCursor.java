package dev.varve.engine.tree;

import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.model.CorruptionException;
import java.io.IOException;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import org.jspecify.annotations.Nullable;

/// Steps over a tree's items in key order, both ways. Starts on no item; [#next] and [#previous] on
/// no item stay there and return false.
///
/// ```java
/// for (boolean on = cursor.seek(prefix); on && cursor.keyStartsWith(prefix); on = cursor.next()) {
///     use(cursor.page(), cursor.valueOffset(), cursor.valueLength());
/// }
/// ```
///
/// A [TreeWriter]'s cursor lives through changes: [#key] stays what it was and a step goes to the
/// nearest item beyond it, even if its own item was removed. The other accessors need a step or a
/// seek first, and throw [ConcurrentModificationException] without one.
public final class TreeCursor implements TreeItem {
    private static final int NOWHERE = -1;

    private final NodeCache nodes;
    private final TreeRoot root;
    private final long since;
    private final @Nullable TreeWriter writer;

    /// Told of nodes that cannot be read and are passed over; null if they are errors.
    private final @Nullable LostNodes lostNodes;

    /// What is looked for; null if everything is.
    private byte @Nullable [] prefix;

    /// The path from the root to the item: a node and a slot in it per depth.
    private byte[][] pages = new byte[0][];

    private @Nullable DraftNode[] drafts = new DraftNode[0];
    private int[] slots = new int[0];
    private int depth = NOWHERE;

    /// For a writer's cursor: its changes when the path was walked, and a copy of the item's key.
    private long changesSeen;

    private byte[] savedKey = new byte[0];

    /// @param since the oldest generation of nodes to enter
    /// @param lostNodes told of nodes that cannot be read and are passed over; null if not wanted
    TreeCursor(NodeCache nodes, TreeRoot root, long since, @Nullable LostNodes lostNodes) {
        this.nodes = nodes;
        this.root = root;
        this.since = since;
        this.writer = null;
        this.lostNodes = lostNodes;
    }

    TreeCursor(NodeCache nodes, TreeWriter writer) {
        this.nodes = nodes;
        this.root = TreeRoot.EMPTY;
        this.since = 0;
        this.writer = writer;
        this.lostNodes = null;
    }

    /// From now on, a way forward ends before a node that can only hold keys behind those with a
    /// prefix: such a node is not read, and its damage is no concern of who looks for the prefix.
    public TreeCursor within(byte[] wanted) {
        prefix = wanted;
        return this;
    }

    /// To the first item; false if there is none.
    public boolean seekFirst() throws IOException {
        return enterRoot() && settle(forward(before(0)));
    }

    /// To the last item; false if there is none.
    public boolean seekLast() throws IOException {
        return enterRoot() && settle(backward(behind(0)));
    }

    /// To the first item with a key of at least `key`; false if there is none.
    public boolean seek(byte[] key) throws IOException {
        return enterRoot() && settle(forward(descend(key, false)));
    }

    /// To the first item with a key greater than `key`; false if there is none.
    public boolean seekAfter(byte[] key) throws IOException {
        return enterRoot() && settle(forward(descend(key, true)));
    }

    /// To the last item with a key less than `key`; false if there is none.
    public boolean seekBefore(byte[] key) throws IOException {
        return enterRoot() && settle(backward(stepUp(descend(key, false))));
    }

    /// To the last item with a key of at most `key`; false if there is none.
    public boolean seekFloor(byte[] key) throws IOException {
        return enterRoot() && settle(backward(stepUp(descend(key, true))));
    }

    /// To the next item; false at the end.
    public boolean next() throws IOException {
        if (depth == NOWHERE) {
            return false;
        }
        return isStale() ? seekAfter(savedKey) : settle(forward(depth));
    }

    /// To the item before; false at the start.
    public boolean previous() throws IOException {
        if (depth == NOWHERE) {
            return false;
        }
        return isStale() ? seekBefore(savedKey) : settle(backward(depth));
    }

    /// Whether the cursor stands on an item.
    public boolean isOnItem() {
        return depth != NOWHERE;
    }

    @Override
    public byte[] key() {
        if (writer == null) {
            return NodeFormat.key(page(), slots[depth]);
        }
        requireItem();
        return savedKey.clone();
    }

    @Override
    public byte[] page() {
        requireItem();
        if (isStale()) {
            throw new ConcurrentModificationException("the tree changed since the cursor's step");
        }
        return pages[depth];
    }

    @Override
    public int keyOffset() {
        return NodeFormat.keyOffset(page(), slots[depth]);
    }

    @Override
    public int keyLength() {
        return NodeFormat.keyLength(page(), slots[depth]);
    }

    @Override
    public int valueOffset() {
        return NodeFormat.valueOffset(page(), slots[depth]);
    }

    @Override
    public int valueLength() {
        return NodeFormat.valueLength(page(), slots[depth]);
    }

    private void requireItem() {
        if (depth == NOWHERE) {
            throw new IllegalStateException("the cursor is on no item");
        }
    }

    private boolean isStale() {
        return writer != null && writer.changes() != changesSeen;
    }

    /// Whether there is a root to enter.
    private boolean enterRoot() throws IOException {
        depth = NOWHERE;
        DraftNode draft = writer == null ? null : writer.draftRoot();
        TreeRoot at = writer == null ? root : writer.writtenRoot();
        if (writer != null) {
            changesSeen = writer.changes();
        }
        if (draft == null && (at.isEmpty() || at.generation() < since)) {
            return false;
        }
        byte[] page = draft == null ? nodes.root(at) : draft.page();
        int height = NodeFormat.level(page) + 1;
        if (slots.length < height) {
            pages = new byte[height][];
            drafts = new DraftNode[height];
            slots = new int[height];
        }
        pages[0] = page;
        drafts[0] = draft;
        return true;
    }

    /// Goes down to where `key` belongs, as far as nodes are to be entered. Leaves the last depth's
    /// slot on the last item less than `key`, or on the last not greater if `inclusive`.
    private int descend(byte[] key, boolean inclusive) throws IOException {
        int at = 0;
        while (NodeFormat.level(pages[at]) > 0) {
            slots[at] = NodeFormat.childSlot(pages[at], key);
            if (!isWanted(at) || !enterChild(at)) {
                return at;
            }
            at++;
        }
        int found = NodeFormat.search(pages[at], key);
        if (found >= 0) {
            slots[at] = inclusive ? found : found - 1;
        } else {
            slots[at] = -found - 2;
        }
        return at;
    }

    /// After [#descend], for the way back: steps behind the slot, unless that is a passed-over
    /// node.
    private int stepUp(int at) {
        if (NodeFormat.level(pages[at]) == 0) {
            slots[at]++;
        }
        return at;
    }

    /// From the slot at depth `at`, which is done with, to the next item; returns its depth.
    private int forward(int at) throws IOException {
        while (at >= 0) {
            if (++slots[at] >= NodeFormat.count(pages[at])) {
                at--;
            } else if (NodeFormat.level(pages[at]) == 0) {
                return at;
            } else if (isBehind(at)) {
                return NOWHERE;
            } else if (isWanted(at) && enterChild(at)) {
                at = before(at + 1);
            }
        }
        return NOWHERE;
    }

    private int backward(int at) throws IOException {
        while (at >= 0) {
            if (--slots[at] < 0) {
                at--;
            } else if (NodeFormat.level(pages[at]) == 0) {
                return at;
            } else if (isWanted(at) && enterChild(at)) {
                at = behind(at + 1);
            }
        }
        return NOWHERE;
    }

    private int before(int at) {
        slots[at] = -1;
        return at;
    }

    private int behind(int at) {
        slots[at] = NodeFormat.count(pages[at]);
        return at;
    }

    /// Whether the child, and all after it, hold only keys behind the prefix.
    private boolean isBehind(int at) {
        byte[] wanted = prefix;
        return wanted != null
                && NodeFormat.compareKey(pages[at], slots[at], wanted) > 0
                && !NodeFormat.keyStartsWith(pages[at], slots[at], wanted);
    }

    private boolean isWanted(int at) {
        return since == 0 || NodeFormat.childGeneration(pages[at], slots[at]) >= since;
    }

    /// Goes down; false if the child is lost and passed over.
    private boolean enterChild(int at) throws IOException {
        DraftNode draft = drafts[at];
        DraftNode child = draft == null ? null : draft.child(slots[at]);
        byte[] page = child == null ? childPage(at) : child.page();
        if (page == null) {
            return false;
        }
        drafts[at + 1] = child;
        pages[at + 1] = page;
        return true;
    }

    private byte @Nullable [] childPage(int at) throws IOException {
        if (lostNodes == null) {
            return nodes.child(pages[at], slots[at]);
        }
        try {
            return nodes.child(pages[at], slots[at]);
        } catch (CorruptionException e) {
            lostNodes.lost(e);
            return null;
        }
    }

    private boolean settle(int found) {
        depth = found;
        if (found == NOWHERE) {
            return false;
        }
        if (writer != null) {
            byte[] page = pages[found];
            int offset = NodeFormat.keyOffset(page, slots[found]);
            savedKey =
                    Arrays.copyOfRange(
                            page, offset, offset + NodeFormat.keyLength(page, slots[found]));
        }
        return true;
    }
}
