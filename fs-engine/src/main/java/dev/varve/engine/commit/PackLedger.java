package dev.varve.engine.commit;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.Head.NewPack;
import dev.varve.engine.format.PackItem;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.tree.Sharing;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWriter;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Keeps what each pack holds and which of its slots are free, so that reclaiming never has to walk
/// a tree. The packs tree cannot describe the pack that its own new nodes are about to go to: what
/// it cannot say yet is handed to the head and applied by the next commit.
final class PackLedger {
    private final TreeWriter tree;
    private final long generation;
    private final Map<Long, BitSet> freed = new TreeMap<>();
    private final List<Long> freedByOwnTree;

    /// @param freedByOwnTree filled by [#ownNodes] while the tree is written
    PackLedger(TreeWriter tree, long generation, List<Long> freedByOwnTree) {
        this.tree = tree;
        this.generation = generation;
        this.freedByOwnTree = freedByOwnTree;
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

    /// Takes a block back into use; false if it is in use.
    boolean revive(long address) throws IOException {
        long pack = BlockAddress.packOf(address);
        int slot = BlockAddress.slotOf(address);
        BitSet pending = freed.getOrDefault(pack, new BitSet());
        if (pending.get(slot)) {
            pending.clear(slot);
            return true;
        }
        byte[] value = tree.get(PackItem.key(pack));
        if (value == null) {
            return false;
        }
        PackItem item = PackItem.read(pack, value);
        if (!item.free().get(slot)) {
            return false;
        }
        item.free().clear(slot);
        tree.put(PackItem.key(pack), item.write());
        return true;
    }

    /// Describes packs that are complete.
    void add(List<NewPack> packs) throws IOException {
        for (NewPack pack : packs) {
            PackItem item =
                    new PackItem(
                            pack.kind(),
                            pack.slots(),
                            pack.storedBytes(),
                            pack.rawBytes(),
                            generation,
                            new BitSet());
            tree.put(PackItem.key(pack.number()), item.write());
        }
    }

    /// Writes what is known. What concerns packs that the tree does not list stays in `later`.
    TreeRoot flush(List<Long> later) throws IOException {
        for (Map.Entry<Long, BitSet> entry : freed.entrySet()) {
            apply(entry.getKey(), entry.getValue(), later);
        }
        freed.clear();
        TreeRoot root = tree.flush();
        later.addAll(freedByOwnTree);
        freedByOwnTree.clear();
        return root;
    }

    private void apply(long pack, BitSet slots, List<Long> later) throws IOException {
        byte[] value = tree.get(PackItem.key(pack));
        if (value == null) {
            slots.stream().forEach(slot -> later.add(BlockAddress.of(pack, slot)));
            return;
        }
        PackItem item = PackItem.read(pack, value);
        BitSet free = item.free();
        if (free.intersects(slots)) {
            throw new CorruptionException(
                    "pack item " + Long.toHexString(pack), "slots in use", "freed twice");
        }
        free.or(slots);
        PackItem changed =
                new PackItem(
                        item.kind(),
                        item.slots(),
                        item.storedBytes(),
                        item.rawBytes(),
                        generation,
                        free);
        tree.put(PackItem.key(pack), changed.write());
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
