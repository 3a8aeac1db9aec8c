package dev.varve.engine.check;

import dev.varve.engine.check.RootTreeCheck.OtherTree;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.Head;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeWalker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a commit's subvolumes refer to, found by walking them, and beside it what the pool's own
/// books say of packs, as far as they can be read. The books themselves, which a repair writes
/// anew, count for nothing. Heap: as [Check].
public final class Survey {
    private static final long NODE_CACHE_BYTES = 64L << 20;

    private final BlockUse use = new BlockUse();
    private final BlockUse books = new BlockUse();
    private final Report lost = silent();
    private final boolean rootsComplete;

    private Survey(BlockStore blocks, Head head) throws IOException {
        NodeCache nodes = new NodeCache(blocks, NODE_CACHE_BYTES);
        new PacksTreeCheck(books, silent()).check(nodes, head);
        RootTreeCheck roots = new RootTreeCheck(nodes, head, use, lost);
        roots.check();
        this.rootsComplete = !lost.referencesMissing;
        for (SubvolumeTree tree : roots.subvolumes()) {
            walk(nodes, new OtherTree("subvolume " + tree.id(), tree.root()), true);
        }
        for (OtherTree tree : roots.deleted()) {
            walk(nodes, tree, true);
        }
        for (OtherTree tree : roots.catalogs()) {
            walk(nodes, tree, false);
        }
    }

    private static Report silent() {
        return new Report(_ -> {}, _ -> {});
    }

    private void walk(NodeCache nodes, OtherTree tree, boolean ofFiles) throws IOException {
        NodeTally tally = new NodeTally(tree::name, use, lost);
        new TreeWalker(
                        nodes,
                        new PlainWalk(
                                tally,
                                (TreeItem item) -> {
                                    if (ofFiles) {
                                        tally.fileItem(item);
                                    }
                                }))
                .walk(tree.root());
    }

    /// Walks a commit.
    public static Survey of(BlockStore blocks, Head head) throws IOException {
        return new Survey(blocks, head);
    }

    /// A pack as a commit lists it.
    ///
    /// @param object the number that names the object which answers for it
    public record Listed(long number, long object, int slots, int kind) {}

    /// The packs of a commit, as far as its list can be read.
    ///
    /// @param blocks that finds every block in its first object: there the packs tree is
    public static List<Listed> listed(BlockStore blocks, Head head) throws IOException {
        BlockUse listed = new BlockUse();
        NodeCache nodes = new NodeCache(blocks, NODE_CACHE_BYTES);
        new PacksTreeCheck(listed, silent()).check(nodes, head);
        List<Listed> packs = new ArrayList<>();
        for (PackUse pack : listed.packs()) {
            if (pack.isListed()) {
                packs.add(new Listed(pack.number(), pack.object(), pack.slots(), pack.kind()));
            }
        }
        return packs;
    }

    /// Whether every node could be read, so that what nothing refers to is free.
    public boolean isComplete() {
        return !lost.referencesMissing;
    }

    /// Whether every subvolume is known.
    public boolean knowsAllSubvolumes() {
        return rootsComplete;
    }

    /// Takes a block that has more than one reference.
    @FunctionalInterface
    public interface SharedBlocks {
        void take(long address, long references) throws IOException;
    }

    /// All blocks with more than one reference, ascending.
    public void shared(SharedBlocks taker) throws IOException {
        for (PackUse pack : use.packs()) {
            for (int slot = 0; slot < pack.sharedEnd(); slot++) {
                if (pack.references(slot) > 1) {
                    taker.take(BlockAddress.of(pack.number(), slot), pack.references(slot));
                }
            }
        }
    }

    /// What is known of a pack.
    ///
    /// @param referenced slots that something refers to
    /// @param listed whether the books have it; if not, what follows means nothing
    /// @param free slots that are free by the books
    public record Pack(
            long number,
            BitSet referenced,
            boolean listed,
            int slots,
            int kind,
            long storedBytes,
            long rawBytes,
            BitSet free) {}

    /// Takes one pack.
    @FunctionalInterface
    public interface Packs {
        void take(Pack pack) throws IOException;
    }

    /// All packs that are listed or referred to, ascending.
    public void packs(Packs taker) throws IOException {
        for (long number : numbers()) {
            PackUse listing = books.pack(number);
            PackUse used = use.pack(number);
            if (listing.isListed() || !used.referenced().isEmpty()) {
                taker.take(
                        new Pack(
                                number,
                                used.referenced(),
                                listing.isListed(),
                                listing.slots(),
                                listing.kind(),
                                listing.storedBytes(),
                                listing.rawBytes(),
                                listing.free()));
            }
        }
    }

    private Set<Long> numbers() {
        Set<Long> numbers = new TreeSet<>();
        use.packs().forEach(pack -> numbers.add(pack.number()));
        books.packs().forEach(pack -> numbers.add(pack.number()));
        return numbers;
    }

    /// The root of the tree that a block's count stands in, by its key.
    public static byte[] countKey(long address) {
        return CountsTreeCheck.key(address);
    }

    /// What is left of a commit's own counts: only those that can be read.
    public static void recordedCounts(BlockStore blocks, Head head, SharedBlocks taker)
            throws IOException {
        NodeCache nodes = new NodeCache(blocks, NODE_CACHE_BYTES);
        NodeTally tally = new NodeTally(() -> "counts tree", new BlockUse(), silent());
        new TreeWalker(
                        nodes,
                        new PlainWalk(
                                tally,
                                item -> {
                                    long address = CountsTreeCheck.address(item);
                                    long count = CountsTreeCheck.count(item);
                                    if (BlockAddress.isValid(address) && count > 1) {
                                        taker.take(address, count);
                                    }
                                }))
                .walk(Subvolumes.treeRoot(head.counts()));
    }
}
