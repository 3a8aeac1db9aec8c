package dev.varve.receive;

import dev.varve.posix.Directory;
import dev.varve.posix.FileStatus;
import dev.varve.posix.OpenFile;
import dev.varve.posix.PosixException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds paths below a directory of the host without ever following a link or leaving it. Keeps a
/// few directories and one file open, since commands come in runs about one file; [#renamed] and
/// [#removed] tell what their paths mean from then on.
final class DirectoryTree implements Closeable {
    private static final int MAX_OPEN_DIRECTORIES = 4;

    private final Directory root;
    private final Deque<Opened> directories = new ArrayDeque<>();
    private @Nullable StreamPath filePath;
    private @Nullable OpenFile file;

    private record Opened(StreamPath path, Directory directory) {}

    /// Owns `root`.
    DirectoryTree(Directory root) {
        this.root = root;
    }

    Directory root() {
        return root;
    }

    /// The directory that holds the path's last component; open until the fourth next call.
    Directory directoryOf(StreamPath path) throws IOException {
        if (path.isRoot()) {
            throw new FileSystemException("", null, "the root itself cannot be named");
        }
        StreamPath parent = path.parent();
        if (parent.isRoot()) {
            return root;
        }
        Opened known = null;
        for (Opened opened : directories) {
            if (opened.path().equals(parent)) {
                known = opened;
            }
        }
        if (known != null) {
            directories.remove(known);
            directories.addFirst(known);
            return known.directory();
        }
        if (directories.size() == MAX_OPEN_DIRECTORIES) {
            directories.removeLast().directory().close();
        }
        Directory directory = root.openBeneath(parent.bytes());
        directories.addFirst(new Opened(parent, directory));
        return directory;
    }

    /// A regular file, open for reading and writing until the next call of any method.
    OpenFile file(StreamPath path) throws IOException {
        if (file != null && filePath != null && path.equals(filePath)) {
            return file;
        }
        closeFile();
        Directory directory = directoryOf(path);
        requireRegular(directory.status(path.name().bytes()), path);
        OpenFile opened = directory.openForWriting(path.name().bytes());
        adopt(path, opened);
        return opened;
    }

    /// Opens a regular file for reading; the caller closes it.
    OpenFile openForReading(StreamPath path) throws IOException {
        Directory directory = directoryOf(path);
        requireRegular(directory.status(path.name().bytes()), path);
        return directory.openForReading(path.name().bytes());
    }

    // Before it is opened: opening a device or a fifo is an act of its own.
    private static void requireRegular(FileStatus status, StreamPath path)
            throws FileSystemException {
        if (!status.isRegular()) {
            throw new FileSystemException(
                    path.toString(), null, "'" + path + "' is no regular file");
        }
    }

    /// What is open already of a path, the root included; not to be closed.
    Optional<OpenFile> opened(StreamPath path) {
        if (path.isRoot()) {
            return Optional.of(root.file());
        }
        return path.equals(filePath) ? Optional.ofNullable(file) : Optional.empty();
    }

    /// Owns the open file of this path from now on.
    void adopt(StreamPath path, OpenFile opened) throws PosixException {
        closeFile();
        file = opened;
        filePath = path;
    }

    /// The file or directory is found elsewhere, and what was there is gone.
    void renamed(StreamPath from, StreamPath to) throws PosixException {
        if (filePath != null && filePath.equals(from)) {
            filePath = to;
        } else {
            forgetFile(from);
            forgetFile(to);
        }
        forgetDirectories(from);
        forgetDirectories(to);
    }

    /// The path names nothing any more.
    void removed(StreamPath path) throws PosixException {
        forgetFile(path);
        forgetDirectories(path);
    }

    private void forgetFile(StreamPath path) throws PosixException {
        if (filePath != null && filePath.startsWith(path)) {
            closeFile();
        }
    }

    private void forgetDirectories(StreamPath path) throws PosixException {
        Iterator<Opened> each = directories.iterator();
        while (each.hasNext()) {
            Opened opened = each.next();
            if (opened.path().startsWith(path)) {
                each.remove();
                opened.directory().close();
            }
        }
    }

    /// Closes everything but the root.
    void closeOpened() throws PosixException {
        closeFile();
        while (!directories.isEmpty()) {
            directories.removeFirst().directory().close();
        }
    }

    /// Closes the file that is open, if any.
    void closeFile() throws PosixException {
        OpenFile open = file;
        file = null;
        filePath = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() throws PosixException {
        try (Directory _ = root) {
            closeOpened();
        }
    }
}
