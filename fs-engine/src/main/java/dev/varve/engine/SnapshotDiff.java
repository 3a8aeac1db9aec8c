package dev.varve.engine;

import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.EntryFormat;
import dev.varve.engine.format.FileKey;
import dev.varve.engine.format.InodeFormat;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.XattrName;
import dev.varve.engine.tree.TreeDiff;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// What differs between two committed trees of one lineage, in the time of what differs: nodes that
/// both share are skipped whole.
public final class SnapshotDiff implements Scan<Change> {
    private static final long NO_INODE = 0;

    private final TreeDiff items;
    private final Queue<Change> ready = new ArrayDeque<>();
    private @Nullable Change current;
    private long deleted = NO_INODE;
    private ExtentSweep extents = new ExtentSweep(NO_INODE, ready);
    private boolean ended;

    private SnapshotDiff(TreeDiff items) {
        this.items = items;
    }

    /// The changes that lead from `older` to `newer`, ordered by inode number.
    ///
    /// @throws IllegalArgumentException if one of the trees is not from a [ReadView]
    public static Scan<Change> between(FileTree older, FileTree newer) throws IOException {
        if (older instanceof CommittedTree from && newer instanceof CommittedTree to) {
            return new SnapshotDiff(new TreeDiff(from.reader(), to.reader()));
        }
        throw new IllegalArgumentException("only committed trees can be compared");
    }

    @Override
    public boolean advance() throws IOException {
        while (ready.isEmpty() && !ended) {
            if (items.advance()) {
                take(items.key(), items.olderValue(), items.newerValue());
            } else {
                extents.end();
                ended = true;
            }
        }
        current = ready.poll();
        return current != null;
    }

    @Override
    public Change current() {
        if (current == null) {
            throw new IllegalStateException("no current change");
        }
        return current;
    }

    private void take(byte[] key, byte @Nullable [] older, byte @Nullable [] newer)
            throws IOException {
        int type = key.length < FileKey.REST ? 0 : FileKey.type(key, 0);
        if (!FileKey.isValid(key.length, type)) {
            throw new CorruptionException("subvolume tree", "a key", key.length + " bytes");
        }
        long inode = FileKey.inode(key, 0);
        if (extents.inode() != inode) {
            extents.end();
            extents = new ExtentSweep(inode, ready);
        }
        switch (type) {
            case FileKey.INODE -> inodeChanged(inode, older, newer);
            case FileKey.LINK -> linkChanged(inode, key, newer);
            case FileKey.XATTR -> xattrChanged(inode, key, newer);
            case FileKey.ENTRY -> entryChanged(inode, key, older, newer);
            case FileKey.EXTENT -> extentChanged(inode, key, older, newer);
            default -> {
                // A symlink's target never changes: it comes and goes with its inode.
            }
        }
    }

    private void inodeChanged(long number, byte @Nullable [] older, byte @Nullable [] newer)
            throws CorruptionException {
        if (older == null && newer != null) {
            ready.add(new Change.Created(inode(number, newer)));
        } else if (older != null && newer == null) {
            deleted = number;
            ready.add(new Change.Deleted(inode(number, older)));
        } else if (older != null && newer != null) {
            ready.add(new Change.AttributesChanged(inode(number, older), inode(number, newer)));
        }
    }

    private static Inode inode(long number, byte[] value) throws CorruptionException {
        return InodeFormat.read(number, value, 0, value.length);
    }

    private void linkChanged(long inode, byte[] key, byte @Nullable [] newer)
            throws CorruptionException {
        Link link = FileItems.linkOf(key, 0, key.length);
        ready.add(
                newer == null ? new Change.Unlinked(inode, link) : new Change.Linked(inode, link));
    }

    private void xattrChanged(long inode, byte[] key, byte @Nullable [] newer)
            throws CorruptionException {
        if (inode == deleted) {
            return;
        }
        XattrName name = FileItems.xattrName(key, 0, key.length);
        ready.add(
                newer == null
                        ? new Change.XattrRemoved(inode, name)
                        : new Change.XattrSet(inode, name));
    }

    private void entryChanged(
            long directory, byte[] key, byte @Nullable [] older, byte @Nullable [] newer)
            throws CorruptionException {
        if (older != null && entry(directory, key, older).isSubvolume()) {
            DirEntry was = entry(directory, key, older);
            ready.add(
                    new Change.SubvolumeUnlinked(
                            directory, was.name(), new SubvolumeId(was.target())));
        }
        if (newer != null && entry(directory, key, newer).isSubvolume()) {
            DirEntry now = entry(directory, key, newer);
            ready.add(
                    new Change.SubvolumeLinked(
                            directory, now.name(), new SubvolumeId(now.target())));
        }
    }

    private static DirEntry entry(long directory, byte[] key, byte[] value)
            throws CorruptionException {
        return EntryFormat.read(
                directory, EntryFormat.name(key, 0, key.length), value, 0, value.length);
    }

    private void extentChanged(
            long inode, byte[] key, byte @Nullable [] older, byte @Nullable [] newer)
            throws CorruptionException {
        if (inode != deleted) {
            extents.take(FileKey.number(key, 0), older, newer);
        }
    }
}
