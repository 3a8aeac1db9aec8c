package dev.varve.engine.tree;

import static java.util.Objects.requireNonNull;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.pack.BlockKind;
import dev.varve.engine.pack.Blocks;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Changes one tree by copying what it touches (Rodeh, *B-trees, Shadowing, and Clones*). Reads see
/// the changes at once; nothing is written before [#flush]. Used by one thread.
///
/// ```
///      root            root'      root        copied on the way down, parents first
///     /    \     =>    /    \    /    \
///    A      B         A'     \  A      B      B then has two references
///                             `--------^      (its count was raised when `root` was copied)
/// ```
///
/// A node that others refer to as well keeps its references: its copy retains all of them anew and
/// releases the node once. A node that nobody else refers to is freed and its copy takes its
/// references over. The block that an item refers to is the caller's to retain before [#put] and to
/// release after [#put] or [#remove] took the item away; not earlier, because the count of a block
/// below a shared leaf is right only once the leaf has been copied.
///
/// After an [IOException] the writer can only be discarded.
public final class TreeWriter implements TreeItems {
    /// A node smaller than this joins a neighbour that has room.
    private static final int SMALL_BYTES = NodeFormat.MAX_BYTES / 4;

    private static final byte[] EMPTY = new byte[0];

    private final NodeCache nodes;
    private final Blocks blocks;
    private final Sharing sharing;
    private final ItemReferences references;
    private final long generation;
    private final Fingers fingers = new Fingers();

    /// The tree when nothing is drafted.
    private TreeRoot root;

    /// Stands in for the root once anything is drafted.
    private @Nullable DraftNode draft;

    private int draftCount;

    /// Steps with every change, so that cursors notice.
    private long changes;

    private boolean discarded;

    /// @param root the tree to change
    /// @param generation the commit in the making, at least the root's
    public TreeWriter(
            NodeCache nodes,
            Blocks blocks,
            Sharing sharing,
            ItemReferences references,
            TreeRoot root,
            long generation) {
        if (generation < root.generation()) {
            throw new IllegalArgumentException("generation " + generation + " after " + root);
        }
        this.nodes = nodes;
        this.blocks = blocks;
        this.sharing = sharing;
        this.references = references;
        this.root = root;
        this.generation = generation;
    }

    /// A copy of the value, or null if there is no such key.
    @Override
    public byte @Nullable [] get(byte[] key) throws IOException {
        requireUsable();
        byte[] page = leafPage(key);
        if (page == null) {
            return null;
        }
        int slot = NodeFormat.search(page, key);
        return slot >= 0 ? NodeFormat.value(page, slot) : null;
    }

    /// A cursor over all items, changes included.
    @Override
    public TreeCursor cursor() {
        requireUsable();
        return new TreeCursor(nodes, this);
    }

    public boolean isEmpty() {
        return draft == null && root.isEmpty();
    }

    /// Inserts an item, or replaces its value. Putting what is there already changes nothing.
    ///
    /// @param key 1 to [NodeFormat#MAX_KEY_BYTES] bytes
    /// @param value 0 to [NodeFormat#MAX_VALUE_BYTES] bytes
    public void put(byte[] key, byte[] value) throws IOException {
        requireUsable();
        requireLengths(key, value);
        DraftNode leaf = draftedLeaf(key);
        if (leaf == null) {
            if (holds(key, value)) {
                return;
            }
            leaf = draftLeaf(key);
        }
        changes++;
        int slot = leaf.search(key);
        if (slot < 0) {
            insert(leaf, -slot - 1, key, value, null);
        } else if (NodeFormat.valueLength(leaf.page(), slot) == value.length) {
            leaf.overwrite(slot, value);
        } else {
            leaf.remove(slot);
            insert(leaf, slot, key, value, null);
        }
    }

    /// Removes an item; false if there is none.
    public boolean remove(byte[] key) throws IOException {
        requireUsable();
        DraftNode leaf = draftedLeaf(key);
        if (leaf == null) {
            byte[] page = leafPage(key);
            if (page == null || NodeFormat.search(page, key) < 0) {
                return false;
            }
            leaf = draftLeaf(key);
        }
        int slot = leaf.search(key);
        if (slot < 0) {
            return false;
        }
        changes++;
        leaf.remove(slot);
        if (leaf.usedBytes() < SMALL_BYTES) {
            shrink(leaf);
        }
        return true;
    }

