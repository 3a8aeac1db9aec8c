package dev.varve.ingest;

import dev.varve.engine.model.Inode;
import dev.varve.posix.FileStatus;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Walks the source depth first, parents before what is in them, with the next directories listed
/// ahead. Holds one chunk per level of the current path, never a whole tree.
final class ImportWalk {
    private final TreeMerge merge;
    private final SourceScanner scanner;
    private final Tally tally;
    private final Deque<Level> levels = new ArrayDeque<>();

    ImportWalk(TreeMerge merge, SourceScanner scanner, Tally tally) {
        this.merge = merge;
        this.scanner = scanner;
        this.tally = tally;
    }

    /// An open directory and how far it is done.
    private static final class Level {
        final SourceDirectory source;
        final long inode;

        /// Whether the directory needs more than one chunk.
        final boolean isLarge;

        /// Whether the listing broke off, so that what was not seen may still be there.
        boolean isBroken;

        List<TreeMerge.Child> children = List.of();
        int next;

        Level(SourceDirectory source, long inode) {
            this.source = source;
            this.inode = inode;
            this.isLarge = !source.isEnded();
        }
    }

    /// @param status what the root showed before it was listed
    void run(SourceDirectory root, FileStatus status) throws IOException {
        try {
            boolean isChanged = merge.root(root, status);
            enter(scanner.takeRoot(), Inode.ROOT, isChanged);
            while (!levels.isEmpty()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("import interrupted");
                }
                step(levels.peek());
            }
        } finally {
            levels.forEach(level -> level.source.release());
        }
    }

    private void enter(SourceDirectory source, long inode, boolean isChanged) throws IOException {
        Level level = new Level(source, inode);
        levels.push(level);
        if (isChanged) {
            merge.finishDirectory(source, inode);
        }
        mergeChunk(level);
    }

    private void mergeChunk(Level level) throws IOException {
        level.children =
                level.isLarge
                        ? merge.mergeChunk(level.source, level.inode)
                        : merge.merge(level.source, level.inode);
        level.next = 0;
    }

    private void step(Level level) throws IOException {
        if (level.next < level.children.size()) {
            descend(level);
        } else if (level.source.isEnded() || level.isBroken) {
            if (level.isLarge && !level.isBroken) {
                merge.removeAbsent(level.source, level.inode);
            }
            scanner.drop(level.source.listings().values());
            levels.pop().source.release();
        } else {
            try {
                scanner.advance(level.source);
                mergeChunk(level);
            } catch (PosixException e) {
                tally.failed(level.source.path(), e.reason());
                level.isBroken = true;
            }
        }
    }

    private void descend(Level level) throws IOException {
        TreeMerge.Child child = level.children.get(level.next);
        level.next++;
        if (scanner.isLeftEmpty(level.source, child.status())) {
            merge.clear(level.source, child.inode());
            return;
        }
        SourceScanner.Listing ahead = level.source.listings().remove(child.entry().name());
        try {
            SourceScanner.Listing listing =
                    ahead == null
                            ? scanner.listing(level.source, child.entry(), child.status())
                            : ahead;
            enter(scanner.take(listing), child.inode(), child.isChanged());
        } catch (PosixException e) {
            tally.failed(level.source.path().child(child.entry().bytes()), e.reason());
        }
    }
}
