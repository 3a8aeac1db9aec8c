package dev.varve.ingest;

import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Scan;
import dev.varve.local.TreePath;
import dev.varve.posix.FileStatus;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compares one directory of the source with one of the pool and makes them equal, all but what
/// lies in subdirectories.
final class TreeMerge {
    private final SubvolumeWriter tree;
    private final Placement placement;
    private final ContentQueue content;
    private final Tally tally;

    TreeMerge(SubvolumeWriter tree, Origins origins, ContentQueue content, Tally tally) {
        this.tree = tree;
        this.content = content;
        this.tally = tally;
        this.placement = new Placement(tree, origins, content, tally);
    }

    /// A subdirectory of the source and its counterpart in the pool.
    ///
    /// @param isChanged whether its xattrs and flags are still to be brought up to date
    record Child(SourceEntry entry, FileStatus status, long inode, boolean isChanged) {}

    /// Starts with the root; returns whether its xattrs are to be brought up to date.
    boolean root(SourceDirectory source, FileStatus status) throws IOException {
        tally.entry(TreePath.ROOT);
        return placement.root(source, status).isChanged();
    }

    void finishDirectory(SourceDirectory source, long inode) throws IOException {
        placement.finishDirectory(source, inode);
    }

    /// Merges a directory whose chunk is all of it: both sides are ordered by name.
    List<Child> merge(SourceDirectory source, long directory) throws IOException {
        List<Child> children = new ArrayList<>();
        PoolEntries pool = new PoolEntries(directory);
        for (SourceEntry entry : source.chunk()) {
            while (pool.current != null && pool.current.name().compareTo(entry.name()) < 0) {
                remove(source, directory, pool.current);
                pool.advance();
            }
            boolean isMatch = pool.current != null && pool.current.name().equals(entry.name());
            handle(source, directory, entry, isMatch ? pool.current : null, children);
            if (isMatch) {
                pool.advance();
            }
        }
        for (; pool.current != null; pool.advance()) {
            remove(source, directory, pool.current);
        }
        return children;
    }

    /// Merges a part of a directory that is too large to be held: the pool is asked name by name,
    /// and [#removeAbsent] follows at the end.
    List<Child> mergeChunk(SourceDirectory source, long directory) throws IOException {
        List<Child> children = new ArrayList<>();
        for (SourceEntry entry : source.chunk()) {
            DirEntry inPool = tree.lookup(directory, entry.name()).orElse(null);
            handle(source, directory, entry, inPool, children);
        }
        return children;
    }

    /// Removes what the source does not have, asking it name by name.
    void removeAbsent(SourceDirectory source, long directory) throws IOException {
        for (PoolEntries pool = new PoolEntries(directory); pool.current != null; pool.advance()) {
            try {
                if (!source.has(pool.current.name())) {
                    remove(source, directory, pool.current);
                }
            } catch (PosixException e) {
                tally.failed(source.path().child(pool.current.name().bytes()), e.reason());
            }
        }
    }

    /// Removes all that a directory of the pool holds.
    void clear(SourceDirectory parent, long directory) throws IOException {
        for (PoolEntries pool = new PoolEntries(directory); pool.current != null; pool.advance()) {
            remove(parent, directory, pool.current);
        }
    }

    private void handle(
            SourceDirectory source,
            long directory,
            SourceEntry entry,
            @Nullable DirEntry inPool,
            List<Child> children)
            throws IOException {
        tally.entry(source.path());
        FileStatus status = entry.status();
        if (status == null) {
            tally.failed(source.path().child(entry.bytes()), String.valueOf(entry.problem()));
            return;
        }
        if (inPool != null && inPool.isSubvolume()) {
            String reason = "a nested subvolume of the pool is in the way";
            tally.failed(source.path().child(entry.bytes()), reason);
            return;
        }
        try {
            var target = new Placement.Target(source, directory, entry, status);
            Placement.Placed placed =
                    inPool == null ? placement.add(target) : placement.match(target, inPool);
            if (status.isDirectory()) {
                children.add(new Child(entry, status, placed.inode(), placed.isChanged()));
            }
        } catch (PosixException e) {
            tally.failed(source.path().child(entry.bytes()), e.reason());
        }
    }

    /// Takes a name away. A nested subvolume is not of the import's making and stays.
    private void remove(SourceDirectory source, long directory, DirEntry entry) throws IOException {
        if (!entry.isSubvolume() && !placement.parking().isParking(entry)) {
            placement.parking().take(directory, entry, source.region());
        }
    }

    /// Ends the import: all content is in, nothing waits any more.
    void finish() throws IOException {
        content.drain();
        placement.parking().close();
    }

    /// The entries of a directory in pages, each read before anything in it changes. What the merge
    /// itself adds lies before the current name and does not appear.
    private final class PoolEntries {
        private static final int PAGE_ENTRIES = 4096;

        private final long directory;
        private List<DirEntry> page;
        private int next;
        private @Nullable DirEntry current;

        PoolEntries(long directory) throws IOException {
            this.directory = directory;
            this.page = read(tree.list(directory));
            advance();
        }

        void advance() throws IOException {
            if (next == page.size() && page.size() == PAGE_ENTRIES) {
                FileName last = page.getLast().name();
                page = read(tree.listAfter(directory, last));
                next = 0;
            }
            current = next < page.size() ? page.get(next++) : null;
        }

        private static List<DirEntry> read(Scan<DirEntry> scan) throws IOException {
            List<DirEntry> page = new ArrayList<>();
            while (page.size() < PAGE_ENTRIES && scan.advance()) {
                page.add(scan.current());
            }
            return page;
        }
    }
}
