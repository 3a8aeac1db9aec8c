package dev.varve.engine.check;

import dev.varve.engine.commit.Commit;
import dev.varve.engine.commit.Heads;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.commit.UnwrittenContents;
import dev.varve.engine.commit.WriterNumbers;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.Head.NewPack;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.BlockStoreOptions;
import dev.varve.engine.pack.PackLocator;
import dev.varve.engine.pack.Sealer;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.tree.ItemReferences;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.Sharing;
import dev.varve.engine.tree.TreeReader;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Puts into a pool what the engine never would: commits with whatever items, counts and marks, and
/// objects with other bytes.
final class Surgery implements Closeable {
    private static final int EVERYTHING = 1 << 30;

    private final Heads heads;
    private final BlockStore blocks;
    private final NodeCache nodes;

    Surgery(ObjectStore store, UUID poolId) {
        this(store, poolId, Sealer.PLAIN);
    }

    Surgery(ObjectStore store, UUID poolId, Sealer sealer) {
        this.heads = new Heads(store, poolId, sealer);
        this.blocks =
                new BlockStore(
                        store,
                        poolId,
                        BlockStoreOptions.of(ChecksumKind.XXH3, 1, 1),
                        new WriterNumbers(store, poolId)::claim,
                        PackLocator.FIRST_OBJECT,
                        sealer);
        this.nodes = new NodeCache(blocks, 1 << 20);
    }

    Head head() throws IOException {
        return heads.newest();
    }

    SubvolumeRecord record(SubvolumeId id) throws IOException {
        return new Subvolumes(reader(head().roots())).find(id).orElseThrow();
    }

    TreeReader reader(SubvolumeRecord.Root root) {
        return new TreeReader(nodes, Subvolumes.treeRoot(root));
    }

    FileItems items(SubvolumeId id) throws IOException {
        return new FileItems(reader(record(id).root()), blocks);
    }

    BlockStore blocks() {
        return blocks;
    }

    NodeCache nodes() {
        return nodes;
    }

    /// Changes a commit in the making.
    interface Operation<T> {
        void on(T patient) throws IOException;
    }

    /// A commit that keeps counts and free marks as it should, but for what is done to it.
    void commit(Operation<Commit> operation) throws IOException {
        Commit commit = new Commit(head(), heads, blocks, nodes, new UnwrittenContents());
        operation.on(commit);
        commit.finish(Timestamp.EPOCH);
    }

    /// Changes the items of a subvolume.
    void tree(SubvolumeId id, Operation<TreeWriter> operation) throws IOException {
        SubvolumeRecord record = record(id);
        commit(commit -> {
            TreeWriter tree =
                    commit.openTree(
                            Subvolumes.treeRoot(record.root()), FileItems.REFERENCES, blocks);
            operation.on(tree);
            SubvolumeRecord.Root root = Subvolumes.storedRoot(tree.flush());
            commit.subvolumes().put(id, record.withRoot(root, record.nextInode()));
        });
    }

    /// Changes the items of the root tree, indexes and all.
    void roots(Operation<TreeWriter> operation) throws IOException {
        Head head = head();
        List<Long> freed = new ArrayList<>(head.freed());
        SubvolumeRecord.Root root = rewrite(head.roots(), freed, operation);
        createHead(head, new SubvolumeRecord.Root[] {root, head.packs(), head.contents()}, freed);
    }

    /// Changes the items of the packs tree.
    void packs(Operation<TreeWriter> operation) throws IOException {
        Head head = head();
        List<Long> freed = new ArrayList<>(head.freed());
        SubvolumeRecord.Root root = rewrite(head.packs(), freed, operation);
        createHead(head, new SubvolumeRecord.Root[] {head.roots(), root, head.contents()}, freed);
    }

    /// Changes the items of the contents tree.
    void contents(Operation<TreeWriter> operation) throws IOException {
        Head head = head();
        List<Long> freed = new ArrayList<>(head.freed());
        SubvolumeRecord.Root root = rewrite(head.contents(), freed, operation);
        createHead(head, new SubvolumeRecord.Root[] {head.roots(), head.packs(), root}, freed);
    }

    private SubvolumeRecord.Root rewrite(
            SubvolumeRecord.Root root, List<Long> freed, Operation<TreeWriter> operation)
            throws IOException {
        TreeRoot old = Subvolumes.treeRoot(root);
        ItemReferences none = (_, _, _, _, _) -> ItemReferences.NONE;
        TreeWriter tree =
                new TreeWriter(
                        nodes, blocks, new Freeing(freed), none, old, head().generation() + 1);
        operation.on(tree);
        return Subvolumes.storedRoot(tree.flush());
    }

    /// @param roots of the root tree, the packs tree and the contents tree
    private void createHead(Head base, SubvolumeRecord.Root[] roots, List<Long> freed)
            throws IOException {
        blocks.flush();
        List<NewPack> packs = new ArrayList<>(base.newPacks());
        packs.addAll(blocks.takeSealed());
        blocks.committed();
        heads.create(
                new Head(
                        base.poolId(),
                        base.generation() + 1,
                        base.time(),
                        base.nextSubvolume(),
                        roots[0],
                        base.counts(),
                        roots[1],
                        roots[2],
                        packs,
                        freed,
                        base.relocatedPacks()));
    }

    private record Freeing(List<Long> freed) implements Sharing {
        @Override
        public boolean isShared(long address) {
            return false;
        }

        @Override
        public void retain(long address) {}

        @Override
        public void release(long address) {
            freed.add(address);
        }
    }

    // --- objects ---

    static byte[] get(ObjectStore store, String name) throws IOException {
        return store.get(name, new ByteRange.From(0, EVERYTHING)).bytes();
    }

    static void replace(ObjectStore store, String name, byte[] bytes) throws IOException {
        store.delete(name);
        store.create(name, List.of(ByteBuffer.wrap(bytes)));
    }

    static void flip(ObjectStore store, String name, long offset) throws IOException {
        byte[] bytes = get(store, name);
        bytes[(int) offset] ^= 0x10;
        replace(store, name, bytes);
    }

    static void swap(ObjectStore store, String a, String b) throws IOException {
        byte[] bytes = get(store, a);
        replace(store, a, get(store, b));
        replace(store, b, bytes);
    }

    @Override
    public void close() {
        blocks.close();
    }
}
