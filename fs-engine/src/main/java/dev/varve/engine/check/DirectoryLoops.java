package dev.varve.engine.check;

import dev.varve.engine.file.FileItems;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.NodeReference;
import dev.varve.engine.tree.TreeFinding;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeVisitor;
import dev.varve.engine.tree.TreeWalker;
import java.io.IOException;
import java.util.Optional;

/// Finds directories of one subvolume that are inside themselves. Numbers only grow, so a loop has
/// a directory whose number is not greater than its parent's: only below nodes marked for holding
/// such a name are names looked at, and from there followed up.
final class DirectoryLoops implements TreeVisitor {
    private static final int REMEMBERED = 1 << 12;

    private final BlockUse use;
    private final Report report;
    private final FileItems items;
    private final String subvolume;

    /// Directories known to end at the root, or to have been reported: by the low bits of their
    /// numbers, the last one of each.
    private final long[] known = new long[REMEMBERED];

    private DirectoryLoops(BlockUse use, Report report, FileItems items, String subvolume) {
        this.use = use;
        this.report = report;
        this.items = items;
        this.subvolume = subvolume;
    }

    static void find(
            NodeCache nodes, SubvolumeTree tree, FilePaths paths, BlockUse use, Report report)
            throws IOException {
        DirectoryLoops loops =
                new DirectoryLoops(use, report, paths.items(tree), paths.subvolume(tree));
        new TreeWalker(nodes, loops).walk(tree.root());
    }

    @Override
    public boolean enter(NodeReference reference) throws IOException {
        report.step();
        return use.isRising(reference.address());
    }

    @Override
    public void item(long leaf, TreeItem item) throws IOException {
        try {
            if (FileItem.read(item) instanceof FileItem.LinkItem(long inode, Link link)
                    && link.directory() >= inode) {
                follow(inode);
            }
        } catch (CorruptionException _) {
            // Reported where items are checked.
        }
    }

    /// Brent's way: of a path's places, one is kept that a loop must come back to.
    private void follow(long inode) throws IOException {
        long at = inode;
        long kept = inode;
        for (long steps = 1; !isKnown(at); steps++) {
            Optional<Link> link = FilePaths.firstLink(items, at);
            if (link.isEmpty()) {
                return;
            }
            at = link.get().directory();
            if (at == kept) {
                String name = "/…/" + link.get().name();
                String detail = "inode " + at + " is inside itself";
                report.add(new Finding.BrokenFile(subvolume, name, detail));
                remember(at);
                break;
            }
            if (Long.bitCount(steps) == 1) {
                kept = at;
            }
        }
        remember(inode);
    }

    private boolean isKnown(long directory) {
        return directory == Inode.ROOT || known[(int) directory & REMEMBERED - 1] == directory;
    }

    private void remember(long directory) {
        known[(int) directory & REMEMBERED - 1] = directory;
    }

    @Override
    public void found(TreeFinding finding) {
        // Reported where nodes are checked.
    }
}
