package dev.varve.engine.tree;

import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.SubvolumeSpace;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

    /// Leaves read ahead below one node: some kilobytes for each.
    private static final int MOST_LEAVES = 2048;

    /// Their parents read ahead.
    private static final int MOST_PARENTS = 8;

    private static final long[] NOTHING = {};

    private final NodeCache nodes;
    private final ItemReferences references;
    private final Counts counts;
    private final Sizes sizes;

    private final ReadAhead<byte[]> pages;
    private final ReadAhead<long[]> leaves;

    /// Those whose leaves were read ahead.
    private final Map<Long, Inner> inners = new HashMap<>();

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
        this.pages = new ReadAhead<>(this.nodes::peek);
        this.leaves = new ReadAhead<>(this::blocksOf);
    }

    /// Measures one tree.
    public SubvolumeSpace measure(TreeRoot root) throws IOException {
        exclusive = 0;
        long known = root.isEmpty() ? 0 : shared.get(root.address());
        long total = known != AddressMap.ABSENT ? known : node(root.address(), root.level(), false);
        return new SubvolumeSpace(total, exclusive);
    }

    private long node(long address, int level, boolean parentShared) throws IOException {
        requireNotInterrupted();
        boolean isShared = parentShared || counts.of(address) > 1;
        long own = sizes.of(address);
        exclusive += isShared ? 0 : own;
        long total = own;
        if (level == 0) {
            for (long block : leaves.take(address)) {
                total += block(block, isShared);
            }
        } else {
            total += children(address, level, isShared);
        }
        if (isShared) {
            remember(address, total);
        }
        return total;
    }

    /// What is known of a node above the leaves.
    ///
    /// @param knownBytes at and below its children that were met before
    /// @param others the addresses of the others
    private record Inner(long knownBytes, long[] others) {}

    private Inner inner(byte[] page) {
        int count = NodeFormat.count(page);
        long knownBytes = 0;
        long[] others = NOTHING;
        int size = 0;
        for (int slot = 0; slot < count; slot++) {
            long child = NodeFormat.childAddress(page, slot);
            long known = shared.get(child);
            if (known != AddressMap.ABSENT) {
                knownBytes += known;
            } else {
                others = size < others.length ? others : Arrays.copyOf(others, 2 * size + 8);
                others[size++] = child;
            }
        }
        return new Inner(knownBytes, Arrays.copyOf(others, size));
    }

    private long children(long address, int level, boolean isShared) throws IOException {
        Inner ahead = inners.remove(address);
        Inner inner = ahead == null ? inner(page(address, level)) : ahead;
        long total = inner.knownBytes();
        int readTo = ahead == null ? 0 : inner.others().length;
        for (int i = 0; i < inner.others().length; i++) {
            if (i == readTo) {
                readTo = readAhead(inner.others(), level, i);
            }
            long child = inner.others()[i];
            long known = shared.get(child);
            total += known != AddressMap.ABSENT ? known : node(child, level - 1, isShared);
        }
        return total;
    }

    /// Reads the next leaves below a node of one of the two levels above them.
    ///
    /// @return up to which child all that is needed was read
    private int readAhead(long[] children, int level, int from) throws IOException {
        int most = level == 1 ? MOST_LEAVES : level == 2 ? MOST_PARENTS : children.length;
        int to = Math.min(children.length, from + most);
        List<Long> next = new ArrayList<>();
        for (int i = from; i < to; i++) {
            next.add(children[i]);
        }
        if (level == 1) {
            leaves.fetch(next);
        } else if (level == 2) {
            pages.fetch(next);
            leaves.fetch(leavesBelow(next));
        }
        return to;
    }

    private List<Long> leavesBelow(List<Long> parents) throws IOException {
        List<Long> below = new ArrayList<>();
        for (long parent : parents) {
            if (pages.has(parent)) {
                Inner inner = inner(page(parent, 1));
                inners.put(parent, inner);
                for (long leaf : inner.others()) {
                    below.add(leaf);
                }
            }
        }
        return below;
    }

    private static void requireNotInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
    }

    private byte[] page(long address, int level) throws IOException {
        return requireLevel(pages.take(address), address, level);
    }

    private static byte[] requireLevel(byte[] page, long address, int level)
            throws CorruptionException {
        if (NodeFormat.level(page) != level) {
            throw new CorruptionException(
                    NodeFormat.name(address), "level " + level, "" + NodeFormat.level(page));
        }
        return page;
    }

    /// The blocks that a leaf refers to, each as often as it does.
    private long[] blocksOf(long address) throws IOException {
        byte[] page = requireLevel(nodes.peek(address), address, 0);
        long[] found = NOTHING;
        int size = 0;
        int count = NodeFormat.count(page);
        for (int slot = 0; slot < count; slot++) {
            long block = NodeReferences.blockOf(page, slot, references);
            if (block != ItemReferences.NONE) {
                found = size < found.length ? found : Arrays.copyOf(found, 2 * size + 8);
                found[size++] = block;
            }
        }
        return size == found.length ? found : Arrays.copyOf(found, size);
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
            requireNotInterrupted();
            if (level == 0) {
                for (long block : leaves.take(address)) {
                    isLast(block);
                }
                return;
            }
            byte[] page = page(address, level);
            for (int slot = 0; slot < NodeFormat.count(page); slot++) {
                release(NodeFormat.childAddress(page, slot), level - 1);
            }
        }
    }
}
