package dev.varve.receive;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A subvolume of a pool, to be summed up.
public final class PoolTree implements TreeSummary.Source<Long> {
    private final FileTree tree;

    public PoolTree(FileTree tree) {
        this.tree = tree;
    }

    @Override
    public Long root() {
        return Inode.ROOT;
    }

    @Override
    public TreeSummary.Node node(Long number) throws IOException {
        Inode inode = tree.inode(number);
        return new TreeSummary.Node(
                inode.type(),
                inode.permissions(),
                inode.uid(),
                inode.gid(),
                inode.modifyTime().seconds(),
                inode.modifyTime().nanos(),
                inode.sizeBytes(),
                inode.rdev(),
                inode.links(),
                inode.number());
    }

    @Override
    public List<TreeSummary.Child<Long>> children(Long directory) throws IOException {
        List<TreeSummary.Child<Long>> children = new ArrayList<>();
        for (Scan<DirEntry> entries = tree.list(directory); entries.advance(); ) {
            if (!entries.current().isSubvolume()) {
                DirEntry entry = entries.current();
                children.add(new TreeSummary.Child<>(entry.name().bytes(), entry.target()));
            }
        }
        return children;
    }

    @Override
    public byte[] target(Long symlink) throws IOException {
        return tree.symlinkTarget(symlink);
    }

    @Override
    public Map<String, byte[]> xattrs(Long inode) throws IOException {
        Map<String, byte[]> values = new HashMap<>();
        for (XattrName name : tree.xattrs(inode)) {
            values.put(name.toString(), tree.xattr(inode, name).orElseThrow());
        }
        return values;
    }

    @Override
    public byte[] read(Long file, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        int count = tree.read(file, offset, buffer);
        return Arrays.copyOf(buffer.array(), count);
    }

    @Override
    public List<Long> dataBlocks(Long file) throws IOException {
        List<Long> blocks = new ArrayList<>();
        long next = 0;
        for (Scan<Extent> extents = tree.extents(file, 0); extents.advance(); ) {
            Extent extent = extents.current();
            if (extent instanceof Extent.Preallocated) {
                // Zeros, and perhaps exabytes of them.
                continue;
            }
            for (long at = Math.max(next, extent.offset() & -4096); at < extent.end(); at += 4096) {
                blocks.add(at);
                next = at + 4096;
            }
        }
        return blocks;
    }
}
