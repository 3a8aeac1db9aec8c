package dev.varve.engine.check;

import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.FileKey;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.NodeReference;
import dev.varve.engine.tree.TreeFinding;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeVisitor;
import dev.varve.engine.tree.TreeWalker;
import java.io.IOException;

/// Finds the leaf that an inode's item is in.
final class Leaves implements TreeVisitor {
    private final long inode;
    private long found;

    private Leaves(long inode) {
        this.inode = inode;
    }

    static long of(NodeCache nodes, SubvolumeRecord record, long inode) throws IOException {
        Leaves leaves = new Leaves(inode);
        new TreeWalker(nodes, leaves).walk(Subvolumes.treeRoot(record.root()));
        return leaves.found;
    }

    @Override
    public boolean enter(NodeReference reference) {
        return true;
    }

    @Override
    public void item(long leaf, TreeItem item) {
        if (item.keyLength() == FileKey.REST
                && FileKey.inode(item.page(), item.keyOffset()) == inode
                && FileKey.type(item.page(), item.keyOffset()) == FileKey.INODE) {
            found = leaf;
        }
    }

    @Override
    public void found(TreeFinding finding) {
        throw new AssertionError(finding);
    }
}
