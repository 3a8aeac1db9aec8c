package dev.varve.ingest;

import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import dev.varve.posix.FileStatus;
import org.jspecify.annotations.Nullable;

/// A name in the directory that is imported.
///
/// @param bytes the name again, for system calls
/// @param status null if it could not be read
/// @param problem why it could not; null if it could
record SourceEntry(
        FileName name, byte[] bytes, @Nullable FileStatus status, @Nullable String problem) {
    private static final long PLACEHOLDER_INODE = 2;

    static FileType type(FileStatus status) {
        return FileType.ofMode(status.mode());
    }

    static Timestamp accessTime(FileStatus status) {
        return new Timestamp(status.accessSeconds(), status.accessNanos());
    }

    static Timestamp modifyTime(FileStatus status) {
        return new Timestamp(status.modifySeconds(), status.modifyNanos());
    }

    static Timestamp changeTime(FileStatus status) {
        return new Timestamp(status.changeSeconds(), status.changeNanos());
    }

    static Timestamp birthTime(FileStatus status) {
        return new Timestamp(status.birthSeconds(), status.birthNanos());
    }

    /// Whether this is the empty directory that btrfs shows in a snapshot where the original has a
    /// nested subvolume. It has no inode of its own: they all have this number, and their times are
    /// those of the last time the kernel looked. Other file systems give directories two links.
    static boolean isPlaceholder(FileStatus status) {
        return status.inode() == PLACEHOLDER_INODE
                && status.isDirectory()
                && status.links() == 1
                && status.sizeBytes() == 0;
    }

    /// Whether the pool's inode came from this one. A file system without birth times is trusted to
    /// tell its inodes apart by number alone; a wrong guess costs a comparison, no more.
    static boolean isSame(Inode inode, FileStatus status) {
        boolean isSameBirth =
                inode.birthTime().seconds() == status.birthSeconds()
                        && inode.birthTime().nanos() == status.birthNanos();
        return inode.origin() == status.inode()
                && (isSameBirth || isPlaceholder(status))
                && ((inode.mode() ^ status.mode()) & FileType.MODE_MASK) == 0;
    }

    /// Whether nothing happened to an inode that [#isSame]: every change of content or attributes
    /// sets the change time, and no program can set it back. Access times alone do not count.
    static boolean isUnmodified(Inode inode, FileStatus status) {
        if (isPlaceholder(status)) {
            return inode.mode() == status.mode();
        }
        return inode.changeTime().seconds() == status.changeSeconds()
                && inode.changeTime().nanos() == status.changeNanos()
                && inode.modifyTime().seconds() == status.modifySeconds()
                && inode.modifyTime().nanos() == status.modifyNanos()
                && inode.mode() == status.mode()
                && (!status.isRegular() || inode.sizeBytes() == status.sizeBytes());
    }
}
