package dev.varve.engine;

import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.model.DamageListener;
import dev.varve.engine.model.DamageListener.Damage;
import dev.varve.engine.model.DeletedSubvolume;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.PropertyValue;
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
import org.jspecify.annotations.Nullable;

/// The state that one head describes.
final class CommittedView implements ReadView {
    private final Head head;
    private final NodeCache nodes;
    private final BlockStore blocks;
    private final Subvolumes subvolumes;
    private final SubvolumeDescriber describer;
    private final Runnable unpin;
    private final TreeReader counts;
    private final @Nullable DamageListener lost;

    /// @param unpin run when this is closed
    CommittedView(Head head, NodeCache nodes, BlockStore blocks, Runnable unpin) {
        this(head, nodes, blocks, unpin, null);
    }

    /// @param lost told of what is read around; null if damage is an error
    private CommittedView(
            Head head,
            NodeCache nodes,
            BlockStore blocks,
            Runnable unpin,
            @Nullable DamageListener lost) {
        this.unpin = unpin;
        this.lost = lost;
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
        SubvolumeInfo info = describer.require(id);
        return new CommittedTree(info, tree, items(info, tree), counts);
    }

    private FileItems items(SubvolumeInfo info, TreeReader tree) {
        DamageListener listener = lost;
        if (listener == null) {
            return new FileItems(tree, blocks);
        }
        String path = info.path();
        return new FileItems(
                tree.readingAround(damage ->
                        listener.lost(
                                new Damage(path, 0, 0, 0, String.valueOf(damage.getMessage())))),
                blocks,
                (inode, extent, damage) ->
                        listener.lost(
                                new Damage(
                                        path,
                                        inode,
                                        extent.offset(),
                                        extent.length(),
                                        String.valueOf(damage.getMessage()))));
    }

    /// The same, read around damage; closing it closes this.
    ReadView readingAround(DamageListener listener) {
        return new CommittedView(head, nodes, blocks, unpin, listener);
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
    public PropertyValue property(SubvolumeId id, Property property) throws IOException {
        return new SubvolumeProperties(subvolumes).find(id, property);
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