    /// Has every node on the way to a key written anew by the next [#flush], whether or not there
    /// is such a key. An empty key leads to the first leaf.
    public void rewrite(byte[] key) throws IOException {
        requireUsable();
        if (!isEmpty()) {
            changes++;
            draftLeaf(key);
        }
    }

    /// Writes what was changed, level by level from the leaves up, so that the few nodes that every
    /// reader needs stand together; returns the tree's new root. The writer may go on being used.
    public TreeRoot flush() throws IOException {
        requireUsable();
        if (draft != null) {
            changes++;
            fingers.clear();
            int level = draft.level();
            for (int children = 0; children < level; children++) {
                writeChildren(draft, children, Set.of());
            }
            root = new TreeRoot(write(draft), level, generation);
            draft = null;
        }
        return root;
    }

    /// As [#flush()], but the leaves where some keys belong, whether or not there are such keys,
    /// come after all other leaves and so stand beside the nodes above them.
    ///
    /// @param last the keys whose leaves come last, the very last one first
    public TreeRoot flush(List<byte[]> last) throws IOException {
        requireUsable();
        int level = draft == null ? root.level() : draft.level();
        if (level > 0 && !last.isEmpty()) {
            changes++;
            SequencedSet<DraftNode> kept = new LinkedHashSet<>();
            for (byte[] key : last) {
                kept.add(draftLeaf(key));
            }
            fingers.clear();
            writeChildren(draftOfRoot(), 0, kept);
            for (DraftNode leaf : kept.reversed()) {
                DraftNode parent = requireNonNull(leaf.parent());
                parent.settle(parent.slotOf(leaf), write(leaf), generation);
            }
        }
        return flush();
    }

    /// Writes leaves out in the middle of a transaction if the unwritten changes hold more heap
    /// than this. The nodes above them wait for the [#flush], so that they stand together and are
    /// written once; only where they alone hold half as much are they written too.
    public void spillBeyond(long maxDirtyBytes) throws IOException {
        if (dirtyBytes() <= maxDirtyBytes) {
            return;
        }
        if (draft != null && draft.level() > 0) {
            changes++;
            fingers.clear();
            writeChildren(draft, 0, Set.of());
        }
        if (dirtyBytes() > maxDirtyBytes / 2) {
            flush();
        }
    }

    /// About how much heap the unwritten changes hold.
    long dirtyBytes() {
        return (long) draftCount * DraftNode.HEAP_BYTES;
    }

    /// Drops the unwritten changes and ends the writer's use. Blocks it wrote and counts it changed
    /// are undone by whoever owns them.
    public void discard() {
        discarded = true;
        draft = null;
        draftCount = 0;
        changes++;
        fingers.clear();
    }

    /// For cursors.
    long changes() {
        requireUsable();
        return changes;
    }

    @Nullable DraftNode draftRoot() {
        return draft;
    }

    /// The root that counts when none is drafted.
    TreeRoot writtenRoot() {
        return root;
    }

    private void requireUsable() {
        if (discarded) {
            throw new IllegalStateException("the tree's changes were discarded");
        }
    }

    private static void requireLengths(byte[] key, byte[] value) {
        if (key.length < 1 || key.length > NodeFormat.MAX_KEY_BYTES) {
            throw new IllegalArgumentException("key of " + key.length + " bytes");
        }
        if (value.length > NodeFormat.MAX_VALUE_BYTES) {
            throw new IllegalArgumentException("value of " + value.length + " bytes");
        }
    }

    // --- the way down ---

    /// The page of the leaf where `key` belongs, draft or not; null in an empty tree.
    private byte @Nullable [] leafPage(byte[] key) throws IOException {
        DraftNode node = fingers.find(key);
        if (node != null) {
            return node.page();
        }
        if (isEmpty()) {
            return null;
        }
        node = draft;
        byte[] page = node == null ? nodes.root(root) : node.page();
        while (NodeFormat.level(page) > 0) {
            int slot = NodeFormat.childSlot(page, key);
            node = node == null ? null : node.child(slot);
            page = node == null ? nodes.child(page, slot) : node.page();
        }
        return page;
    }

