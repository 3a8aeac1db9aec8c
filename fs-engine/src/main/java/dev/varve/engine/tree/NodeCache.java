package dev.varve.engine.tree;

import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.pack.Blocks;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Checked nodes by address, shared by all trees of a pool and bounded in bytes. Hits take no lock;
/// what was used since the hand last passed stays (the clock algorithm). Any thread may call.
public final class NodeCache {
    private final Blocks blocks;
    private final long maxBytes;
    private final ConcurrentHashMap<Long, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicLong loads = new AtomicLong();

    /// The clock's ring, oldest first, and what it holds; both guarded by the ring.
    private final ArrayDeque<Entry> ring = new ArrayDeque<>();

    private long ringBytes;

    /// @param maxBytes bound on the bytes of nodes kept
    public NodeCache(Blocks blocks, long maxBytes) {
        this.blocks = blocks;
        this.maxBytes = maxBytes;
    }

    /// Nodes read from blocks so far, for statistics.
    public long loads() {
        return loads.get();
    }

    /// Forgets everything. Needed after blocks were dropped whose addresses may be used again.
    public void clear() {
        synchronized (ring) {
            entries.clear();
            ring.clear();
            ringBytes = 0;
        }
    }

    /// A tree's root node. The tree is not empty.
    byte[] root(TreeRoot root) throws IOException {
        return expect(node(root.address()), root.address(), root.level(), root.generation());
    }

    /// The child in a slot of a node of level 1 or more.
    byte[] child(byte[] page, int slot) throws IOException {
        long address = NodeFormat.childAddress(page, slot);
        int level = NodeFormat.level(page) - 1;
        return expect(node(address), address, level, NodeFormat.childGeneration(page, slot));
    }

    /// Any node, checked in itself but not against its parent.
    byte[] node(long address) throws IOException {
        Entry entry = entries.get(address);
        if (entry != null) {
            entry.touch();
            return entry.page;
        }
        byte[] page = blocks.read(address);
        loads.incrementAndGet();
        NodeFormat.check(page, address);
        add(address, page);
        return page;
    }

    /// A node for one look: nothing in it leads outside of it, and that is all that was checked. It
    /// is not kept.
    byte[] peek(long address) throws IOException {
        Entry entry = entries.get(address);
        if (entry != null) {
            return entry.page;
        }
        byte[] page = blocks.read(address);
        loads.incrementAndGet();
        NodeFormat.checkBounds(page, address);
        return page;
    }

    /// Takes in a node that is known to be sound.
    void add(long address, byte[] page) {
        if (page.length > maxBytes) {
            return;
        }
        Entry entry = new Entry(address, page);
        if (entries.putIfAbsent(address, entry) != null) {
            return;
        }
        synchronized (ring) {
            ring.add(entry);
            ringBytes += page.length;
            while (ringBytes > maxBytes) {
                evictOne();
            }
        }
    }

    private void evictOne() {
        Entry oldest = ring.remove();
        if (oldest.takeUse()) {
            ring.add(oldest);
        } else {
            entries.remove(oldest.address, oldest);
            ringBytes -= oldest.page.length;
        }
    }

    private static byte[] expect(byte[] page, long address, int level, long generation)
            throws CorruptionException {
        if (NodeFormat.level(page) != level) {
            throw new CorruptionException(
                    NodeFormat.name(address), "level " + level, "" + NodeFormat.level(page));
        }
        if (NodeFormat.generation(page) != generation) {
            throw new CorruptionException(
                    NodeFormat.name(address),
                    "generation " + generation,
                    "" + NodeFormat.generation(page));
        }
        return page;
    }

    private static final class Entry {
        final long address;
        final byte[] page;

        /// A hint: a lost update costs at most a reload.
        private volatile boolean used;

        Entry(long address, byte[] page) {
            this.address = address;
            this.page = page;
        }

        void touch() {
            if (!used) {
                used = true;
            }
        }

        boolean takeUse() {
            boolean was = used;
            used = false;
            return was;
        }
    }
}
