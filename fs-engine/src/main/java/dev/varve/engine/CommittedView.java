package dev.varve.engine;

import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.RingRecord;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.model.DeletedSubvolume;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.UUID;

/// The state that one head describes.
final class CommittedView implements ReadView {
    private final Head head;
    private final NodeCache nodes;
    private final BlockStore blocks;
    private final Subvolumes subvolumes;
    private final SubvolumeDescriber describer;
    private final Runnable unpin;
    private final TreeReader counts;

    /// @param unpin run when this is closed
    CommittedView(Head head, NodeCache nodes, BlockStore blocks, Runnable unpin) {
        this.unpin = unpin;
        this.head = head;
        this.nodes = nodes;
        this.blocks = blocks;
        this.counts = new TreeReader(nodes, Subvolumes.treeRoot(head.counts()));
        this.subvolumes = new Subvolumes(new TreeReader(nodes, Subvolumes.treeRoot(head.roots())));
        this.describer = new SubvolumeDescriber(subvolumes, id -> new FileItems(tree(id), blocks));
    }

    Head head() {
        return head;
    }

    @Override
    public long generation() {
        return head.generation();
    }

    @Override
    public SubvolumeId defaultSubvolume() throws IOException {
        return subvolumes.defaultSubvolume();
    }

    @Override
    public boolean hasOwnKey(SubvolumeId id) throws IOException {
        return subvolumes.keyDomain(id) != RingRecord.SHARED;
    }

    @Override
    public Scan<DeletedSubvolume> deletedSubvolumes() {
        return describer.deleted();
    }

    @Override
    public Scan<SubvolumeInfo> subvolumes() {
        return describer.all();
    }

    @Override
    public Optional<SubvolumeInfo> find(SubvolumeId id) throws IOException {
        return describer.find(id);
    }

    @Override
    public Optional<SubvolumeInfo> findByUuid(UUID uuid) throws IOException {
        return describer.findByUuid(uuid);
    }

    @Override
    public Scan<SubvolumeInfo> findByReceivedUuid(UUID uuid) {
        return describer.receivedAs(uuid);
    }

    @Override
    public FileTree open(SubvolumeId id) throws IOException {
        TreeReader tree = tree(id);
        FileItems items = new FileItems(tree, blocks);
        return new CommittedTree(describer.require(id), tree, items, counts);
    }

    /// A subvolume as a transaction on top of this has recorded it.
    FileTree open(SubvolumeInfo info, SubvolumeRecord record) {
        TreeReader tree = tree(record);
        return new CommittedTree(info, tree, new FileItems(tree, blocks), counts);
    }

    FileItems items(SubvolumeRecord record) {
        return new FileItems(tree(record), blocks);
    }

    private TreeReader tree(SubvolumeRecord record) {
        return new TreeReader(nodes, Subvolumes.treeRoot(record.root()));
    }

    private TreeReader tree(SubvolumeId id) throws IOException {
        SubvolumeRecord record =
                subvolumes.find(id).orElseThrow(() -> new NoSuchFileException("subvolume " + id));
        return tree(record);
    }

    @Override
    public Optional<SubvolumeInfo> child(FileTree parent, long directory, DirEntry entry)
            throws IOException {
        return describer.child(parent.info().id(), directory, entry);
    }

    @Override
    public SpaceReport space() {
        return new StoredSpace(head, nodes, blocks, subvolumes);
    }

    @Override
    public Optional<byte[]> catalogItem(SubvolumeId id, String name, byte[] key)
            throws IOException {
        return Optional.ofNullable(new TreeReader(nodes, subvolumes.catalog(id, name)).get(key));
    }

    @Override
    public void close() {
        unpin.run();
    }
}