    private boolean holds(byte[] key, byte[] value) throws IOException {
        byte[] page = leafPage(key);
        if (page == null) {
            return false;
        }
        int slot = NodeFormat.search(page, key);
        if (slot < 0) {
            return false;
        }
        int offset = NodeFormat.valueOffset(page, slot);
        int end = offset + NodeFormat.valueLength(page, slot);
        return Arrays.equals(page, offset, end, value, 0, value.length);
    }

    /// The leaf where `key` belongs if it is a draft already.
    private @Nullable DraftNode draftedLeaf(byte[] key) {
        DraftNode node = fingers.find(key);
        return node != null || draft == null ? node : descend(draft, key);
    }

    /// The leaf where `key` belongs, as a draft, and with it every node above.
    private DraftNode draftLeaf(byte[] key) throws IOException {
        DraftNode node = draftOfRoot();
        while (node.level() > 0) {
            node = draftOfChild(node, NodeFormat.childSlot(node.page(), key));
        }
        return node;
    }

    /// Goes down through drafts only; null if the way to the leaf leaves them.
    private @Nullable DraftNode descend(DraftNode top, byte[] key) {
        DraftNode node = top;
        DraftNode boundNode = null;
        int boundSlot = 0;
        while (node.level() > 0) {
            int slot = NodeFormat.childSlot(node.page(), key);
            if (slot + 1 < node.count()) {
                boundNode = node;
                boundSlot = slot + 1;
            }
            DraftNode child = node.child(slot);
            if (child == null) {
                return null;
            }
            node = child;
        }
        fingers.remember(
                node, boundNode == null ? null : NodeFormat.key(boundNode.page(), boundSlot));
        return node;
    }

    private DraftNode draftOfRoot() throws IOException {
        DraftNode node = draft;
        if (node == null) {
            node = root.isEmpty() ? newDraft(0) : copy(root.address(), nodes.root(root));
            draft = node;
        }
        return node;
    }

    private DraftNode draftOfChild(DraftNode node, int slot) throws IOException {
        DraftNode child = node.child(slot);
        if (child == null) {
            byte[] page = nodes.child(node.page(), slot);
            child = copy(NodeFormat.childAddress(node.page(), slot), page);
            node.adopt(slot, child);
        }
        return child;
    }

    private DraftNode newDraft(int level) {
        draftCount++;
        return new DraftNode(level);
    }

    /// A draft in the place of a written node, with its references.
    private DraftNode copy(long address, byte[] page) throws IOException {
        if (sharing.isShared(address)) {
            NodeReferences.of(page, references, sharing::retain);
        }
        sharing.release(address);
        draftCount++;
        return DraftNode.copyOf(page);
    }

    // --- growing ---

    /// Puts an item, or a draft child when `child` is given, before a slot of a node.
    private void insert(
            DraftNode node, int slot, byte[] key, byte[] value, @Nullable DraftNode child) {
        int valueLength = child == null ? value.length : NodeFormat.CHILD_BYTES;
        if (!node.fits(key.length, valueLength)) {
            split(node, slot, key, value, child);
        } else if (child == null) {
            node.insert(slot, key, value);
        } else {
            node.insert(slot, key, child);
        }
    }

    /// Moves a full node's upper part to a new right neighbour and inserts on the side it belongs.
    ///
    /// ```
    ///    [ .. P .. ]              [ .. P  separator .. ]
    ///         |            =>          |      |
    ///   [a b c d e f]              [a b c]  [d e f]
    /// ```
    private void split(
            DraftNode node, int slot, byte[] key, byte[] value, @Nullable DraftNode child) {
        fingers.clear();
        int itemBytes = key.length + (child == null ? value.length : NodeFormat.CHILD_BYTES);
        int stay = node.splitPoint(slot, itemBytes);
        DraftNode right = newDraft(node.level());
        if (slot < stay) {
            node.moveTail(stay - 1, right);
            insert(node, slot, key, value, child);
        } else {
            node.moveTail(stay, right);
            insert(right, slot - stay, key, value, child);
        }
        DraftNode parent = node.parent();
        if (parent == null) {
            parent = newDraft(node.level() + 1);
            parent.insert(0, EMPTY, node);
            draft = parent;
        }
        byte[] separator = node.level() == 0 ? separator(node, right) : right.takeFirstKey();
        insert(parent, parent.slotOf(node) + 1, separator, EMPTY, right);
    }

