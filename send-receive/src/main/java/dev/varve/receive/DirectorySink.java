package dev.varve.receive;

import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.XattrName;
import dev.varve.posix.Directory;
import dev.varve.posix.Errno;
import dev.varve.posix.FileTimes;
import dev.varve.posix.OpenFile;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.Optional;

/// A subvolume received into a directory of the host, made in a hidden place beside it and moved
/// when it is whole. What Linux gives no call for is left out: change and birth times, inode
/// numbers; inode flags too, as `btrfs receive` does.
final class DirectorySink implements SubvolumeSink {
    private static final int FILE_PERMISSIONS = 0600;
    private static final int DIRECTORY_PERMISSIONS = 0700;

    private static final String STORAGE_PREFIX = "btrfs.";
    private static final XattrName CAPABILITY = XattrName.of("security.capability");

    private final DirectoryDestination destination;
    private final StagedDirectory staged;
    private final DirectoryTree tree;
    private final FileCopier copier;

    DirectorySink(DirectoryDestination destination, StagedDirectory staged, FileCopier copier) {
        this.destination = destination;
        this.staged = staged;
        tree = staged.tree();
        this.copier = copier;
    }

    @Override
    public void createFile(StreamPath path, long origin) throws IOException {
        tree.adopt(path, tree.directoryOf(path).createFile(name(path), FILE_PERMISSIONS));
    }

    @Override
    public void createDirectory(StreamPath path, long origin) throws IOException {
        tree.directoryOf(path).makeDirectory(name(path), DIRECTORY_PERMISSIONS);
    }

    @Override
    public void createSymlink(StreamPath path, byte[] target, long origin) throws IOException {
        tree.directoryOf(path).makeSymlink(name(path), target);
    }

    @Override
    public void createNode(StreamPath path, FileType type, long rdev, long origin)
            throws IOException {
        boolean isDevice = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
        int mode = type.modeBits() | (isDevice ? 0 : FILE_PERMISSIONS);
        tree.directoryOf(path).makeNode(name(path), mode, isDevice ? rdev : 0);
    }

    @Override
    public void rename(StreamPath from, StreamPath to) throws IOException {
        Directory fromDirectory = tree.directoryOf(from);
        Directory toDirectory = tree.directoryOf(to);
        fromDirectory.rename(name(from), toDirectory, name(to), Directory.Rename.REPLACE);
        tree.renamed(from, to);
    }

    @Override
    public void link(StreamPath existing, StreamPath path) throws IOException {
        Directory directory = tree.directoryOf(existing);
        directory.link(name(existing), tree.directoryOf(path), name(path));
    }

    @Override
    public void unlink(StreamPath path) throws IOException {
        tree.directoryOf(path).unlink(name(path));
        tree.removed(path);
    }

    @Override
    public void removeDirectory(StreamPath path) throws IOException {
        tree.directoryOf(path).removeDirectory(name(path));
        tree.removed(path);
    }

    @Override
    public void setXattr(StreamPath path, XattrName name, byte[] value) throws IOException {
        try {
            Optional<OpenFile> opened = tree.opened(path);
            if (opened.isPresent()) {
                opened.get().setXattr(name.bytes(), value);
            } else {
                tree.directoryOf(path).setXattr(name(path), name.bytes(), value);
            }
        } catch (PosixException e) {
            // How btrfs is to store a file says nothing to another file system.
            if (e.errno() != Errno.EOPNOTSUPP || !name.toString().startsWith(STORAGE_PREFIX)) {
                throw e;
            }
        }
    }

    @Override
    public void removeXattr(StreamPath path, XattrName name) throws IOException {
        try {
            Optional<OpenFile> opened = tree.opened(path);
            if (opened.isPresent()) {
                opened.get().removeXattr(name.bytes());
            } else {
                tree.directoryOf(path).removeXattr(name(path), name.bytes());
            }
        } catch (PosixException e) {
            // The kernel's sender reckons with capabilities that chown and writes have cleared.
            if (e.errno() != Errno.ENODATA || !name.equals(CAPABILITY)) {
                throw e;
            }
        }
    }

    @Override
    public void write(StreamPath path, long offset, ByteBuffer data) throws IOException {
        copier.write(tree.file(path), offset, data);
    }

