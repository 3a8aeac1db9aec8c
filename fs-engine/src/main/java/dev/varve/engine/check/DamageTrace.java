package dev.varve.engine.check;

import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.XattrName;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.NodeReference;
import dev.varve.engine.tree.TreeFinding;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeVisitor;
import dev.varve.engine.tree.TreeWalker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Names the files that damaged data blocks belong to, in every subvolume. A first pass reads each
/// node once, however many trees share it, and marks the ways to damage; a second one follows the
/// marks in each tree.
final class DamageTrace {
    private final NodeCache nodes;
    private final BlockStore blocks;
    private final FilePaths paths;
    private final BlockUse use;
    private final Report report;

    DamageTrace(NodeCache nodes, BlockStore blocks, FilePaths paths, BlockUse use, Report report) {
        this.nodes = nodes;
        this.blocks = blocks;
        this.paths = paths;
        this.use = use;
        this.report = report;
    }

    void run(List<SubvolumeTree> trees) throws IOException {
        Marking marking = new Marking();
        for (SubvolumeTree tree : trees) {
            new TreeWalker(nodes, marking).walk(tree.root());
        }
        for (SubvolumeTree tree : trees) {
            if (use.isMarked(tree.root().address())) {
                Naming naming = new Naming(paths.subvolume(tree), paths.items(tree));
                new TreeWalker(nodes, naming).walk(tree.root());
                naming.finish();
            }
        }
    }

    /// The data that an item refers to, if it is damaged.
    private Extent.@Nullable Data damagedData(FileItem item) throws IOException {
        return switch (item) {
            case FileItem.ExtentItem(_, Extent.Data data) -> isDamaged(data) ? data : null;
            case FileItem.LargeXattrItem(_, _, Extent.Data data) -> isDamaged(data) ? data : null;
            case FileItem.ExtentItem _,
                    FileItem.InodeItem _,
                    FileItem.LinkItem _,
                    FileItem.EntryItem _,
                    FileItem.TargetItem _,
                    FileItem.XattrItem _ ->
                    null;
        };
    }

    private boolean isDamaged(Extent.Data data) throws IOException {
        PackUse pack = use.packOf(data.block());
        if (pack.isDamaged(BlockAddress.slotOf(data.block()))) {
            return true;
        }
        try {
            return pack.lengthsDiffer() && blocks.rawLength(data.block()) != data.blockLength();
        } catch (CorruptionException _) {
            return true;
        }
    }

    /// Marks each node on the way to damage.
    private final class Marking implements TreeVisitor {
        private final Map<Long, BitSet> seen = new HashMap<>();

        /// Whether there is damage below, for each node on the path.
        private final ArrayDeque<Boolean> damage = new ArrayDeque<>();

        @Override
        public boolean enter(NodeReference reference) throws IOException {
            report.step();
            long address = reference.address();
            BitSet slots = seen.computeIfAbsent(BlockAddress.packOf(address), _ -> new BitSet());
            int slot = BlockAddress.slotOf(address);
            if (slots.get(slot)) {
                note(use.isMarked(address));
                return false;
            }
            slots.set(slot);
            damage.push(false);
            return true;
        }

        private void note(boolean damaged) {
            if (damaged && !damage.isEmpty()) {
                damage.pop();
                damage.push(true);
            }
        }

        @Override
        public void item(long leaf, TreeItem item) throws IOException {
            try {
                note(damagedData(FileItem.read(item)) != null);
            } catch (CorruptionException _) {
                // Reported with the tree.
            }
        }

        @Override
        public void leave(NodeReference reference) {
            boolean damaged = damage.pop();
            if (damaged) {
                use.setMarked(reference.address());
            }
            note(damaged);
        }

        @Override
        public void found(TreeFinding finding) {
            // Reported when the node was first met.
        }
    }

    /// Names the files with damage in one tree.
    private final class Naming implements TreeVisitor {
        private final String subvolume;
        private final FileItems items;

        /// The file whose extents are being met, and what is lost of it.
        private long inode;

        private long lostBytes;
        private long firstOffset;

        Naming(String subvolume, FileItems items) {
            this.subvolume = subvolume;
            this.items = items;
        }

        @Override
        public boolean enter(NodeReference reference) throws IOException {
            report.step();
            return use.isMarked(reference.address());
        }

        @Override
        public void item(long leaf, TreeItem item) throws IOException {
            FileItem read;
            try {
                read = FileItem.read(item);
            } catch (CorruptionException _) {
                return;
            }
            Extent.Data data = damagedData(read);
            if (data == null) {
                return;
            }
            if (read instanceof FileItem.LargeXattrItem(long owner, XattrName name, _)) {
                lose(owner, "attribute " + name);
                return;
            }
            if (read.inode() != inode) {
                finish();
                inode = read.inode();
                firstOffset = data.offset();
            }
            lostBytes += data.length();
        }

        void finish() throws IOException {
            if (lostBytes > 0) {
                lose(inode, lostBytes + " bytes, the first at offset " + firstOffset);
            }
            lostBytes = 0;
        }

        private void lose(long owner, String what) throws IOException {
            paths.allOf(
                    items, owner, path -> report.add(new Finding.LostFile(subvolume, path, what)));
        }

        @Override
        public void found(TreeFinding finding) {
            // Reported when the node was first met.
        }
    }
}
