package dev.varve.engine;

import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/// Reads one subvolume: its inodes, directories, attributes and bytes. A tree from a [ReadView]
/// never changes and may be read by many threads; a [SubvolumeWriter] shows its transaction's
/// changes and belongs to the transaction's thread.
public interface FileTree {
    /// What the pool knows of this subvolume.
    SubvolumeInfo info();

    /// @throws NoSuchFileException if there is no such inode
    Inode inode(long number) throws IOException;

    /// Like [#inode], empty if there is no such inode.
    Optional<Inode> findInode(long number) throws IOException;

    /// The entry of that name.
    ///
    /// @throws java.nio.file.NotDirectoryException if `directory` is none
    Optional<DirEntry> lookup(long directory, FileName name) throws IOException;

    /// All entries of a directory, ordered by name.
    Scan<DirEntry> list(long directory) throws IOException;

    /// The entries whose names are greater than `after`, ordered by name.
    Scan<DirEntry> listAfter(long directory, FileName after) throws IOException;

    /// All names of an inode, ordered by directory, then name. None for the root.
    Scan<Link> links(long inode) throws IOException;

    /// Names of all extended attributes, in order.
    List<XattrName> xattrs(long inode) throws IOException;

    /// The value of an extended attribute; owned by the caller.
    Optional<byte[]> xattr(long inode, XattrName name) throws IOException;

    /// The target of a symbolic link.
    byte[] symlinkTarget(long inode) throws IOException;

    /// The extents of a regular file that end behind `fromOffset`, in order.
    Scan<Extent> extents(long inode, long fromOffset) throws IOException;

    /// Reads file content, holes as zeros, up to the file's size.
    ///
    /// @return the number of bytes put into `target`; 0 at or behind the end
    int read(long inode, long offset, ByteBuffer target) throws IOException;

    /// Whether a block may be in more than one place of the pool; one that is not is in this tree
    /// alone, once.
    ///
    /// @param block as in [Extent.Data#block]
    boolean isShared(long block) throws IOException;

    /// How long the zstd frame is that a committed block is stored as; 0 if it is not stored so.
    /// Reads no data of a plain pool.
    ///
    /// @param block as in [Extent.Data#block]
    int frameLength(long block) throws IOException;

    /// The zstd frame that a committed block is stored as, its checksum verified; its content is
    /// the block. Owned by the caller.
    byte[] frame(long block) throws IOException;
}
