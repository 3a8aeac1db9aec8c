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
import org.jspecify.annotations.Nullable;

/// Finds paths below a directory of the host without ever following a link or leaving it. Keeps a
/// few directories and one file open, since commands come in runs about one file; [#forget] when a
/// name has gone.
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
        for (Opened opened : directories) {
            if (opened.path().equals(parent)) {
                return opened.directory();
            }
        }
        if (directories.size() == MAX_OPEN_DIRECTORIES) {
            directories.removeLast().directory().close();
        }
        Directory directory = root.openBeneath(parent.bytes());
        directories.addFirst(new Opened(parent, directory));
        return directory;
    }

    /// A regular file, open for reading and writing until the next call or [#forget].
    OpenFile file(StreamPath path) throws IOException {
        if (file != null && filePath != null && path.equals(filePath)) {
            return file;
        }
        closeFile();
        Directory directory = directoryOf(path);
        requireRegular(directory.status(path.name().bytes()), path);
        OpenFile opened = directory.openForWriting(path.name().bytes());
        file = opened;
        filePath = path;
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

    /// Names may mean something else from now on.
    void forget() throws PosixException {
        closeFile();
        while (!directories.isEmpty()) {
            directories.removeFirst().directory().close();
        }
    }

    private void closeFile() throws PosixException {
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
            forget();
        }
    }
}
