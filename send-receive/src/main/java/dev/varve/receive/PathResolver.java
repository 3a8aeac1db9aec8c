package dev.varve.receive;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds paths in one subvolume, component by component: no link is followed, no nested subvolume
/// entered. Remembers the last directory and file found, since commands come in runs about one
/// file; [#forget] what a name that changes its meaning could be part of.
final class PathResolver {
    private final FileTree tree;
    private @Nullable StreamPath lastDirectory;
    private long lastDirectoryInode;
    private @Nullable StreamPath lastPath;
    private long lastInode;
    private FileType lastType = FileType.DIRECTORY;

    PathResolver(FileTree tree) {
        this.tree = tree;
    }

    /// This path, and all below it, may mean something else from now on.
    void forget(StreamPath changed) {
        if (lastDirectory != null && lastDirectory.startsWith(changed)) {
            lastDirectory = null;
        }
        if (lastPath != null && lastPath.startsWith(changed)) {
            lastPath = null;
        }
    }

    /// The inode of the directory that holds the path's last component.
    long directoryOf(StreamPath path) throws IOException {
        if (path.isRoot()) {
            throw new FileSystemException("", null, "the root itself cannot be named");
        }
        StreamPath parent = path.parent();
        if (lastDirectory == null || !parent.equals(lastDirectory)) {
            lastDirectoryInode = walk(parent);
            lastDirectory = parent;
        }
        return lastDirectoryInode;
    }

    private long walk(StreamPath path) throws IOException {
        long inode = Inode.ROOT;
        List<FileName> names = path.names();
        for (int i = 0; i < names.size(); i++) {
            DirEntry entry = entry(inode, names.get(i), path);
            if (entry.isSubvolume()) {
                throw new FileSystemException(
                        path.toString(), null, "'" + entry.name() + "' is another subvolume");
            }
            if (entry.type() == FileType.SYMLINK) {
                throw new FileSystemException(
                        path.toString(), null, "'" + entry.name() + "' is a symbolic link");
            }
            if (entry.type() != FileType.DIRECTORY) {
                throw new NotDirectoryException(path.toString());
            }
            inode = entry.target();
        }
        return inode;
    }

    private DirEntry entry(long directory, FileName name, StreamPath path) throws IOException {
        return tree.lookup(directory, name)
                .orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    /// The inode a path names, whatever it is.
    long inode(StreamPath path) throws IOException {
        if (path.isRoot()) {
            return Inode.ROOT;
        }
        find(path);
        return lastInode;
    }

    /// The inode of a path that names a regular file.
    long file(StreamPath path) throws IOException {
        requireType(path, FileType.REGULAR, true, "is no regular file");
        return lastInode;
    }

    /// The inode a path names unless it names a symbolic link.
    long notLink(StreamPath path) throws IOException {
        if (path.isRoot()) {
            return Inode.ROOT;
        }
        requireType(path, FileType.SYMLINK, false, "is a symbolic link");
        return lastInode;
    }

    private void requireType(StreamPath path, FileType type, boolean wanted, String otherwise)
            throws IOException {
        find(path);
        if (lastType == type != wanted) {
            throw new FileSystemException(path.toString(), null, "'" + path + "' " + otherwise);
        }
    }

    private void find(StreamPath path) throws IOException {
        if (lastPath != null && path.equals(lastPath)) {
            return;
        }
        DirEntry entry = entry(directoryOf(path), path.name(), path);
        if (entry.isSubvolume()) {
            throw new FileSystemException(
                    path.toString(), null, "'" + path + "' is another subvolume");
        }
        lastInode = entry.target();
        lastType = entry.type();
        lastPath = path;
    }
}
