package dev.varve.engine;

import dev.varve.engine.commit.RefCounts;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.XattrName;
import dev.varve.engine.tree.TreeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// A subvolume as committed.
///
/// @param reader the tree that `items` reads
/// @param counts the pool's reference counts
record CommittedTree(SubvolumeInfo info, TreeReader reader, FileItems items, TreeReader counts)
        implements FileTree {
    @Override
    public Inode inode(long number) throws IOException {
        return items.inode(number);
    }

    @Override
    public Optional<Inode> findInode(long number) throws IOException {
        return items.findInode(number);
    }

    @Override
    public Optional<DirEntry> lookup(long directory, FileName name) throws IOException {
        return items.lookup(directory, name);
    }

    @Override
    public Scan<DirEntry> list(long directory) throws IOException {
        return items.list(directory);
    }

    @Override
    public Scan<DirEntry> listAfter(long directory, FileName after) throws IOException {
        return items.listAfter(directory, after);
    }

    @Override
    public Scan<Link> links(long inode) {
        return items.links(inode);
    }

    @Override
    public List<XattrName> xattrs(long inode) throws IOException {
        return items.xattrs(inode);
    }

    @Override
    public Optional<byte[]> xattr(long inode, XattrName name) throws IOException {
        return items.xattr(inode, name);
    }

    @Override
    public byte[] symlinkTarget(long inode) throws IOException {
        return items.symlinkTarget(inode);
    }

    @Override
    public Scan<Extent> extents(long inode, long fromOffset) throws IOException {
        return items.extents(inode, fromOffset);
    }

    @Override
    public int read(long inode, long offset, ByteBuffer target) throws IOException {
        return items.read(inode, offset, target);
    }

    @Override
    public boolean isShared(long block) throws IOException {
        return RefCounts.isShared(counts, block);
    }

    @Override
    public int frameLength(long block) throws IOException {
        return items.blocks().frameLength(block);
    }

    @Override
    public byte[] frame(long block) throws IOException {
        return items.blocks().frame(block);
    }
}
