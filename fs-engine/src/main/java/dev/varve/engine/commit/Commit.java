package dev.varve.engine.commit;

import dev.varve.engine.format.Head;
import dev.varve.engine.format.Head.NewPack;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.Blocks;
import dev.varve.engine.pack.ContentKey;
import dev.varve.engine.tree.ItemReferences;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.Sharing;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeTrimmer;
import dev.varve.engine.tree.TreeWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/// A commit in the making, on top of a head. Used by one thread.
///
/// ```
/// contents, catalogs -> subvolume trees -> root tree -> counts -> packs tree
///     -> blocks durable -> heads/<generation>
/// ```
///
/// Each step writes the nodes that the step before made dirty; nothing refers to them until the
/// head is created.
public final class Commit {
    private final Head base;
    private final Heads heads;
    private final BlockStore blocks;
    private final NodeCache nodes;
    private final PackLedger ledger;
    private final RefCounts counts;
    private final ContentIndex contents;
    private final SubvolumeEditor subvolumes;
    private Consumer<Head> committed = _ -> {};
    private boolean leavesContents;

    /// @param unwritten what earlier commits have left out of the contents tree
    public Commit(
            Head base, Heads heads, BlockStore blocks, NodeCache nodes, UnwrittenContents unwritten)
            throws IOException {
        this.base = base;
        this.heads = heads;
        this.blocks = blocks;
        this.nodes = nodes;
        List<Long> freedByPacksTree = new ArrayList<>();
        TreeWriter packs =
                writer(
                        Subvolumes.treeRoot(base.packs()),
                        PackLedger.ownNodes(freedByPacksTree),
                        Commit::noReference);
        this.ledger =
                new PackLedger(
                        packs,
                        generation(),
                        freedByPacksTree,
                        blocks::isUncommitted,
                        base.relocatedPacks());
        Sharing unshared = ledger.unsharedNodes();
        TreeRoot countsRoot = Subvolumes.treeRoot(base.counts());
        this.counts = new RefCounts(writer(countsRoot, unshared, Commit::noReference), ledger);
        TreeRoot contentsRoot = Subvolumes.treeRoot(base.contents());
        this.contents =
                new ContentIndex(writer(contentsRoot, unshared, Commit::noReference), unwritten);
        TreeRoot rootsRoot = Subvolumes.treeRoot(base.roots());
        this.subvolumes =
                new SubvolumeEditor(
                        writer(rootsRoot, unshared, Commit::noReference), base.nextSubvolume());
        ledger.add(base.newPacks());
        base.freed().forEach(ledger::free);
    }

    private TreeWriter writer(TreeRoot root, Sharing sharing, ItemReferences references) {
        return new TreeWriter(nodes, blocks, sharing, references, root, generation());
    }

    private static long noReference(byte[] page, int ko, int kl, int vo, int vl) {
        return ItemReferences.NONE;
    }

    /// Tells whom it concerns when this is committed.
    public void onCommitted(Consumer<Head> listener) {
        committed = listener;
    }

    /// Leaves the contents tree to a later commit, which should follow soon.
    public void leaveContents() {
        leavesContents = true;
    }

    /// The generation this will be.
    public long generation() {
        return base.generation() + 1;
    }

    public SubvolumeEditor subvolumes() {
        return subvolumes;
    }

    public BlockReferences sharing() {
        return counts;
    }

    public BlockStore blocks() {
        return blocks;
    }

    /// Which block has which content.
    public ContentIndex contents() {
        return contents;
    }

    /// Stores the content of a subvolume.
    ///
    /// @param domain whose key seals it
    /// @param key under which it shares content with others
    public DataBlocks dataBlocks(int domain, ContentKey key, DataBlocks.Traits traits) {
        return new DataBlocks(blocks, counts, contents, new DataBlocks.Keys(domain, key), traits);
    }

    /// Opens a tree that may share nodes with others.
    ///
    /// @param home where new nodes go
    public TreeWriter openTree(TreeRoot root, ItemReferences references, Blocks home) {
        return new TreeWriter(nodes, home, counts, references, root, generation());
    }

    /// Opens a tree that is never cloned.
    public TreeWriter openUnsharedTree(TreeRoot root) {
        return writer(root, ledger.unsharedNodes(), Commit::noReference);
    }

    /// Frees about `maxNodes` nodes of a dropped tree, with what they refer to.
    ///
    /// @return what is left
    public TreeRoot trim(TreeRoot root, ItemReferences references, int maxNodes)
            throws IOException {
        return new TreeTrimmer(nodes, blocks, counts, references, root, generation())
                .trim(maxNodes);
    }

    /// The steps of a reclaim in this commit.
    public Reclaim reclaim() throws IOException {
        return new Reclaim(this, base, ledger, blocks, nodes);
    }

    /// Writes the contents tree, once all content is there and before the subvolume trees. It is
    /// large and only writers read it; behind it the nodes that lead to every file stand beside the
    /// table of their pack and are read with that.
    public void writeContents() throws IOException {
        if (!leavesContents && contents.isChanged()) {
            contents.flush();
        }
    }

    /// Makes everything durable and commits it. The trees opened here must have been flushed and
    /// their roots stored.
    public Head finish(Timestamp time) throws IOException {
        TreeRoot rootsRoot = subvolumes.flush();
        TreeRoot contentsRoot = leavesContents ? contents.leave() : contents.flush();
        TreeRoot countsRoot = counts.flush();
        ledger.add(blocks.takeSealed());
        List<Long> freedLater = new ArrayList<>();
        TreeRoot packsRoot = ledger.flush(freedLater);
        blocks.flush();
        List<NewPack> newPacks = blocks.takeSealed();
        Head head =
                new Head(
                        base.poolId(),
                        generation(),
                        time,
                        subvolumes.nextId(),
                        Subvolumes.storedRoot(rootsRoot),
                        Subvolumes.storedRoot(countsRoot),
                        Subvolumes.storedRoot(packsRoot),
                        Subvolumes.storedRoot(contentsRoot),
                        newPacks,
                        freedLater,
                        ledger.relocatedPacks());
        // From here on nobody knows whether the head exists until the store has said so: the packs
        // must stay, whatever it says.
        blocks.committed();
        heads.makeRoomFor(generation());
        heads.create(head);
        contents.committed();
        committed.accept(head);
        return head;
    }

    /// The head that every pool starts from; never stored.
    public static Head origin(UUID poolId) {
        SubvolumeRecord.Root empty = Subvolumes.storedRoot(TreeRoot.EMPTY);
        return new Head(
                poolId,
                0,
                Timestamp.EPOCH,
                SubvolumeId.FIRST_CREATED,
                empty,
                empty,
                empty,
                empty,
                List.of(),
                List.of(),
                0);
    }
}
