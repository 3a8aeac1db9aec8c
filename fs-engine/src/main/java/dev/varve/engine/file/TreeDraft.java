package dev.varve.engine.file;

import dev.varve.engine.commit.BlockReferences;
import dev.varve.engine.commit.DataBlocks;
import dev.varve.engine.format.FileKey;
import dev.varve.engine.format.InodeFormat;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.pack.Blocks;
import dev.varve.engine.pack.ContentKey;
import dev.varve.engine.tree.TreeCursor;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One subvolume's tree while it is being changed: the writer, and the inode in work, which is
/// written to the tree only when another takes its place. Used by one thread.
///
/// Order matters wherever an item that refers to a block goes or changes: the tree first, the
/// block's count second. Changing the tree may copy a shared leaf, and only that copy makes the
/// counts say what this tree holds.
public final class TreeDraft {
    /// Dirty nodes beyond this are written out in the middle of a transaction.
    private static final long SPILL_BYTES = 24L << 20;

    private static final int REMOVE_BATCH = 512;

    private final TreeWriter tree;
    private final Blocks blocks;
    private final BlockReferences sharing;
    private final DataBlocks data;
    private final FileItems items;
    private final long generation;
    private BusyDirectories busy;
    private long nextInode;
    private @Nullable Inode current;
    private boolean currentChanged;

    /// @param nextInode the first inode number never used in this tree's lineage
    public TreeDraft(
            TreeWriter tree,
            Blocks blocks,
            BlockReferences sharing,
            DataBlocks data,
            long generation,
            long nextInode) {
        this.tree = tree;
        this.blocks = blocks;
        this.sharing = sharing;
        this.data = data;
        this.items = new FileItems(tree, blocks);
        this.busy = new BusyDirectories(nextInode);
        this.generation = generation;
        this.nextInode = nextInode;
    }

    /// The items, all changes included.
    public FileItems items() throws IOException {
        settle();
        return items;
    }

    public long nextInode() {
        return nextInode;
    }

    public long generation() {
        return generation;
    }

    /// Writes everything out to blocks and returns the root; the draft may go on being changed.
    public TreeRoot flush() throws IOException {
        settle();
        return tree.flush(busy.take(items));
    }

    Blocks blocks() {
        return blocks;
    }

    /// Where content goes.
    DataBlocks data() {
        return data;
    }

    /// How this subvolume's content is stored.
    public DataBlocks.Traits traits() {
        return data.traits();
    }

    /// What names this subvolume's contents.
    public ContentKey contentKey() {
        return data.key();
    }

    BlockReferences sharing() {
        return sharing;
    }

    /// The items without the inode in work; for all but inode items the same, and cheaper.
    FileItems otherItems() {
        return items;
    }

    /// A name was added.
    void added(Link place, long number, FileType type) throws IOException {
        busy.added(place, number, type, items);
    }

    /// Counts on from what an earlier step of the same change has left.
    public void goOnFrom(BusyDirectories counted) {
        busy = counted;
    }

    /// Leaves what was counted to the next step.
    public BusyDirectories leaveCounts() {
        BusyDirectories counted = busy;
        busy = new BusyDirectories(nextInode);
        return counted;
    }

    long takeInodeNumber() {
        return nextInode++;
    }

    Inode inode(long number) throws IOException {
        if (current == null || current.number() != number) {
            Inode loaded = items.inode(number);
            settle();
            current = loaded;
        }
        return current;
    }

    void putInode(Inode inode) throws IOException {
        if (current != null && current.number() != inode.number()) {
            settle();
        }
        current = inode;
        currentChanged = true;
    }

    void removeInode(long number) throws IOException {
        if (current != null && current.number() == number) {
            current = null;
            currentChanged = false;
        }
        tree.remove(FileKey.of(number, FileKey.INODE));
    }

    void put(byte[] key, byte[] value) throws IOException {
        tree.put(key, value);
        tree.spillBeyond(SPILL_BYTES);
    }

    boolean remove(byte[] key) throws IOException {
        return tree.remove(key);
    }

    byte @Nullable [] get(byte[] key) throws IOException {
        return tree.get(key);
    }

    TreeCursor cursor() {
        return tree.cursor();
    }

    /// Removes all items that start with the prefix, and drops the blocks they refer to.
    void removeAll(byte[] prefix) throws IOException {
        List<byte[]> keys = new ArrayList<>();
        List<Long> released = new ArrayList<>();
        do {
            keys.clear();
            released.clear();
            collect(prefix, keys, released);
            for (byte[] key : keys) {
                tree.remove(key);
            }
            for (long block : released) {
                sharing.release(block);
            }
        } while (keys.size() == REMOVE_BATCH);
    }

    private void collect(byte[] prefix, List<byte[]> keys, List<Long> referred) throws IOException {
        TreeCursor at = tree.cursor();
        boolean found = at.seek(prefix);
        while (found && at.keyStartsWith(prefix) && keys.size() < REMOVE_BATCH) {
            keys.add(at.key());
            long block =
                    FileItems.REFERENCES.blockOf(
                            at.page(),
                            at.keyOffset(),
                            at.keyLength(),
                            at.valueOffset(),
                            at.valueLength());
            if (block != 0) {
                referred.add(block);
            }
            found = at.next();
        }
    }

    private void settle() throws IOException {
        if (current != null && currentChanged) {
            put(FileKey.of(current.number(), FileKey.INODE), InodeFormat.write(current));
            currentChanged = false;
        }
    }
}
