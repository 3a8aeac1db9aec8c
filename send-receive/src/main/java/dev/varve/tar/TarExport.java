package dev.varve.tar;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.local.Failures;
import dev.varve.local.PathFilter;
import dev.varve.local.TreePath;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Writes a directory of a pool as a tar archive that GNU tar restores with `--xattrs
/// --xattrs-include='*'`, or with `--acls` alone: pax records hold times to the nanosecond, xattrs,
/// and whatever is too long for the old header. Directories stand before what is in them, nested
/// subvolumes are directories, holes are written as zeros. Sockets, which tar does not know, are
/// reported.
public final class TarExport {
    private final ReadView view;
    private final PathFilter exclude;
    private final Failures failures = new Failures();
    private final Map<Key, Seen> links = new HashMap<>();
    private final Deque<Level> levels = new ArrayDeque<>();
    private long entries;
    private long bytes;

    /// An export from this view; each is used once.
    ///
    /// @param exclude paths to leave out, relative to the exported directory
    public TarExport(ReadView view, PathFilter exclude) {
        this.view = view;
        this.exclude = exclude;
    }

    private record Level(FileTree tree, long inode, TreePath path, Scan<DirEntry> entries) {}

    private record Key(SubvolumeId subvolume, long inode) {}

    /// A file with several names, until the last of them.
    private record Seen(byte[] path, long names) {}

    /// @param inode a directory
    /// @param out buffered by the caller, who closes it
    public TarResult run(FileTree tree, long inode, OutputStream out) throws IOException {
        TarWriter writer = new TarWriter(out);
        writer.write(new byte[] {'.', '/'}, tree, tree.inode(inode));
        entries++;
        levels.push(new Level(tree, inode, TreePath.ROOT, tree.list(inode)));
        while (!levels.isEmpty()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("export interrupted");
            }
            Level level = levels.peek();
            if (level.entries.advance()) {
                export(writer, level, level.entries.current());
            } else {
                levels.pop();
            }
        }
        writer.finish();
        return new TarResult(entries, bytes, failures.count(), failures.kept());
    }

    private void export(TarWriter writer, Level level, DirEntry entry) throws IOException {
        TreePath path = level.path.child(entry.name().bytes());
        boolean isDirectory = entry.type() == FileType.DIRECTORY;
        if (exclude.matches(path, isDirectory)) {
            return;
        }
        if (entry.isSubvolume()) {
            exportSubvolume(writer, level, entry, path);
            return;
        }
        Inode inode = level.tree.inode(entry.target());
        if (isDirectory) {
            enter(writer, level.tree, inode, path);
        } else if (inode.type() == FileType.SOCKET) {
            failures.add(path, "tar does not know sockets");
        } else {
            exportFile(writer, level.tree, inode, path.bytes());
        }
    }

    private void exportSubvolume(TarWriter writer, Level level, DirEntry entry, TreePath path)
            throws IOException {
        Optional<SubvolumeInfo> child = view.child(level.tree, level.inode, entry);
        if (child.isPresent()) {
            FileTree nested = view.open(child.get().id());
            enter(writer, nested, nested.inode(Inode.ROOT), path);
        } else {
            failures.add(path, "a nested subvolume that the snapshot left out");
        }
    }

    private void enter(TarWriter writer, FileTree tree, Inode directory, TreePath path)
            throws IOException {
        writer.write(TarWriter.directoryPath(path.bytes()), tree, directory);
        entries++;
        long inode = directory.number();
        levels.push(new Level(tree, inode, path, tree.list(inode)));
    }

    private void exportFile(TarWriter writer, FileTree tree, Inode inode, byte[] path)
            throws IOException {
        entries++;
        if (inode.links() > 1) {
            Key key = new Key(tree.info().id(), inode.number());
            Seen seen = links.getOrDefault(key, new Seen(path, 0));
            if (seen.names + 1 == inode.links()) {
                links.remove(key);
            } else {
                links.put(key, new Seen(seen.path, seen.names + 1));
            }
            if (seen.names > 0) {
                writer.writeLink(path, seen.path, inode);
                return;
            }
        }
        bytes += writer.write(path, tree, inode);
    }
}
