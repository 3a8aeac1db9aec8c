package dev.varve.receive;

import dev.varve.posix.Directory;
import dev.varve.posix.Errno;
import dev.varve.posix.PosixException;
import dev.varve.receive.Destination.Start;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.UUID;

/// A directory in the making: `.NAME.partial-ID/tree` beside its future place. The outer directory
/// is closed to others, so nobody sees or runs what is not yet what it will be.
final class StagedDirectory implements Closeable {
    private static final int PRIVATE = 0700;
    private static final int PUBLIC = 0755;
    private static final int MAX_NAME_BYTES_KEPT = 200;
    private static final byte[] INNER = "tree".getBytes(StandardCharsets.US_ASCII);

    private final Directory parent;
    private final Start start;
    private final ReceivedMarks marks;
    private final byte[] outerName;
    private final Directory outer;
    private final DirectoryTree tree;

    /// @param parent where the directory will be; stays open, the caller's
    StagedDirectory(Directory parent, Start start, ReceivedMarks marks) throws PosixException {
        this.parent = parent;
        this.start = start;
        this.marks = marks;
        outerName = outerName(start);
        parent.makeDirectory(outerName, PRIVATE);
        outer = parent.openDirectory(outerName);
        outer.makeDirectory(INNER, PRIVATE);
        tree = new DirectoryTree(outer.openDirectory(INNER));
        tree.root().file().setPermissions(PUBLIC);
    }

    private static byte[] outerName(Start start) {
        byte[] name = start.name().bytes();
        byte[] kept = Arrays.copyOf(name, Math.min(name.length, MAX_NAME_BYTES_KEPT));
        String end = ".partial-" + UUID.randomUUID().toString().substring(0, 8);
        byte[] full = Arrays.copyOf(new byte[] {'.'}, 1 + kept.length + end.length());
        System.arraycopy(kept, 0, full, 1, kept.length);
        byte[] endBytes = end.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(endBytes, 0, full, 1 + kept.length, endBytes.length);
        return full;
    }

    Start start() {
        return start;
    }

    DirectoryTree tree() {
        return tree;
    }

    void publish(boolean complete) throws IOException {
        tree.closeOpened();
        outer.file().syncFileSystem();
        long inode = tree.root().file().status().inode();
        byte[] name = start.name().bytes();
        try {
            outer.rename(INNER, parent, name, Directory.Rename.NO_REPLACE);
        } catch (PosixException e) {
            if (e.errno() == Errno.EEXIST) {
                throw new FileAlreadyExistsException(parent + "/" + start.name());
            }
            throw e;
        }
        parent.file().sync();
        if (complete) {
            marks.put(start.uuid(), inode, name);
        }
    }

    /// Removes what is left: everything if not published.
    @Override
    public void close() throws IOException {
        try (Directory _ = outer;
                DirectoryTree _ = tree) {
            DirectoryRemover.remove(parent, outerName);
        }
    }
}
