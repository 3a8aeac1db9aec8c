package dev.varve.engine.repair;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.format.RootKey;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.PackReader;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeReader;
import dev.varve.engine.tree.TreeRoot;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.TreeMap;

/// Looks for root trees in all metadata packs. A commit that changes the root tree writes its root
/// node with the commit's generation; of all nodes of one generation from which the item of the top
/// level can be reached, the one of the highest level is that root.
final class RootScan {
    private static final int MAX_KEPT = 256;
    private static final long NODE_CACHE_BYTES = 32L << 20;

    private final BlockStore blocks;
    private final NodeCache nodes;

    /// By generation; the newest ones.
    private final TreeMap<Long, TreeRoot> roots = new TreeMap<>();

    private long newestNode;
    private long nodesRead;

    private RootScan(BlockStore blocks) {
        this.blocks = blocks;
        this.nodes = new NodeCache(blocks, NODE_CACHE_BYTES);
    }

    static RootScan of(ObjectStore store, BlockStore blocks) throws IOException {
        RootScan scan = new RootScan(blocks);
        for (Scan<StoredObject> all = store.list("packs/"); all.advance(); ) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("rescue interrupted");
            }
            scan.scanObject(all.current().name());
        }
        return scan;
    }

    /// The roots found, newest first.
    List<TreeRoot> newestFirst() {
        return List.copyOf(roots.descendingMap().values());
    }

    /// The newest generation that any node tells.
    long newestNode() {
        return newestNode;
    }

    long nodesRead() {
        return nodesRead;
    }

    private void scanObject(String name) throws IOException {
        PackReader reader;
        try {
            reader = blocks.openPack(name);
        } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
            return;
        }
        for (long number : reader.packNumbers()) {
            try {
                scanPack(reader.table(number));
            } catch (CorruptionException _) {
                // Nothing to be found in it.
            }
        }
    }

    private void scanPack(PackTable table) throws IOException {
        for (int slot = 0; slot < table.slots(); slot++) {
            boolean isNode =
                    table.slot(slot).isPresent() && table.slot(slot).kind() == PackFormat.METADATA;
            if (isNode) {
                scanNode(BlockAddress.of(table.packNumber(), slot));
            }
        }
    }

    private void scanNode(long address) throws IOException {
        TreeRoot root;
        try {
            byte[] page = blocks.read(address);
            NodeFormat.check(page, address);
            root = new TreeRoot(address, NodeFormat.level(page), NodeFormat.generation(page));
        } catch (StoreFailedException e) {
            throw e;
        } catch (StorageException _) {
            return;
        }
        nodesRead++;
        newestNode = Math.max(newestNode, root.generation());
        TreeRoot known = roots.get(root.generation());
        boolean higher = known == null || known.level() < root.level();
        boolean recent = roots.size() < MAX_KEPT || root.generation() > roots.firstKey();
        if (higher && recent && leadsToTopLevel(root)) {
            roots.put(root.generation(), root);
            if (roots.size() > MAX_KEPT) {
                roots.pollFirstEntry();
            }
        }
    }

    private boolean leadsToTopLevel(TreeRoot root) throws IOException {
        try {
            byte[] key = RootKey.of(RootKey.SUBVOLUME, SubvolumeId.TOP_LEVEL);
            return new TreeReader(nodes, root).get(key) != null;
        } catch (CorruptionException | UnsupportedFormatException _) {
            return false;
        }
    }
}
