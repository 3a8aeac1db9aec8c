package dev.varve.restore;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.local.TreePath;
import dev.varve.posix.Directory;
import dev.varve.posix.DirectoryEntry;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Walks the pool's tree depth first, makes directories, and hands everything else to the
/// [FileRestorer]. Holds one cursor per level of the current path.
final class RestoreWalk {
    private static final int ENTRIES_PER_REPORT = 1024;

    private final ReadView view;
    private final RestoreOptions options;
    private final FileRestorer files;
    private final Tally tally;
    private final Consumer<RestoreProgress> progress;
    private final Deque<Level> levels = new ArrayDeque<>();
    private long entries;

    RestoreWalk(
            ReadView view,
            RestoreOptions options,
            FileRestorer files,
            Tally tally,
            Consumer<RestoreProgress> progress) {
        this.view = view;
        this.options = options;
        this.files = files;
        this.tally = tally;
        this.progress = progress;
    }

    /// A directory being walked.
    ///
    /// @param isSelected whether all that is in it is included
    private record Level(
            TargetDirectory target, long inode, Scan<DirEntry> entries, boolean isSelected) {}

    /// @param root released at the end
    void run(TargetDirectory root, long inode) throws IOException {
        enter(root, inode, options.include().isEmpty());
        while (!levels.isEmpty()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("restore interrupted");
            }
            step(levels.peek());
        }
        files.await(() -> report(TreePath.ROOT));
        report(TreePath.ROOT);
    }

    private void enter(TargetDirectory target, long inode, boolean isSelected) throws IOException {
        if (isSelected) {
            target.ensure();
            if (options.delete() && !target.isNew()) {
                deleteSurplus(target, inode);
            }
        }
        levels.push(new Level(target, inode, target.tree().list(inode), isSelected));
    }

    private void step(Level level) throws IOException {
        DirEntry entry = next(level);
        if (entry == null) {
            levels.pop().target.release();
            return;
        }
        if (++entries % ENTRIES_PER_REPORT == 0) {
            report(level.target.path());
        }
        byte[] name = entry.name().bytes();
        TreePath path = level.target.path().child(name);
        boolean isDirectory = entry.type() == FileType.DIRECTORY;
        if (options.exclude().matches(path, isDirectory)) {
            return;
        }
        boolean isSelected = level.isSelected || options.include().matches(path, isDirectory);
        try {
            if (isDirectory) {
                descend(level, entry, isSelected);
            } else if (isSelected) {
                level.target.ensure();
                files.restore(level.target, name, level.target.tree().inode(entry.target()));
                files.startIfFull(() -> report(path));
            }
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            tally.failed(path, reason(e));
        }
    }

    /// A directory that cannot be read to its end is reported and left.
    private @Nullable DirEntry next(Level level) {
        try {
            return level.entries.advance() ? level.entries.current() : null;
        } catch (IOException e) {
            tally.failed(level.target.path(), reason(e));
            return null;
        }
    }

    static String reason(IOException e) {
        return e instanceof PosixException posix
                ? posix.call() + ": " + posix.reason()
                : String.valueOf(e.getMessage());
    }

    private void descend(Level level, DirEntry entry, boolean isSelected) throws IOException {
        FileTree tree = level.target.tree();
        if (!entry.isSubvolume()) {
            Inode inode = tree.inode(entry.target());
            push(level, entry, new TargetDirectory.Model(tree, inode, isSelected), inode.number());
            return;
        }
        Optional<SubvolumeInfo> child = view.child(tree, level.inode, entry);
        if (child.isPresent()) {
            FileTree nested = view.open(child.get().id());
            Inode root = nested.inode(Inode.ROOT);
            push(level, entry, new TargetDirectory.Model(nested, root, isSelected), Inode.ROOT);
        } else if (isSelected) {
            // The placeholder of a subvolume that a snapshot left out: an empty directory.
            var placeholder = new TargetDirectory.Model(tree, null, false);
            TargetDirectory target = level.target.child(entry.name().bytes(), placeholder);
            try {
                target.ensure();
            } finally {
                target.release();
            }
        }
    }

    private void push(Level level, DirEntry entry, TargetDirectory.Model model, long inode)
            throws IOException {
        TargetDirectory target = level.target.child(entry.name().bytes(), model);
        int depth = levels.size();
        try {
            enter(target, inode, model.isSelected());
        } finally {
            if (levels.size() == depth) {
                target.release();
            }
        }
    }

    /// Removes what the destination has and the tree has not, unless the patterns leave it out.
    private void deleteSurplus(TargetDirectory target, long inode) throws IOException {
        Directory directory = target.open();
        directory.rewind();
        for (List<DirectoryEntry> batch = directory.nextEntries();
                !batch.isEmpty();
                batch = directory.nextEntries()) {
            for (DirectoryEntry entry : batch) {
                boolean isDirectory = directory.status(entry.name()).isDirectory();
                TreePath path = target.path().child(entry.name());
                if (!options.exclude().matches(path, isDirectory)
                        && target.tree().lookup(inode, FileName.of(entry.name())).isEmpty()) {
                    files.delete(directory, entry.name(), path, isDirectory);
                }
            }
        }
    }

    private void report(TreePath path) {
        progress.accept(new RestoreProgress(entries, tally.bytesWritten.sum(), path.toString()));
    }
}
