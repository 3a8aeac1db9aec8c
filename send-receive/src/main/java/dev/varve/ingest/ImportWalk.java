package dev.varve.ingest;

import dev.varve.engine.model.Inode;
import dev.varve.posix.FileStatus;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Walks the source depth first, parents before what is in them, with the next directories listed
/// ahead. Holds one chunk per level of the current path, never a whole tree.
final class ImportWalk {
    private static final int AHEAD = 32;

    private final TreeMerge merge;
    private final SourceScanner scanner;
    private final boolean oneFileSystem;
    private final Tally tally;
    private final Deque<Level> levels = new ArrayDeque<>();

    ImportWalk(TreeMerge merge, SourceScanner scanner, boolean oneFileSystem, Tally tally) {
        this.merge = merge;
        this.scanner = scanner;
        this.oneFileSystem = oneFileSystem;
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
        List<@Nullable FutureTask<SourceDirectory>> ahead = List.of();
        int next;
        int started;

        Level(SourceDirectory source, long inode) {
            this.source = source;
            this.inode = inode;
            this.isLarge = !source.isEnded();
        }
    }

    /// @param root not yet listed; closed at the end
    void run(SourceDirectory root) throws IOException {
        try {
            FileStatus status = root.directory().file().status();
            boolean isChanged = merge.root(root, status);
            root.advance();
            enter(root.hold(), Inode.ROOT, isChanged);
            while (!levels.isEmpty()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("import interrupted");
                }
                step(levels.peek());
            }
        } finally {
            levels.forEach(level -> level.source.release());
            root.release();
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
        level.ahead = new ArrayList<>();
        level.next = 0;
        level.started = 0;
    }

    private void step(Level level) throws IOException {
        if (level.next < level.children.size()) {
            descend(level);
        } else if (level.source.isEnded() || level.isBroken) {
            if (level.isLarge && !level.isBroken) {
                merge.removeAbsent(level.source, level.inode);
            }
            levels.pop().source.release();
        } else {
            try {
                level.source.advance();
                mergeChunk(level);
            } catch (PosixException e) {
                tally.failed(level.source.path(), e.reason());
                level.isBroken = true;
            }
        }
    }

    private void descend(Level level) throws IOException {
        listAhead(level);
        TreeMerge.Child child = level.children.get(level.next);
        FutureTask<SourceDirectory> listed =
                level.next < level.ahead.size() ? level.ahead.get(level.next) : null;
        level.next++;
        if (isLeftEmpty(level, child)) {
            merge.clear(level.source, child.inode());
            return;
        }
        try {
            SourceDirectory source =
                    listed == null
                            ? SourceScanner.open(level.source, child.entry(), child.status())
                            : scanner.await(listed);
            enter(source, child.inode(), child.isChanged());
        } catch (PosixException e) {
            tally.failed(level.source.path().child(child.entry().bytes()), e.reason());
        }
    }

    /// Lists the siblings behind the next one in the background while there is room. The next the
    /// walk lists for itself, and threads are woken for several at a time.
    private void listAhead(Level level) {
        if (level.started > level.next + AHEAD / 2) {
            return;
        }
        int end = Math.min(level.children.size(), level.next + 1 + AHEAD);
        for (; level.started < end && scanner.hasRoom(); level.started++) {
            TreeMerge.Child child = level.children.get(level.started);
            while (level.ahead.size() < level.started) {
                level.ahead.add(null);
            }
            boolean isSkipped = level.started <= level.next || isLeftEmpty(level, child);
            level.ahead.add(
                    isSkipped ? null : scanner.start(level.source, child.entry(), child.status()));
        }
    }

    /// Whether a directory lies on another file system and must not be entered.
    private boolean isLeftEmpty(Level level, TreeMerge.Child child) {
        if (!oneFileSystem) {
            return false;
        }
        SourceDirectory.Region here = level.source.region();
        return child.status().device() != here.device()
                || child.status().mountId() != here.mountId();
    }
}
