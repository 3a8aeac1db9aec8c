package dev.varve.engine.commit;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.DoomedObject;
import dev.varve.engine.format.Head.NewPack;
import dev.varve.engine.format.PackItem;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.NodeReference;
import dev.varve.engine.tree.Sharing;
import dev.varve.engine.tree.TreeCursor;
import dev.varve.engine.tree.TreeFinding;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeVisitor;
import dev.varve.engine.tree.TreeWalker;
import dev.varve.engine.tree.TreeWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// Keeps what each pack holds and which of its slots are free, so that reclaiming never has to walk
/// a tree. The packs tree cannot describe the pack that its own new nodes are about to go to: what
/// it cannot say yet is handed to the head and applied by the next commit.
final class PackLedger {
    private final TreeWriter tree;
    private final long generation;
    private final Map<Long, BitSet> freed = new TreeMap<>();
    private final List<Long> freedByOwnTree;
    private final LongPredicate isUncommitted;
    private long relocatedPacks;

    /// @param freedByOwnTree filled by [#ownNodes] while the tree is written
    /// @param isUncommitted whether a pack is one of this transaction's own
    /// @param relocatedPacks how many listed packs are in another object than their first
    PackLedger(
            TreeWriter tree,
            long generation,
            List<Long> freedByOwnTree,
            LongPredicate isUncommitted,
            long relocatedPacks) {
        this.tree = tree;
        this.generation = generation;
        this.freedByOwnTree = freedByOwnTree;
        this.isUncommitted = isUncommitted;
        this.relocatedPacks = relocatedPacks;
    }

    /// The sharing of the packs tree's own nodes: none, and what becomes free is kept for later.
    static Sharing ownNodes(List<Long> freed) {
        return new UnsharedNodes(freed::add);
    }

    /// The sharing of the other trees that are never cloned.
    Sharing unsharedNodes() {
        return new UnsharedNodes(this::free);
    }

    /// Nobody refers to this block any more.
    void free(long address) {
        freed.computeIfAbsent(BlockAddress.packOf(address), _ -> new BitSet())
                .set(BlockAddress.slotOf(address));
    }

    /// What a block that some committed tree referred to is now.
    enum State {
        IN_USE,
        /// It was free and is in use again.
        REVIVED,
        /// A reclaim has dropped it: nothing may ever refer to it again.
        GONE
    }

    /// Takes a block back into use if it is free and still there.
    State revive(long address) throws IOException {
        long pack = BlockAddress.packOf(address);
        int slot = BlockAddress.slotOf(address);
        PackItem item = item(pack);
        boolean isThere = item == null ? isUncommitted.test(pack) : !item.dropped().get(slot);
        if (!isThere) {
            return State.GONE;
        }
        BitSet pending = freed.getOrDefault(pack, new BitSet());
        if (pending.get(slot)) {
            pending.clear(slot);
            return State.REVIVED;
        }
        if (item == null || !item.free().get(slot)) {
            return State.IN_USE;
        }
        item.free().clear(slot);
        tree.put(PackItem.key(pack), item.write());
        return State.REVIVED;
    }

    /// What is known of a pack, or null if it is not listed.
    @Nullable PackItem item(long pack) throws IOException {
        byte[] value = tree.get(PackItem.key(pack));
        return value == null ? null : PackItem.read(pack, value);
    }

    /// All items, of packs and behind them of doomed objects.
    TreeCursor cursor() {
        return tree.cursor();
    }

    /// Brings the items of listed packs up to date with what was freed so far.
    void settle() throws IOException {
        List<Long> later = new ArrayList<>();
        applyFreed(later);
        later.forEach(this::free);
    }

    /// A pack is in another object now, which lacks the blocks of its free slots.
    void relocate(long pack, PackItem relocated) throws IOException {
        PackItem before = item(pack);
        relocatedPacks += before == null || before.object() == 0 ? 1 : 0;
        tree.put(PackItem.key(pack), relocated.write());
    }

    /// Nothing refers to any block of the pack, and its object is going.
    void forget(long pack) throws IOException {
        PackItem before = item(pack);
        relocatedPacks -= before == null || before.object() == 0 ? 0 : 1;
        tree.remove(PackItem.key(pack));
    }

    /// Notes that an object is needed no more from this commit on.
    void doom(DoomedObject object) throws IOException {
        tree.put(DoomedObject.key(object.number()), object.write());
    }

    /// The object was deleted, or is needed after all.
    void undoom(long object) throws IOException {
        tree.remove(DoomedObject.key(object));
    }

    /// Makes the tree leave the packs of these numbers: its own nodes must stay where they were
    /// first written to.
    void leave(LongPredicate packs, TreeRoot written, NodeCache nodes) throws IOException {
        List<byte[]> keys = new ArrayList<>();
        new TreeWalker(nodes, new OwnNodes(packs, keys)).walk(written);
        for (byte[] key : keys) {
            tree.rewrite(key);
        }
    }

    /// Finds the keys that lead to nodes in some packs.
    private record OwnNodes(LongPredicate packs, List<byte[]> keys) implements TreeVisitor {
        @Override
        public boolean enter(NodeReference reference) {
            if (packs.test(BlockAddress.packOf(reference.address()))) {
                keys.add(reference.low());
            }
            return true;
        }

        @Override
        public void item(long node, TreeItem item) {
            // Only nodes count.
        }

        @Override
        public void leave(NodeReference reference) {
            // Nothing to do.
        }

        @Override
        public void found(TreeFinding finding) throws CorruptionException {
            throw new CorruptionException("packs tree", "a sound node", finding.detail());
        }
    }

    long relocatedPacks() {
        return relocatedPacks;
    }

    /// Describes packs that are complete.
    void add(List<NewPack> packs) throws IOException {
        for (NewPack pack : packs) {
            tree.put(PackItem.key(pack.number()), PackItem.of(pack, generation).write());
        }
    }

    /// Writes what is known. What concerns packs that the tree does not list stays in `later`.
    TreeRoot flush(List<Long> later) throws IOException {
        applyFreed(later);
        TreeRoot root = tree.flush();
        later.addAll(freedByOwnTree);
        freedByOwnTree.clear();
        return root;
    }

    private void applyFreed(List<Long> later) throws IOException {
        for (Map.Entry<Long, BitSet> entry : freed.entrySet()) {
            apply(entry.getKey(), entry.getValue(), later);
        }
        freed.clear();
    }

    private void apply(long pack, BitSet slots, List<Long> later) throws IOException {
        PackItem item = item(pack);
        if (item == null) {
            slots.stream().forEach(slot -> later.add(BlockAddress.of(pack, slot)));
            return;
        }
        BitSet free = item.free();
        if (free.intersects(slots)) {
            throw new CorruptionException(
                    "pack item " + Long.toHexString(pack), "slots in use", "freed twice");
        }
        free.or(slots);
        tree.put(PackItem.key(pack), item.withFree(free, generation).write());
    }

    /// Trees whose nodes have one parent each: a copied node's old version is free at once.
    private record UnsharedNodes(FreeBlock freeBlock) implements Sharing {
        @Override
        public boolean isShared(long address) {
            return false;
        }

        @Override
        public void retain(long address) {
            throw new IllegalStateException("block of an unshared tree retained");
        }

        @Override
        public void release(long address) throws IOException {
            freeBlock.free(address);
        }
    }

    private interface FreeBlock {
        void free(long address) throws IOException;
    }
}
