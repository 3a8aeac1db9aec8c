package dev.varve.engine.tree;

import dev.varve.engine.format.NodeFormat;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A node that only its writer sees and that may still change: a page with room to spare whose
/// slots grow up and whose items grow down, and the children that are drafts themselves.
final class DraftNode {
    /// Room for a full node and some dead items, so that compacting pays for many changes.
    private static final int CAPACITY = NodeFormat.MAX_BYTES + NodeFormat.MAX_BYTES / 4;

    /// What one draft holds on the heap, about.
    static final int HEAP_BYTES = CAPACITY;

    /// Stands in for a draft child's address until that is written.
    private static final byte[] NO_ADDRESS = new byte[NodeFormat.CHILD_BYTES];

    private static final int NEVER = -2;

    private final int level;
    private byte[] page;
    private int count;

    /// Where the lowest item starts, and what the node would take without the dead space above it.
    private int heapStart;

    private int usedBytes;

    /// Where the last insert went, to tell an ascending run from random order.
    private int lastInserted = NEVER;

    /// Draft children by slot; null where the child is written. Empty in a leaf.
    private @Nullable DraftNode[] children;

    private @Nullable DraftNode parent;

    /// An empty draft.
    DraftNode(int level) {
        if (level > NodeFormat.MAX_LEVEL) {
            throw new IllegalStateException("level " + level);
        }
        this.level = level;
        this.page = new byte[CAPACITY];
        this.children = new DraftNode[level == 0 ? 0 : 16];
        this.heapStart = CAPACITY;
        this.usedBytes = NodeFormat.HEADER_BYTES;
        NodeFormat.putHeader(page, level, 0, CAPACITY, 0);
    }

    /// A draft with the items of a written node.
    static DraftNode copyOf(byte[] written) {
        DraftNode draft = new DraftNode(NodeFormat.level(written));
        int count = NodeFormat.count(written);
        int shift = CAPACITY - written.length;
        int itemsAt = NodeFormat.itemsAt(count);
        System.arraycopy(written, itemsAt, draft.page, itemsAt + shift, written.length - itemsAt);
        for (int slot = 0; slot < count; slot++) {
            NodeFormat.putSlot(
                    draft.page,
                    slot,
                    NodeFormat.keyOffset(written, slot) + shift,
                    NodeFormat.keyLength(written, slot),
                    NodeFormat.valueLength(written, slot));
        }
        draft.setCount(count);
        draft.heapStart = itemsAt + shift;
        draft.usedBytes = written.length;
        if (draft.level > 0) {
            draft.children = new DraftNode[count + 16];
        }
        return draft;
    }

    byte[] page() {
        return page;
    }

    int level() {
        return level;
    }

    int count() {
        return count;
    }

    /// The size the node would have if written now.
    int usedBytes() {
        return usedBytes;
    }

    @Nullable DraftNode parent() {
        return parent;
    }

    /// Makes this the root.
    void orphan() {
        parent = null;
    }

    /// The draft child in a slot, or null if that child is written.
    @Nullable DraftNode child(int slot) {
        return children[slot];
    }

    /// The slot of a draft child.
    int slotOf(DraftNode child) {
        for (int slot = 0; slot < count; slot++) {
            if (children[slot] == child) {
                return slot;
            }
        }
        throw new IllegalStateException("not a child");
    }

    /// Like [NodeFormat#search], quick at the right end.
    int search(byte[] key) {
        if (count == 0 || NodeFormat.compareKey(page, count - 1, key) < 0) {
            return -count - 1;
        }
        return NodeFormat.search(page, key);
    }

    boolean fits(int keyLength, int valueLength) {
        return usedBytes + NodeFormat.SLOT_BYTES + keyLength + valueLength <= NodeFormat.MAX_BYTES;
    }

    /// Puts an item before the one in `slot`. It fits.
    void insert(int slot, byte[] key, byte[] value) {
        int at = reserve(slot, key.length, value.length);
        System.arraycopy(key, 0, page, at, key.length);
        System.arraycopy(value, 0, page, at + key.length, value.length);
    }

    /// Puts a draft child before the one in `slot`. It fits.
    void insert(int slot, byte[] key, DraftNode child) {
        insert(slot, key, NO_ADDRESS);
        adopt(slot, child);
    }

    /// Appends a written child. It fits.
    void append(byte[] key, TreeRoot child) {
        int slot = count;
        insert(slot, key, NO_ADDRESS);
        NodeFormat.putChild(page, slot, child.address(), child.generation());
    }

    /// Appends another node's item with its draft child, if it has one. It fits.
    void append(DraftNode source, int slot) {
        append(source, slot, NodeFormat.key(source.page, slot));
    }

    /// The same under a key of its own.
    void append(DraftNode source, int slot, byte[] key) {
        append(source.page, slot, key);
        if (level > 0) {
            DraftNode child = source.children[slot];
            if (child != null) {
                adopt(count - 1, child);
            }
        }
    }

    /// Appends a written node's item under a key of its own. It fits.
    void append(byte[] source, int slot, byte[] key) {
        int valueLength = NodeFormat.valueLength(source, slot);
        int at = reserve(count, key.length, valueLength);
        System.arraycopy(key, 0, page, at, key.length);
        int from = NodeFormat.valueOffset(source, slot);
        System.arraycopy(source, from, page, at + key.length, valueLength);
    }

