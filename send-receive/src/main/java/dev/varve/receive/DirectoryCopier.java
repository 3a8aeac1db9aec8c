package dev.varve.receive;

import dev.varve.posix.Directory;
import dev.varve.posix.DirectoryEntry;
import dev.varve.posix.FileStatus;
import dev.varve.posix.FileTimes;
import dev.varve.posix.OpenFile;
import dev.varve.posix.PosixException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Copies a directory with all that is in it: contents shared where the file system can, hard
/// links, holes, owners, modes, times and extended attributes kept. Remembers only files with
/// several names, until the last of them has been seen.
final class DirectoryCopier {
    private final FileCopier files;
    private final Directory targetRoot;
    private final Map<Long, Seen> linked = new HashMap<>();

    /// Where a file with several names was copied to.
    private record Seen(byte[] directory, byte[] name, long namesLeft) {}

    /// @param target an empty directory
    DirectoryCopier(Directory target, FileCopier files) {
        targetRoot = target;
        this.files = files;
    }

    /// Makes the target equal to `source`.
    void copy(Directory source) throws PosixException {
        copy(source, targetRoot, new byte[0]);
    }

    private void copy(Directory source, Directory target, byte[] path) throws PosixException {
        List<DirectoryEntry> entries = source.nextEntries();
        while (!entries.isEmpty()) {
            for (DirectoryEntry entry : entries) {
                copyEntry(source, target, path, entry.name());
            }
            entries = source.nextEntries();
        }
        copyAttributes(source.file(), target.file());
    }

    private void copyEntry(Directory source, Directory target, byte[] path, byte[] name)
            throws PosixException {
        FileStatus status = source.status(name);
        if (status.isDirectory()) {
            target.makeDirectory(name, 0700);
            try (Directory from = source.openDirectory(name);
                    Directory to = target.openDirectory(name)) {
                copy(from, to, join(path, name));
            }
            return;
        }
        if (status.links() > 1 && linkToCopy(status, target, path, name)) {
            return;
        }
        if (status.isRegular()) {
            try (OpenFile from = source.openForReading(name);
                    OpenFile to = target.createFile(name, 0600)) {
                files.cloneOrCopyAll(from, to, status.sizeBytes());
                copyAttributes(from, to);
            }
            return;
        }
        if (status.isSymlink()) {
            target.makeSymlink(name, source.readLink(name));
        } else {
            target.makeNode(name, status.mode(), status.rdev());
        }
        copyAttributes(source, target, name, status);
    }

    /// Links to the copy made before; false if this is the first name seen.
    private boolean linkToCopy(FileStatus status, Directory target, byte[] path, byte[] name)
            throws PosixException {
        Seen seen = linked.remove(status.inode());
        if (seen == null) {
            linked.put(status.inode(), new Seen(path, name, status.links() - 1));
            return false;
        }
        if (seen.namesLeft() > 1) {
            linked.put(
                    status.inode(), new Seen(seen.directory(), seen.name(), seen.namesLeft() - 1));
        }
        if (seen.directory().length == 0) {
            targetRoot.link(seen.name(), target, name);
        } else {
            try (Directory directory = targetRoot.openBeneath(seen.directory())) {
                directory.link(seen.name(), target, name);
            }
        }
        return true;
    }

    private static byte[] join(byte[] path, byte[] name) {
        if (path.length == 0) {
            return name;
        }
        byte[] joined = Arrays.copyOf(path, path.length + 1 + name.length);
        joined[path.length] = '/';
        System.arraycopy(name, 0, joined, path.length + 1, name.length);
        return joined;
    }

    // A change of owner clears capabilities and set-id bits, a change of attributes the times.
    private static void copyAttributes(OpenFile source, OpenFile target) throws PosixException {
        FileStatus status = source.status();
        target.setOwner(status.uid(), status.gid());
        for (byte[] attribute : source.xattrs()) {
            byte[] value = source.xattr(attribute).orElse(new byte[0]);
            target.setXattr(attribute, value);
        }
        target.setPermissions(status.permissions());
        target.setTimes(times(status));
    }

    private static void copyAttributes(
            Directory source, Directory target, byte[] name, FileStatus status)
            throws PosixException {
        target.setOwner(name, status.uid(), status.gid());
        for (byte[] attribute : source.xattrs(name)) {
            byte[] value = source.xattr(name, attribute).orElse(new byte[0]);
            target.setXattr(name, attribute, value);
        }
        if (!status.isSymlink()) {
            target.setPermissions(name, status.permissions());
        }
        target.setTimes(name, times(status));
    }

    private static FileTimes times(FileStatus status) {
        return new FileTimes(
                status.accessSeconds(),
                status.accessNanos(),
                status.modifySeconds(),
                status.modifyNanos());
    }
}
