package dev.varve.engine;

import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Changes one subvolume inside a [WriteTransaction]; reads see the changes at once, others only
/// after the commit. Times, owners and modes are stored as given: the engine itself never touches a
/// time, clears a bit or checks a permission.
///
/// Errors with file semantics are `java.nio.file`'s: [java.nio.file.NoSuchFileException],
/// [java.nio.file.FileAlreadyExistsException], [java.nio.file.NotDirectoryException],
/// [java.nio.file.DirectoryNotEmptyException], and [java.nio.file.FileSystemException] with a
/// reason (is a directory, read-only, cross-device). Such an error leaves the transaction as it was
/// before the call. After a [dev.varve.engine.model.StorageException] the transaction can only be
/// closed.
public interface SubvolumeWriter extends FileTree {
    /// Makes a regular file and returns its inode number.
    long createFile(long directory, FileName name, Attributes attributes) throws IOException;

    long createDirectory(long directory, FileName name, Attributes attributes) throws IOException;

    /// @param target 1 to 4095 bytes
    long createSymlink(long directory, FileName name, byte[] target, Attributes attributes)
            throws IOException;

    /// Makes a fifo, socket or device.
    ///
    /// @param rdev as in [dev.varve.engine.model.Inode#rdev]; 0 for a fifo or socket
    long createNode(long directory, FileName name, FileType type, long rdev, Attributes attributes)
            throws IOException;

    /// Gives an inode that is no directory one more name.
    void link(long inode, long directory, FileName name) throws IOException;

    /// Removes a name that is no directory; with the last one the inode goes.
    void unlink(long directory, FileName name) throws IOException;

    /// Removes an empty directory. A nested subvolume is removed by
    /// [WriteTransaction#deleteSubvolume], its placeholder in a snapshot by this.
    void removeDirectory(long directory, FileName name) throws IOException;

    /// Moves an entry as `renameat2` does; nested subvolumes move with their entry.
    void rename(
            long fromDirectory,
            FileName fromName,
            long toDirectory,
            FileName toName,
            RenameMode mode)
            throws IOException;

    enum RenameMode {
        /// Replaces a target file, or a target directory that is empty.
        REPLACE,
        /// Fails if the target exists.
        NO_REPLACE,
        /// Swaps both; both must exist.
        EXCHANGE
    }

    /// Writes all remaining bytes of `data`; grows the file if it must, up to 2^63-1.
    void write(long inode, long offset, ByteBuffer data) throws IOException;

    /// Makes what cuts content for [#writeChunk], for use by one other thread.
    Chunker chunker();

    /// Where the pool has a chunk.
    enum Presence {
        /// At this place of this file.
        HERE,
        ELSEWHERE,
        /// Not as a chunk; the same bytes may be there, cut in another way.
        UNKNOWN
    }

    /// Whether the pool has a chunk, without reading any content.
    Presence presence(long inode, long offset, Chunk chunk) throws IOException;

    /// Writes a chunk as one block, or shares the block that has this content already.
    ///
    /// @return whether the pool did not have the content
    boolean writeChunk(long inode, long offset, Chunk chunk) throws IOException;

    /// Sets the size; new bytes are a hole.
    void truncate(long inode, long sizeBytes) throws IOException;

    /// Makes a range a hole; the size stays.
    void punchHole(long inode, long offset, long length) throws IOException;

    /// Makes a range read as zeros, preallocated; grows the file unless `keepSize`.
    void zeroRange(long inode, long offset, long length, boolean keepSize) throws IOException;

    /// Preallocates the holes of a range; data in it stays. Grows the file unless `keepSize`.
    void allocate(long inode, long offset, long length, boolean keepSize) throws IOException;

    /// Cuts a range out of a file; what is behind it moves down. The range must end before the
    /// size.
    void collapseRange(long inode, long offset, long length) throws IOException;

    /// Opens a hole inside a file; what is behind `offset` moves up.
    void insertRange(long inode, long offset, long length) throws IOException;

    /// Shares a range of another file, or of the same one if the ranges are apart, in any subvolume
    /// of this pool. Any byte offsets; grows the file if it must, never copies whole blocks.
    ///
    /// @param source a tree of this pool: a committed one, this one, or another of the transaction
    void cloneRange(
            FileTree source, long sourceInode, long sourceOffset, long length, CloneTarget target)
            throws IOException;

    /// Where a clone goes.
    record CloneTarget(long inode, long offset) {}

    /// @param permissions the twelve permission bits
    void setPermissions(long inode, int permissions) throws IOException;

    void setOwner(long inode, long uid, long gid) throws IOException;

    void setTimes(long inode, Timestamp access, Timestamp modify, Timestamp change)
            throws IOException;

    void setBirthTime(long inode, Timestamp birth) throws IOException;

    /// Sets the btrfs inode flags.
    void setFlags(long inode, long flags) throws IOException;

    /// Sets [dev.varve.engine.model.Inode#origin].
    void setOrigin(long inode, long origin) throws IOException;

    /// @param value 0 to [WriteTransaction#MAX_XATTR_BYTES]
    void setXattr(long inode, XattrName name, byte[] value) throws IOException;

    /// @throws java.nio.file.NoSuchFileException if there is no such attribute
    void removeXattr(long inode, XattrName name) throws IOException;
}
