package dev.varve.engine.check;

import dev.varve.engine.check.RootTreeCheck.OtherTree;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.Head;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.DumpLine;
import dev.varve.engine.model.Extent;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.NodeReference;
import dev.varve.engine.tree.TreeFinding;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeVisitor;
import dev.varve.engine.tree.TreeWalker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds everything that refers to a block. Reads all metadata, shared nodes once: a node below
/// which nothing was found is not entered again. About a bit for each node.
public final class BlockOwners {
    private final NodeCache nodes;
    private final Head head;
    private final long block;
    private final Consumer<DumpLine> lines;
    private final RootTreeCheck roots;
    private final FilePaths paths;
    private final Map<Long, BitSet> without = new HashMap<>();
    private boolean found;

    /// @param lines told of each owner
    public BlockOwners(
            NodeCache nodes, BlockStore blocks, Head head, long block, Consumer<DumpLine> lines) {
        this.nodes = nodes;
        this.head = head;
        this.block = block;
        this.lines = lines;
        this.roots = new RootTreeCheck(nodes, head, new BlockUse(), new Report(_ -> {}, _ -> {}));
        this.paths = new FilePaths(nodes, blocks, roots.lookups());
    }

    /// Looks everywhere.
    ///
    /// @return whether anything refers to the block
    public boolean find() throws IOException {
        tree("root tree", Subvolumes.treeRoot(head.roots()));
        tree("counts tree", Subvolumes.treeRoot(head.counts()));
        tree("packs tree", Subvolumes.treeRoot(head.packs()));
        roots.check();
        for (SubvolumeTree tree : roots.subvolumes()) {
            Owners owners = new Owners(paths.subvolume(tree), paths.items(tree));
            new TreeWalker(nodes, owners).walk(tree.root());
        }
        for (OtherTree tree : roots.deleted()) {
            tree(tree.name(), tree.root());
        }
        for (OtherTree tree : roots.catalogs()) {
            tree(tree.name(), tree.root());
        }
        return found;
    }

    private void tree(String name, TreeRoot root) throws IOException {
        new TreeWalker(nodes, new Owners(name, null)).walk(root);
    }

    private void tell(DumpLine line) {
        found = true;
        lines.accept(line);
    }

    /// One tree.
    private final class Owners implements TreeVisitor {
        private final String name;
        private final @Nullable FileItems items;
        private final ArrayDeque<Boolean> below = new ArrayDeque<>();

        Owners(String name, @Nullable FileItems items) {
            this.name = name;
            this.items = items;
        }

        @Override
        public boolean enter(NodeReference reference) {
            long address = reference.address();
            if (address == block) {
                note();
                tell(DumpLine.of("node", "tree", name, "level", reference.level()));
            }
            BitSet slots = without.get(BlockAddress.packOf(address));
            if (slots != null && slots.get(BlockAddress.slotOf(address))) {
                return false;
            }
            below.push(false);
            return true;
        }

        private void note() {
            if (!below.isEmpty()) {
                below.pop();
                below.push(true);
            }
        }

        @Override
        public void item(long leaf, TreeItem item) throws IOException {
            if (items == null || NodeTally.block(item) != block) {
                return;
            }
            note();
            try {
                tell(line(FileItem.read(item), items));
            } catch (CorruptionException e) {
                tell(DumpLine.of("item", "tree", name, "damaged", String.valueOf(e.getMessage())));
            }
        }

        private DumpLine line(FileItem item, FileItems files) throws IOException {
            String path = paths.file(files, item.inode());
            if (item instanceof FileItem.ExtentItem(long inode, Extent extent)) {
                return DumpLine.of(
                        "file",
                        "subvolume",
                        name,
                        "path",
                        path,
                        "inode",
                        inode,
                        "offset",
                        extent.offset(),
                        "length",
                        extent.length());
            }
            return DumpLine.of("xattr", "subvolume", name, "path", path, "inode", item.inode());
        }

        @Override
        public void leave(NodeReference reference) {
            boolean any = below.pop();
            if (any) {
                note();
            } else {
                long address = reference.address();
                without.computeIfAbsent(BlockAddress.packOf(address), _ -> new BitSet())
                        .set(BlockAddress.slotOf(address));
            }
        }

        @Override
        public void found(TreeFinding finding) {
            // A check tells.
        }
    }
}