    /// Puts a draft in the place of the written child it was copied from.
    void adopt(int slot, DraftNode child) {
        children[slot] = child;
        child.parent = this;
    }

    /// Puts a written child in the place of its draft.
    void settle(int slot, long address, long generation) {
        children[slot] = null;
        NodeFormat.putChild(page, slot, address, generation);
    }

    /// Overwrites a value with one of the same length.
    void overwrite(int slot, byte[] value) {
        System.arraycopy(value, 0, page, NodeFormat.valueOffset(page, slot), value.length);
    }

    void remove(int slot) {
        int length = itemLength(slot);
        if (NodeFormat.keyOffset(page, slot) == heapStart) {
            heapStart += length;
        }
        NodeFormat.moveSlots(page, slot + 1, slot, count - slot - 1);
        if (level > 0) {
            System.arraycopy(children, slot + 1, children, slot, count - slot - 1);
            children[count - 1] = null;
        }
        setCount(count - 1);
        usedBytes -= length + NodeFormat.SLOT_BYTES;
        lastInserted = NEVER;
        if (level > 0 && slot == 0 && count > 0) {
            takeFirstKey();
        }
    }

    /// Empties the first child's key and returns what it was.
    byte[] takeFirstKey() {
        byte[] key = NodeFormat.key(page, 0);
        int valueOffset = NodeFormat.valueOffset(page, 0);
        NodeFormat.putSlot(page, 0, valueOffset, 0, NodeFormat.CHILD_BYTES);
        usedBytes -= key.length;
        return key;
    }

    /// How to split before inserting an item of `itemBytes` at `slot`: how many items, the new one
    /// counted, stay here. Both sides then have room. An append leaves this node full, and so does
    /// an ascending run in the middle: what comes next will come there too.
    int splitPoint(int slot, int itemBytes) {
        if (slot == count) {
            return count;
        }
        int newBytes = itemBytes + NodeFormat.SLOT_BYTES;
        if (slot == lastInserted + 1) {
            int before = NodeFormat.HEADER_BYTES;
            for (int i = 0; i < slot; i++) {
                before += itemLength(i) + NodeFormat.SLOT_BYTES;
            }
            int behind = usedBytes - before + NodeFormat.HEADER_BYTES;
            if (before + newBytes <= NodeFormat.MAX_BYTES) {
                return slot + 1;
            }
            if (behind + newBytes <= NodeFormat.MAX_BYTES) {
                return slot;
            }
        }
        return middle(slot, newBytes);
    }

    private int middle(int slot, int newBytes) {
        int half = (usedBytes - NodeFormat.HEADER_BYTES + newBytes) / 2;
        int left = 0;
        for (int i = 0; i < count; i++) {
            int size =
                    i == slot ? newBytes : itemLength(i < slot ? i : i - 1) + NodeFormat.SLOT_BYTES;
            if (i > 0 && left + size / 2 >= half) {
                return i;
            }
            left += size;
        }
        return count;
    }

    /// Moves the items from `slot` on to an empty node.
    void moveTail(int slot, DraftNode right) {
        for (int i = slot; i < count; i++) {
            usedBytes -= itemLength(i) + NodeFormat.SLOT_BYTES;
            right.append(this, i);
        }
        if (level > 0) {
            Arrays.fill(children, slot, count, null);
        }
        setCount(slot);
        right.lastInserted = NEVER;
    }

    /// The node's finished bytes. All children are written.
    byte[] toPage(long generation) {
        byte[] target = new byte[usedBytes];
        NodeFormat.putHeader(target, level, count, usedBytes, generation);
        copyItems(target, NodeFormat.itemsAt(count));
        return target;
    }

    /// Makes room for an item before `slot`; returns where its bytes go.
    private int reserve(int slot, int keyLength, int valueLength) {
        int length = keyLength + valueLength;
        if (heapStart - length < NodeFormat.itemsAt(count + 1)) {
            compact();
        }
        NodeFormat.moveSlots(page, slot, slot + 1, count - slot);
        if (level > 0) {
            if (count == children.length) {
                children = Arrays.copyOf(children, count * 2);
            }
            System.arraycopy(children, slot, children, slot + 1, count - slot);
            children[slot] = null;
        }
        heapStart -= length;
        NodeFormat.putSlot(page, slot, heapStart, keyLength, valueLength);
        setCount(count + 1);
        usedBytes += length + NodeFormat.SLOT_BYTES;
        lastInserted = slot;
        return heapStart;
    }

    private void compact() {
        byte[] target = new byte[CAPACITY];
        NodeFormat.putHeader(target, level, count, CAPACITY, 0);
        heapStart = CAPACITY - (usedBytes - NodeFormat.itemsAt(count));
        copyItems(target, heapStart);
        page = target;
    }

    private void copyItems(byte[] target, int offset) {
        int at = offset;
        for (int slot = 0; slot < count; slot++) {
            int length = itemLength(slot);
            System.arraycopy(page, NodeFormat.keyOffset(page, slot), target, at, length);
            NodeFormat.putSlot(
                    target,
                    slot,
                    at,
                    NodeFormat.keyLength(page, slot),
                    NodeFormat.valueLength(page, slot));
            at += length;
        }
    }

    private int itemLength(int slot) {
        return NodeFormat.keyLength(page, slot) + NodeFormat.valueLength(page, slot);
    }

    private void setCount(int count) {
        this.count = count;
        NodeFormat.putCount(page, count);
    }
}
