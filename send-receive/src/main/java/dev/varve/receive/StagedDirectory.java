package dev.varve.receive;

import dev.varve.posix.Directory;
import dev.varve.posix.DirectoryEntry;
import dev.varve.posix.Errno;
import dev.varve.posix.FileStatus;
import dev.varve.posix.OpenFile;
import dev.varve.posix.PosixException;
import dev.varve.receive.Destination.Start;
import dev.varve.stream.ResumeMismatchException;
import dev.varve.stream.ResumeToken;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A directory in the making: `.partial-UUID/tree` beside its future place, UUID being the
/// stream's. The outer directory is closed to others, so nobody sees or runs what is not yet what
/// it will be. In it, `state` says how far the receive has come and is locked by the process at
/// work.
final class StagedDirectory implements Closeable {
    private static final int PRIVATE = 0700;
    private static final int PUBLIC = 0755;
    private static final int STATE_PERMISSIONS = 0600;
    private static final String PREFIX = ".partial-";
    private static final byte[] INNER = "tree".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STATE = "state".getBytes(StandardCharsets.US_ASCII);

    private final Directory parent;
    private final Start start;
    private final ReceivedMarks marks;
    private final byte[] outerName;
    private final Directory outer;
    private final OpenFile state;
    private final DirectoryTree tree;
    private final ByteBuffer line = ByteBuffer.allocateDirect(KeptReceiveFormat.LENGTH_BYTES);
    private boolean isKept;

    private StagedDirectory(
            Directory parent, Start start, ReceivedMarks marks, Directory outer, OpenFile state)
            throws PosixException {
        this.parent = parent;
        this.start = start;
        this.marks = marks;
        this.outer = outer;
        this.state = state;
        outerName = outerName(start.uuid());
        tree = new DirectoryTree(outer.openDirectory(INNER));
    }

    private static byte[] outerName(UUID uuid) {
        return (PREFIX + uuid).getBytes(StandardCharsets.US_ASCII);
    }

    /// Makes an empty one; what is left of an earlier receive goes.
    ///
    /// @param parent where the directory will be; stays open, the caller's
    static StagedDirectory create(Directory parent, Start start, ReceivedMarks marks)
            throws IOException {
        byte[] name = outerName(start.uuid());
        if (parent.findStatus(name).isPresent()) {
            removeLeft(parent, name);
        }
        parent.makeDirectory(name, PRIVATE);
        Directory outer = parent.openDirectory(name);
        OpenFile state = outer.createFile(STATE, STATE_PERMISSIONS);
        requireLock(state, parent, name);
        outer.makeDirectory(INNER, PRIVATE);
        StagedDirectory made = new StagedDirectory(parent, start, marks, outer, state);
        made.tree.root().file().setPermissions(PUBLIC);
        return made;
    }

    private static void removeLeft(Directory parent, byte[] name) throws IOException {
        try (Directory outer = parent.openDirectory(name)) {
            if (outer.findStatus(STATE).isPresent()) {
                try (OpenFile state = outer.openForWriting(STATE)) {
                    requireLock(state, parent, name);
                    DirectoryRemover.remove(parent, name);
                    return;
                }
            }
        }
        DirectoryRemover.remove(parent, name);
    }

    private static void requireLock(OpenFile state, Directory parent, byte[] name)
            throws IOException {
        if (!state.tryLock()) {
            throw new FileSystemException(
                    parent + "/" + new String(name, StandardCharsets.US_ASCII),
                    null,
                    "another receive is at work on it");
        }
    }

    /// Removes an unfinished one; false if there is none of that stream.
    static boolean remove(Directory parent, UUID uuid) throws IOException {
        byte[] name = outerName(uuid);
        if (parent.findStatus(name).isEmpty()) {
            return false;
        }
        removeLeft(parent, name);
        return true;
    }

    /// What was kept of all unfinished ones.
    static List<KeptReceive> list(Directory parent) throws PosixException {
        List<KeptReceive> all = new ArrayList<>();
        List<DirectoryEntry> entries = parent.nextEntries();
        while (!entries.isEmpty()) {
            for (DirectoryEntry entry : entries) {
                String name = new String(entry.name(), StandardCharsets.ISO_8859_1);
                if (name.startsWith(PREFIX) && parent.status(entry.name()).isDirectory()) {
                    try (Directory outer = parent.openDirectory(entry.name())) {
                        read(outer).ifPresent(all::add);
                    }
                }
            }
            entries = parent.nextEntries();
        }
        return all;
    }

    private static Optional<KeptReceive> read(Directory outer) throws PosixException {
        if (outer.findStatus(STATE).filter(FileStatus::isRegular).isEmpty()) {
            return Optional.empty();
        }
        try (OpenFile state = outer.openForReading(STATE)) {
            return read(state);
        }
    }

    private static Optional<KeptReceive> read(OpenFile state) throws PosixException {
        ByteBuffer content = ByteBuffer.allocateDirect(KeptReceiveFormat.LENGTH_BYTES);
        state.read(content, 0);
        byte[] bytes = new byte[content.flip().remaining()];
        content.get(bytes);
        return KeptReceiveFormat.read(bytes);
    }

    /// An unfinished one and what was kept of it.
    record Found(KeptReceive kept, StagedDirectory staged) {}

    /// Opens an unfinished one.
    ///
    /// @throws ResumeMismatchException if none was left at that place of its stream
    static Found open(Directory parent, ResumeToken token, ReceivedMarks marks) throws IOException {
        byte[] name = outerName(token.uuid());
        if (parent.findStatus(name).isEmpty()) {
            throw new ResumeMismatchException(
                    token, "nothing unfinished of that snapshot is in " + parent);
        }
        Directory outer = parent.openDirectory(name);
        OpenFile state = outer.openForWriting(STATE);
        boolean opened = false;
        try {
            requireLock(state, parent, name);
            KeptReceive kept =
                    read(state)
                            .orElseThrow(() ->
                                    new ResumeMismatchException(
                                            token, "what is kept in " + parent + " is unreadable"));
            if (!kept.token().equals(token)) {
                throw new ResumeMismatchException(
                        token, "what is kept ends elsewhere, at " + kept.token());
            }
            if (!kept.isExact() && kept.mark() != ThisBoot.number()) {
                throw new ResumeMismatchException(
                        token, "the machine went down since; use --abort and send everything");
            }
            StagedDirectory staged = new StagedDirectory(parent, kept.start(), marks, outer, state);
            staged.isKept = true;
            opened = true;
            return new Found(kept, staged);
        } finally {
            if (!opened) {
                state.close();
                outer.close();
            }
        }
    }

    Start start() {
        return start;
    }

    DirectoryTree tree() {
        return tree;
    }

    /// Makes everything durable and says how far it is.
    void checkpoint(KeptReceive kept) throws PosixException {
        outer.file().syncFileSystem();
        put(kept);
        state.sync();
    }

    /// Says how far it is, for this boot of the machine.
    void put(KeptReceive kept) throws PosixException {
        line.clear().put(KeptReceiveFormat.write(kept.markedWith(ThisBoot.number()))).flip();
        state.write(line, 0);
        isKept = true;
    }

    /// Nothing is kept any more: closing removes it.
    void discard() {
        isKept = false;
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
        isKept = false;
    }

    /// Removes what is left: everything if nothing was published or kept.
    @Override
    public void close() throws IOException {
        try (Directory _ = outer;
                OpenFile _ = state;
                DirectoryTree _ = tree) {
            if (!isKept) {
                DirectoryRemover.remove(parent, outerName);
            }
        }
    }
}