    /// The shortest key above the left leaf's last and not above the right leaf's first.
    private static byte[] separator(DraftNode left, DraftNode right) {
        byte[] below = NodeFormat.key(left.page(), left.count() - 1);
        byte[] first = NodeFormat.key(right.page(), 0);
        return Arrays.copyOf(first, Arrays.mismatch(below, first) + 1);
    }

    // --- shrinking ---

    /// Drops a node that became empty, joins one that became small to a neighbour, and so on up.
    private void shrink(DraftNode leaf) throws IOException {
        DraftNode node = leaf;
        DraftNode parent = node.parent();
        while (parent != null && node.usedBytes() < SMALL_BYTES) {
            int slot = parent.slotOf(node);
            if (node.count() == 0) {
                dropChild(parent, slot);
            } else if (!joins(parent, slot - 1) && !joins(parent, slot)) {
                break;
            }
            node = parent;
            parent = node.parent();
        }
        shrinkRoot();
    }

    /// Joins the children in a slot and the next one if they exist and fit in one node.
    private boolean joins(DraftNode parent, int slot) throws IOException {
        if (slot < 0 || slot + 1 >= parent.count()) {
            return false;
        }
        int separatorLength =
                parent.level() > 1 ? NodeFormat.keyLength(parent.page(), slot + 1) : 0;
        int bytes = childBytes(parent, slot) + childBytes(parent, slot + 1) + separatorLength;
        if (bytes - NodeFormat.HEADER_BYTES > NodeFormat.MAX_BYTES) {
            return false;
        }
        DraftNode left = draftOfChild(parent, slot);
        DraftNode right = draftOfChild(parent, slot + 1);
        boolean isLeaf = right.level() == 0;
        byte[] first =
                isLeaf ? NodeFormat.key(right.page(), 0) : NodeFormat.key(parent.page(), slot + 1);
        left.append(right, 0, first);
        for (int moved = 1; moved < right.count(); moved++) {
            left.append(right, moved);
        }
        dropChild(parent, slot + 1);
        return true;
    }

    private int childBytes(DraftNode parent, int slot) throws IOException {
        DraftNode child = parent.child(slot);
        return child == null ? nodes.child(parent.page(), slot).length : child.usedBytes();
    }

    private void dropChild(DraftNode parent, int slot) {
        parent.remove(slot);
        draftCount--;
        fingers.clear();
    }

    /// Takes a root away that has only one child, or nothing at all.
    private void shrinkRoot() {
        DraftNode top = draft;
        while (top != null && top.count() <= 1 && (top.level() > 0 || top.count() == 0)) {
            DraftNode only = top.count() == 0 ? null : top.child(0);
            if (only != null) {
                only.orphan();
            } else if (top.count() == 0) {
                root = TreeRoot.EMPTY;
            } else {
                long address = NodeFormat.childAddress(top.page(), 0);
                long born = NodeFormat.childGeneration(top.page(), 0);
                root = new TreeRoot(address, top.level() - 1, born);
            }
            draft = only;
            top = only;
            draftCount--;
            fingers.clear();
        }
    }

    // --- writing ---

    /// Writes the drafts of a level below a node; the recursion is as deep as the tree.
    private void writeChildren(DraftNode node, int level, Set<DraftNode> except)
            throws IOException {
        for (int slot = 0; slot < node.count(); slot++) {
            DraftNode child = node.child(slot);
            if (child == null) {
                continue;
            }
            if (child.level() > level) {
                writeChildren(child, level, except);
            } else if (!except.contains(child)) {
                node.settle(slot, write(child), generation);
            }
        }
    }

    /// Writes a draft that has no drafts below it. It is checked first, so that nothing enters a
    /// pool that could not be read from it: a tree may have been damaged in ways that no node shows
    /// alone.
    private long write(DraftNode node) throws IOException {
        byte[] page = node.toPage(generation);
        NodeFormat.check(page, BlockAddress.NONE);
        long address = blocks.append(BlockKind.METADATA, page);
        nodes.add(address, page);
        draftCount--;
        return address;
    }
}
