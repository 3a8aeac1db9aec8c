package dev.varve.engine.tree;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.SubvolumeSpace;
import java.io.IOException;
import java.io.InterruptedIOException;

/// Measures what trees take in packs, and how much of it deleting them would free. What trees share
/// is walked once, so many snapshots of one subvolume cost little more than what differs in each.
/// Used by one thread.
///
/// ```
///      S1        S2           a path of counts that are all 1 leads to what is exclusive;
///     /  \      /  \          below the first greater one everything is shared
///   A(1)  B(2)-'   C(1)
/// ```
public final class SpaceWalker {
    /// What is remembered of shared blocks; beyond it they are looked up again.
    private static final int MOST_KNOWN = 1 << 21;

    private final NodeCache nodes;
    private final ItemReferences references;
    private final Counts counts;
    private final Sizes sizes;

    /// The stored bytes at and below everything known to be shared.
    private final AddressMap shared = new AddressMap();

    private long exclusive;

    /// Tells how many references a block has.
    @FunctionalInterface
    public interface Counts {
        int of(long address) throws IOException;
    }

    /// Tells how many bytes a block takes in its pack.
    @FunctionalInterface
    public interface Sizes {
        long of(long address) throws IOException;
    }

    public SpaceWalker(NodeCache nodes, ItemReferences references, Counts counts, Sizes sizes) {
        this.nodes = nodes;
        this.references = references;
        this.counts = counts;
        this.sizes = sizes;
    }

    /// Measures one tree.
    public SubvolumeSpace measure(TreeRoot root) throws IOException {
        exclusive = 0;
        long known = root.isEmpty() ? 0 : shared.get(root.address());
        long total = known != AddressMap.ABSENT ? known : node(root.address(), root.level(), false);
        return new SubvolumeSpace(total, exclusive);
    }

    private long node(long address, int level, boolean parentShared) throws IOException {
        boolean isShared = parentShared || counts.of(address) > 1;
        byte[] page = page(address, level);
        long own = sizes.of(address);
        exclusive += isShared ? 0 : own;
        long total = own;
        int count = NodeFormat.count(page);
        for (int slot = 0; slot < count; slot++) {
            if (level > 0) {
                long child = NodeFormat.childAddress(page, slot);
                long childTotal = shared.get(child);
                total +=
                        childTotal != AddressMap.ABSENT
                                ? childTotal
                                : node(child, level - 1, isShared);
            } else {
                long block = NodeReferences.blockOf(page, slot, references);
                total += block == ItemReferences.NONE ? 0 : block(block, isShared);
            }
        }
        if (isShared) {
            remember(address, total);
        }
        return total;
    }

    private byte[] page(long address, int level) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
        byte[] page = nodes.node(BlockAddress.requireValid("a node's child", address));
        if (NodeFormat.level(page) != level) {
            throw new CorruptionException(
                    NodeFormat.name(address), "level " + level, "" + NodeFormat.level(page));
        }
        return page;
    }

    private long block(long address, boolean leafShared) throws IOException {
        if (leafShared) {
            return sizes.of(address);
        }
        long known = shared.get(address);
        if (known != AddressMap.ABSENT) {
            return known;
        }
        long size = sizes.of(address);
        if (counts.of(address) > 1) {
            remember(address, size);
        } else {
            exclusive += size;
        }
        return size;
    }

    private void remember(long address, long bytes) {
        if (shared.size() < MOST_KNOWN) {
            shared.put(address, bytes);
        }
    }

    /// What deleting several trees together frees. Heap: 32 bytes for each reference from what only
    /// they hold to what others hold too.
    public Freeing freeing() {
        return new Freeing();
    }

    /// Plays the deletion of trees, one after the other, without changing anything.
    public final class Freeing {
        /// References taken away so far.
        private final AddressMap gone = new AddressMap();

        private long bytes;

        /// Deletes one more tree.
        ///
        /// @return what all deleted so far free together
        public long delete(TreeRoot root) throws IOException {
            if (!root.isEmpty()) {
                release(root.address(), root.level());
            }
            return bytes;
        }

        private boolean isLast(long address) throws IOException {
            long taken = Math.max(0, gone.get(address));
            if (counts.of(address) - taken > 1) {
                gone.put(address, taken + 1);
                return false;
            }
            bytes += sizes.of(address);
            return true;
        }

        private void release(long address, int level) throws IOException {
            if (!isLast(address)) {
                return;
            }
            byte[] page = page(address, level);
            for (int slot = 0; slot < NodeFormat.count(page); slot++) {
                if (level > 0) {
                    release(NodeFormat.childAddress(page, slot), level - 1);
                } else {
                    long block = NodeReferences.blockOf(page, slot, references);
                    if (block != ItemReferences.NONE) {
                        isLast(block);
                    }
                }
            }
        }
    }
}
