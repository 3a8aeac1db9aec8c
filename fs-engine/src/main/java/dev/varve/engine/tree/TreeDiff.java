package dev.varve.engine.tree;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Steps over the keys whose items differ between two trees, in key order. A subtree that both
/// share is skipped whole at whatever level it hangs, so the cost is that of the nodes that differ,
/// times the height at worst; never that of the trees.
///
/// Both sides stand on an element, an item or a subtree not yet entered:
///
/// ```
///   the same subtree on both sides      skip it
///   one starts before the other         an item: it is on this side only; a subtree: enter it
///   both start together                 enter the taller subtree, or both; compare two items
/// ```
public final class TreeDiff {
    private final DiffSide older;
    private final DiffSide newer;
    private boolean hasOlder;
    private boolean hasNewer;

    public TreeDiff(TreeReader older, TreeReader newer) {
        this.older = new DiffSide(older);
        this.newer = new DiffSide(newer);
    }

    /// Steps to the next difference; false at the end.
    public boolean advance() throws IOException {
        leave();
        while (!older.isAtEnd() || !newer.isAtEnd()) {
            if (isSameSubtree()) {
                DiffSide.skipShared(older, newer);
            } else if (step()) {
                return true;
            }
        }
        return false;
    }

    /// Whether the key has an item in the older tree.
    public boolean hasOlder() {
        return hasOlder;
    }

    /// Whether the key has an item in the newer tree.
    public boolean hasNewer() {
        return hasNewer;
    }

    /// The older tree's item, without copying.
    ///
    /// @throws IllegalStateException if it has none
    public TreeItem older() {
        return require(hasOlder, older);
    }

    /// The newer tree's item, without copying.
    ///
    /// @throws IllegalStateException if it has none
    public TreeItem newer() {
        return require(hasNewer, newer);
    }

    /// A copy of the key.
    public byte[] key() {
        return hasOlder ? older().key() : newer().key();
    }

    /// A copy of the older tree's value, or null if it has none.
    public byte @Nullable [] olderValue() {
        return hasOlder ? older.value() : null;
    }

    /// A copy of the newer tree's value, or null if it has none.
    public byte @Nullable [] newerValue() {
        return hasNewer ? newer.value() : null;
    }

    private static TreeItem require(boolean present, TreeItem item) {
        if (!present) {
            throw new IllegalStateException("no item on this side");
        }
        return item;
    }

    /// Goes on from the difference shown.
    private void leave() {
        if (hasOlder) {
            older.skip();
        }
        if (hasNewer) {
            newer.skip();
        }
        hasOlder = false;
        hasNewer = false;
    }

    private boolean isSameSubtree() {
        return !older.isAtEnd()
                && !newer.isAtEnd()
                && !older.isItem()
                && !newer.isItem()
                && older.address() == newer.address();
    }

    /// One step on one side or both; whether it came upon a difference.
    private boolean step() throws IOException {
        int order = older.compareStart(newer);
        if (order < 0) {
            hasOlder = older.isItem();
            enterUnless(hasOlder, older);
        } else if (order > 0) {
            hasNewer = newer.isItem();
            enterUnless(hasNewer, newer);
        } else if (older.isItem() && newer.isItem()) {
            hasOlder = !older.hasSameValue(newer);
            hasNewer = hasOlder;
            if (!hasOlder) {
                older.skip();
                newer.skip();
            }
        } else {
            enterTaller();
        }
        return hasOlder || hasNewer;
    }

    private static void enterUnless(boolean item, DiffSide side) throws IOException {
        if (!item) {
            side.enter();
        }
    }

    private void enterTaller() throws IOException {
        int olderLevel = older.elementLevel();
        int newerLevel = newer.elementLevel();
        if (olderLevel >= newerLevel) {
            older.enter();
        }
        if (newerLevel >= olderLevel) {
            newer.enter();
        }
    }
}
