package dev.varve.receive;

import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/// A subvolume being received. All numbers are in range and all names valid; offset plus length
/// never overflows. What does not fit the tree as it is fails with a
/// [java.nio.file.FileSystemException] and changes nothing.
interface SubvolumeSink extends Closeable {
    /// @param origin the sender's inode number
    void createFile(StreamPath path, long origin) throws IOException;

    void createDirectory(StreamPath path, long origin) throws IOException;

    void createSymlink(StreamPath path, byte[] target, long origin) throws IOException;

    void createNode(StreamPath path, FileType type, long rdev, long origin) throws IOException;

    void rename(StreamPath from, StreamPath to) throws IOException;

    void link(StreamPath existing, StreamPath path) throws IOException;

    void unlink(StreamPath path) throws IOException;

    void removeDirectory(StreamPath path) throws IOException;

    void setXattr(StreamPath path, XattrName name, byte[] value) throws IOException;

    void removeXattr(StreamPath path, XattrName name) throws IOException;

    void write(StreamPath path, long offset, ByteBuffer data) throws IOException;

    void cloneRange(StreamPath path, long offset, long length, CloneSource source)
            throws IOException;

    /// Where a clone takes its bytes from: the subvolume with this UUID in the sender's words.
    record CloneSource(UUID uuid, StreamPath path, long offset) {}

    void truncate(StreamPath path, long sizeBytes) throws IOException;

    void punchHole(StreamPath path, long offset, long length) throws IOException;

    void allocate(StreamPath path, Allocation allocation) throws IOException;

    /// @param zero whether data in the range goes
    /// @param keepSize whether the file keeps its size
    record Allocation(long offset, long length, boolean zero, boolean keepSize) {}

    void setPermissions(StreamPath path, int permissions) throws IOException;

    void setOwner(StreamPath path, long uid, long gid) throws IOException;

    void setTimes(StreamPath path, Times times) throws IOException;

    record Times(Timestamp access, Timestamp modify, Timestamp change, Optional<Timestamp> birth) {}

    /// Sets the btrfs inode flags, where the medium keeps them.
    void setFlags(StreamPath path, long flags) throws IOException;

    /// Makes the file immutable under fs-verity, where the medium can.
    ///
    /// @return whether it can
    boolean enableVerity(StreamPath path, Verity verity) throws IOException;

    /// @param salt at most 32 bytes
    record Verity(int algorithm, int blockSize, byte[] salt, byte[] signature) {}

    /// Keeps what was received so far, durably, so that another process can go on. It stays hidden.
    ///
    /// @param goesOn whether more commands follow in this process
    void checkpoint(KeptReceive kept, boolean goesOn) throws IOException;

    /// Bytes stored so far, of this subvolume and of others; 0 where nobody counts them.
    long storedBytes();

    /// Whether [#note] does anything.
    boolean takesNotes();

    /// Told before each command that cannot be done twice, so that a killed process loses nothing
    /// that reached the medium.
    void note(KeptReceive kept) throws IOException;

    /// Drops what was not published, checkpoints too. Closing comes next.
    void discard() throws IOException;

    /// Makes the subvolume durable and visible.
    ///
    /// @param complete whether it is what the sender sent and may be the parent of increments
    void publish(boolean complete) throws IOException;

    /// Drops what was not published since the last checkpoint.
    @Override
    void close() throws IOException;
}
