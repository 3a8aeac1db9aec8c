package dev.varve.engine.commit;

import dev.varve.engine.format.ContentItem;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which block has which content: the contents tree. Ids are spread evenly, so every change goes to
/// another leaf: changes gather in memory and go to the tree in order of id. A lookup reads at most
/// one leaf; the nodes above it stay in the node cache.
///
/// An entry may outlive its block: whoever finds one makes sure of the block before referring to
/// it.
public final class ContentIndex {
    private static final int MAX_PENDING = 1 << 17;

    /// Dirty nodes beyond this are written out in the middle of a transaction.
    private static final long SPILL_BYTES = 24L << 20;

    private static final long REMOVED = 0;

    private final TreeWriter tree;
    private final UnwrittenContents unwritten;

    /// Whether the tree has what was unwritten.
    private boolean isWritten;

    /// Changes that are not in the tree yet; [#REMOVED] for an entry that goes.
    private final Map<ContentId, Long> pending = new HashMap<>();

    /// @param unwritten what earlier commits have left out
    ContentIndex(TreeWriter tree, UnwrittenContents unwritten) {
        this.tree = tree;
        this.unwritten = unwritten;
    }

    /// The address of the block that had this content last, or 0.
    public long find(ContentId id) throws IOException {
        Long known = pending.get(id);
        if (known == null && !isWritten) {
            known = unwritten.find(id);
        }
        if (known != null) {
            return known;
        }
        byte[] value = tree.get(ContentItem.key(id));
        return value == null ? 0 : ContentItem.address(id, value);
    }

    public void put(ContentId id, long address) throws IOException {
        change(id, address);
    }

    /// Removes the entry of a block that is gone, unless another block has the content by now.
    public void forget(ContentId id, long address) throws IOException {
        if (!id.isNone() && find(id) == address) {
            change(id, REMOVED);
        }
    }

    private void change(ContentId id, long address) throws IOException {
        pending.put(id, address);
        if (pending.size() >= MAX_PENDING) {
            apply();
        }
    }

    private void apply() throws IOException {
        if (!isWritten) {
            unwritten.addTo(pending);
            isWritten = true;
        }
        List<ContentId> ids = pending.keySet().stream().sorted().toList();
        for (ContentId id : ids) {
            long address = pending.getOrDefault(id, REMOVED);
            if (address == REMOVED) {
                tree.remove(ContentItem.key(id));
            } else {
                tree.put(ContentItem.key(id), ContentItem.value(address));
            }
            tree.spillBeyond(SPILL_BYTES);
        }
        pending.clear();
    }

    /// Whether this commit itself has changed something.
    boolean isChanged() {
        return !pending.isEmpty() || isWritten;
    }

    /// Writes the tree.
    TreeRoot flush() throws IOException {
        apply();
        return tree.flush();
    }

    /// Writes the tree only if much is left out of it by now.
    TreeRoot leave() throws IOException {
        boolean isMuch = unwritten.size() + pending.size() > UnwrittenContents.MOST;
        return isWritten || isMuch ? flush() : tree.flush();
    }

    /// What was flushed is committed.
    void committed() {
        if (isWritten) {
            unwritten.clear();
        }
        unwritten.putAll(pending);
    }
}
