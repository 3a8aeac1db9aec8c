package dev.varve.engine.commit;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.DoomedObject;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.Head.NewPack;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackItem;
import dev.varve.engine.model.PoolSpace;
import dev.varve.engine.model.PoolSpace.KindSpace;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeCursor;
import dev.varve.engine.tree.TreeReader;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// Adds up the packs tree.
public final class PackSpace {
    private final Sum data = new Sum();
    private final Sum metadata = new Sum();
    private final Map<Long, BitSet> freed = new HashMap<>();
    private long waitingObjects;
    private long waitingBytes;

    private PackSpace() {}

    private static final class Sum {
        private long packs;
        private long blocks;
        private long stored;
        private long unused;
        private long raw;

        void add(PackItem item) {
            packs++;
            blocks += item.presentSlots();
            stored += item.storedBytes();
            unused += item.unusedBytes();
            raw += item.rawBytes();
        }

        KindSpace toSpace() {
            return new KindSpace(packs, blocks, stored, stored - unused, raw);
        }
    }

    /// @param deletedSubvolumes how many can still be brought back
    public static PoolSpace of(Head head, NodeCache nodes, long deletedSubvolumes)
            throws IOException {
        PackSpace space = new PackSpace();
        for (long address : head.freed()) {
            space.freed
                    .computeIfAbsent(BlockAddress.packOf(address), _ -> new BitSet())
                    .set(BlockAddress.slotOf(address));
        }
        for (NewPack pack : head.newPacks()) {
            space.add(pack.number(), PackItem.of(pack, head.generation()));
        }
        TreeCursor cursor = new TreeReader(nodes, Subvolumes.treeRoot(head.packs())).cursor();
        for (boolean on = cursor.seekFirst(); on; on = cursor.next()) {
            space.add(cursor);
        }
        return new PoolSpace(
                space.data.toSpace(),
                space.metadata.toSpace(),
                space.waitingObjects,
                space.waitingBytes,
                deletedSubvolumes);
    }

    private void add(TreeCursor cursor) throws IOException {
        byte[] key = cursor.key();
        if (DoomedObject.isKey(key)) {
            waitingObjects++;
            waitingBytes += DoomedObject.read(key, cursor.value()).sizeBytes();
        } else {
            long pack = PackItem.packNumber(key);
            add(pack, PackItem.read(pack, cursor.value()));
        }
    }

    private void add(long pack, PackItem item) {
        item.free().or(freed.getOrDefault(pack, new BitSet()));
        (item.kind() == PackFormat.DATA ? data : metadata).add(item);
    }
}