    @Override
    public void cloneRange(StreamPath path, long offset, long length, CloneSource from)
            throws IOException {
        DirectoryTree sourceTree = destination.source(from.uuid(), staged);
        try (OpenFile source = sourceTree.openForReading(from.path())) {
            long sizeBytes = source.status().sizeBytes();
            if (length > sizeBytes - from.offset()) {
                throw new FileSystemException(
                        path.toString(),
                        null,
                        "bytes %d to %d of a source of %d bytes"
                                .formatted(from.offset(), from.offset() + length, sizeBytes));
            }
            copier.cloneOrCopy(source, from.offset(), length, tree.file(path), offset);
        }
    }

    @Override
    public void truncate(StreamPath path, long sizeBytes) throws IOException {
        tree.file(path).truncate(sizeBytes);
    }

    @Override
    public void punchHole(StreamPath path, long offset, long length) throws IOException {
        OpenFile file = tree.file(path);
        try {
            file.punchHole(offset, length);
        } catch (PosixException e) {
            zeroInstead(e, file, offset, length);
        }
    }

    @Override
    public void allocate(StreamPath path, Allocation range) throws IOException {
        OpenFile file = tree.file(path);
        try {
            if (range.zero()) {
                file.zeroRange(range.offset(), range.length());
            } else {
                file.allocate(range.offset(), range.length());
            }
        } catch (PosixException e) {
            zeroInstead(e, file, range.offset(), range.zero() ? range.length() : 0);
        }
        long end = range.offset() + range.length();
        if (!range.keepSize() && end > file.status().sizeBytes()) {
            file.truncate(end);
        }
    }

    /// For file systems without `fallocate`: zeros up to the size mean the same.
    private void zeroInstead(PosixException error, OpenFile file, long offset, long length)
            throws PosixException {
        if (error.errno() != Errno.EOPNOTSUPP) {
            throw error;
        }
        long inFile = Math.min(length, file.status().sizeBytes() - offset);
        if (inFile > 0) {
            copier.zero(file, offset, inFile);
        }
    }

    @Override
    public void setPermissions(StreamPath path, int permissions) throws IOException {
        Optional<OpenFile> opened = tree.opened(path);
        if (opened.isPresent()) {
            opened.get().setPermissions(permissions);
            return;
        }
        Directory directory = tree.directoryOf(path);
        if (directory.status(name(path)).isSymlink()) {
            throw new FileSystemException(
                    path.toString(), null, "'" + path + "' is a symbolic link");
        }
        directory.setPermissions(name(path), permissions);
    }

    @Override
    public void setOwner(StreamPath path, long uid, long gid) throws IOException {
        Optional<OpenFile> opened = tree.opened(path);
        if (opened.isPresent()) {
            opened.get().setOwner(uid, gid);
        } else {
            tree.directoryOf(path).setOwner(name(path), uid, gid);
        }
    }

    @Override
    public void setTimes(StreamPath path, Times times) throws IOException {
        FileTimes both =
                new FileTimes(
                        times.access().seconds(),
                        times.access().nanos(),
                        times.modify().seconds(),
                        times.modify().nanos());
        Optional<OpenFile> opened = tree.opened(path);
        if (opened.isPresent()) {
            opened.get().setTimes(both);
        } else {
            tree.directoryOf(path).setTimes(name(path), both);
        }
    }

    @Override
    public void setFlags(StreamPath path, long flags) {
        // Some (immutable, append-only) would forbid the commands that follow.
    }

    @Override
    public boolean enableVerity(StreamPath path, Verity verity) throws IOException {
        tree.closeFile();
        try (OpenFile file = tree.openForReading(path)) {
            file.enableVerity(
                    verity.algorithm(), verity.blockSize(), verity.salt(), verity.signature());
            return true;
        } catch (PosixException e) {
            if (e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.ENOTTY) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public long storedBytes() {
        return 0;
    }

    @Override
    public void checkpoint(KeptReceive kept, boolean goesOn) throws IOException {
        staged.checkpoint(kept);
    }

    @Override
    public boolean takesNotes() {
        return true;
    }

    @Override
    public void note(KeptReceive kept) throws IOException {
        staged.put(kept);
    }

    @Override
    public void discard() {
        staged.discard();
    }

    private static byte[] name(StreamPath path) {
        FileName name = path.name();
        return name.bytes();
    }

    @Override
    public void publish(boolean complete) throws IOException {
        staged.publish(complete);
    }

    @Override
    public void close() throws IOException {
        staged.close();
    }
}
