package dev.varve.engine;

import dev.varve.engine.format.ExtentFormat;
import dev.varve.engine.format.FileKey;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Scan;
import dev.varve.engine.tree.TreeCursor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Extents put into a subvolume since a generation, in the time of what was put: nodes older than
/// that are passed over whole. Data extents are exact. Inline and preallocated ones do not know
/// when they were put; those that share a node with a change are given too.
public final class RecentExtents implements Scan<RecentExtents.FileExtent> {
    private final TreeCursor cursor;
    private final long generation;
    private boolean started;
    private @Nullable FileExtent current;

    /// An extent and the inode of its file.
    public record FileExtent(long inode, Extent extent) {}

    private RecentExtents(TreeCursor cursor, long generation) {
        this.cursor = cursor;
        this.generation = generation;
    }

    /// Extents put at `generation` or later, ordered by inode number and offset.
    ///
    /// @throws IllegalArgumentException if the tree is not from a [ReadView]
    public static Scan<FileExtent> since(FileTree tree, long generation) {
        if (tree instanceof CommittedTree committed) {
            return new RecentExtents(committed.reader().cursorSince(generation), generation);
        }
        throw new IllegalArgumentException("only committed trees can be searched");
    }

    @Override
    public boolean advance() throws IOException {
        boolean found = started ? cursor.next() : cursor.seekFirst();
        started = true;
        while (found) {
            FileExtent extent = extent();
            if (extent != null) {
                current = extent;
                return true;
            }
            found = cursor.next();
        }
        current = null;
        return false;
    }

    @Override
    public FileExtent current() {
        if (current == null) {
            throw new IllegalStateException("no current extent");
        }
        return current;
    }

    private @Nullable FileExtent extent() throws CorruptionException {
        byte[] page = cursor.page();
        int type = cursor.keyLength() < FileKey.REST ? 0 : FileKey.type(page, cursor.keyOffset());
        if (!FileKey.isValid(cursor.keyLength(), type)) {
            throw new CorruptionException("subvolume tree", "a key", cursor.keyLength() + " bytes");
        }
        if (type != FileKey.EXTENT) {
            return null;
        }
        long inode = FileKey.inode(page, cursor.keyOffset());
        Extent extent =
                ExtentFormat.read(
                        inode,
                        FileKey.number(page, cursor.keyOffset()),
                        page,
                        cursor.valueOffset(),
                        cursor.valueLength());
        boolean old = extent instanceof Extent.Data data && data.generation() < generation;
        return old ? null : new FileExtent(inode, extent);
    }
}
