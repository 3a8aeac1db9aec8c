package dev.varve.engine;

import dev.varve.engine.commit.PackSpace;
import dev.varve.engine.commit.StoredCounts;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.model.PoolSpace;
import dev.varve.engine.model.StoredSize;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeSpace;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.SpaceWalker;
import dev.varve.engine.tree.TreeRoot;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;

/// Reads one head's trees and the tables of packs.
final class StoredSpace implements SpaceReport {
    private final Head head;
    private final NodeCache nodes;
    private final BlockStore blocks;
    private final Subvolumes subvolumes;
    private final SpaceWalker walker;

    StoredSpace(Head head, NodeCache nodes, BlockStore blocks, Subvolumes subvolumes) {
        this.head = head;
        this.nodes = nodes;
        this.blocks = blocks;
        this.subvolumes = subvolumes;
        StoredCounts counts = new StoredCounts(head, nodes);
        this.walker =
                new SpaceWalker(nodes, FileItems.REFERENCES, counts::of, blocks::storedLength);
    }

    @Override
    public SubvolumeSpace of(SubvolumeId id) throws IOException {
        return walker.measure(root(id));
    }

    private TreeRoot root(SubvolumeId id) throws IOException {
        return Subvolumes.treeRoot(
                subvolumes
                        .find(id)
                        .orElseThrow(() -> new NoSuchFileException("subvolume " + id))
                        .root());
    }

    @Override
    public long freedByDeleting(Collection<SubvolumeId> ids) throws IOException {
        SpaceWalker.Freeing freeing = walker.freeing();
        long bytes = 0;
        for (SubvolumeId id : ids) {
            bytes = freeing.delete(root(id));
        }
        return bytes;
    }

    @Override
    public StoredSize sizeOf(long block) throws IOException {
        PackSlot slot = blocks.slot(block);
        return new StoredSize(slot.storedLength(), slot.rawLength());
    }

    @Override
    public PoolSpace pool() throws IOException {
        long deleted = 0;
        for (Subvolumes.Ids ids = subvolumes.deleted(); ids.advance(); ) {
            deleted++;
        }
        return PackSpace.of(head, nodes, deleted);
    }
}
