package dev.varve.engine.check;

import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.EntryFormat;
import dev.varve.engine.format.FileKey;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.NodeReference;
import dev.varve.engine.tree.TreeFinding;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeReader;
import dev.varve.engine.tree.TreeVisitor;
import dev.varve.engine.tree.TreeWalker;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Names what is wrong in a subvolume's tree that is known not to be sound: goes through all of its
/// items, shared ones too, and looks up for each what it must agree with.
final class FileTreeAudit {
    private final NodeCache nodes;
    private final SubvolumeTree tree;
    private final FilePaths paths;
    private final Report report;
    private final TreeReader reader;
    private final FileItems items;
    private final String name;
    private final LostNodes lost;

    FileTreeAudit(NodeCache nodes, SubvolumeTree tree, FilePaths paths, Report report)
            throws IOException {
        this.nodes = nodes;
        this.tree = tree;
        this.paths = paths;
        this.report = report;
        this.reader = new TreeReader(nodes, tree.root());
        this.items = paths.items(tree);
        this.name = paths.subvolume(tree);
        this.lost = new LostNodes();
    }

    /// Reports what is wrong, at the least that something is.
    void run() throws IOException {
        if (!findErrors()) {
            report.add(new Finding.BrokenItem(name, "its tree", "does not agree with itself"));
        }
    }

    /// Reports what is wrong.
    ///
    /// @return whether anything was found
    boolean findErrors() throws IOException {
        long before = report.errors();
        new TreeWalker(nodes, lost).walk(tree.root());
        lost.ranges()
                .forEach((first, range) ->
                        report.add(
                                new Finding.LostInodes(name, first, range.last(), range.block())));
        Audit audit = new Audit();
        new TreeWalker(nodes, audit).walk(tree.root());
        audit.finishPart();
        if (!lost.has(Inode.ROOT) && !isThere(FileKey.of(Inode.ROOT, FileKey.INODE))) {
            broken("/", "there is no root directory");
        }
        return report.errors() > before;
    }

    /// Whether the tree has the item; true also if it cannot be told.
    private boolean isThere(byte[] key) throws IOException {
        try {
            return reader.get(key) != null;
        } catch (CorruptionException _) {
            return true;
        }
    }

    private void broken(String path, String detail) {
        report.add(new Finding.BrokenFile(name, path, detail));
    }

    /// Checks item by item.
    private final class Audit implements TreeVisitor {
        private @Nullable InodePart part;

        @Override
        public boolean enter(NodeReference reference) throws IOException {
            report.step();
            return true;
        }

        @Override
        public void item(long leaf, TreeItem item) throws IOException {
            FileItem read;
            try {
                read = FileItem.read(item);
            } catch (CorruptionException e) {
                broken(pathOf(item), String.valueOf(e.getMessage()));
                return;
            }
            if (part == null || part.number() != read.inode()) {
                finishPart();
                part = new InodePart(read.inode());
            }
            part.add(read);
            switch (read) {
                case FileItem.EntryItem(long directory, DirEntry entry) -> {
                    if (!entry.isSubvolume()) {
                        checkEntry(directory, entry);
                    }
                }
                case FileItem.LinkItem(long inode, Link link) -> checkLink(inode, link);
                case FileItem.InodeItem _,
                        FileItem.TargetItem _,
                        FileItem.ExtentItem _,
                        FileItem.XattrItem _,
                        FileItem.LargeXattrItem _ -> {}
            }
        }

        private String pathOf(TreeItem item) throws IOException {
            return item.keyLength() < FileKey.REST
                    ? "/…"
                    : paths.file(items, FileKey.inode(item.page(), item.keyOffset()));
        }

        /// All items of an inode were seen.
        void finishPart() throws IOException {
            InodePart done = part;
            if (done == null) {
                return;
            }
            String problem = done.problem();
            // What is lost of an inode makes the rest look wrong; its names are reported as lost.
            if (!problem.isEmpty() && !lost.has(done.number())) {
                broken(paths.file(items, done.number()), problem);
            }
            if (done.number() >= tree.record().nextInode()) {
                String detail = "inode %d was never given out".formatted(done.number());
                broken(paths.file(items, done.number()), detail);
            }
        }

        @Override
        public void found(TreeFinding finding) {
            // Reported when the node was first met.
        }
    }

    private void checkEntry(long directory, DirEntry entry) throws IOException {
        long target = entry.target();
        if (lost.has(target)) {
            String path = paths.file(items, directory, entry.name());
            report.add(new Finding.LostFile(name, path, lossOf(target)));
            return;
        }
        String problem = problemOf(entry);
        byte[] link = FileKey.link(target, directory, entry.name().bytes());
        if (problem.isEmpty() && !isThere(link)) {
            problem = "inode " + target + " does not know of this name";
        }
        if (!problem.isEmpty()) {
            broken(paths.file(items, directory, entry.name()), problem);
        }
    }

    private String lossOf(long inode) throws IOException {
        String block = lost.block(inode);
        try {
            if (reader.get(FileKey.of(inode, FileKey.INODE)) != null) {
                return "content or attributes, or some of them, in damaged node " + block;
            }
        } catch (CorruptionException _) {
            // The inode itself is lost.
        }
        return "the whole of it, in damaged node " + block;
    }

    private String problemOf(DirEntry entry) throws IOException {
        Optional<Inode> inode;
        try {
            inode = items.findInode(entry.target());
        } catch (CorruptionException e) {
            return String.valueOf(e.getMessage());
        }
        if (inode.isEmpty()) {
            return "names inode " + entry.target() + ", which is not there";
        }
        return inode.get().type() == entry.type()
                ? ""
                : "is a " + inode.get().type() + ", but named as a " + entry.type();
    }

    private void checkLink(long inode, Link link) throws IOException {
        byte[] key = FileKey.named(link.directory(), FileKey.ENTRY, link.name().bytes());
        try {
            byte[] value = reader.get(key);
            boolean agrees =
                    value != null
                            && EntryFormat.read(
                                                    link.directory(),
                                                    link.name(),
                                                    value,
                                                    0,
                                                    value.length)
                                            .target()
                                    == inode;
            if (!agrees) {
                String path = paths.file(items, link.directory(), link.name());
                broken(path, "its directory does not have this name for inode " + inode);
            }
        } catch (CorruptionException _) {
            if (lost.has(link.directory())) {
                String path = paths.file(items, link.directory(), link.name());
                String what = "its name, in damaged node " + lost.block(link.directory());
                report.add(new Finding.LostFile(name, path, what));
            }
        }
    }

    /// Finds the nodes of a tree that cannot be read, and what they held.
    private static final class LostNodes implements TreeVisitor {
        private final TreeMap<Long, Range> ranges = new TreeMap<>();
        private @Nullable NodeReference current;

        /// Inodes that a node held something of.
        private record Range(long last, String block) {}

        SortedMap<Long, Range> ranges() {
            return ranges;
        }

        boolean has(long inode) {
            var range = ranges.floorEntry(inode);
            return range != null && range.getValue().last() >= inode;
        }

        String block(long inode) {
            var range = ranges.floorEntry(inode);
            return range == null ? BlockUse.name(BlockAddress.NONE) : range.getValue().block();
        }

        @Override
        public boolean enter(NodeReference reference) {
            current = reference;
            return true;
        }

        @Override
        public void item(long leaf, TreeItem item) {}

        @Override
        public void found(TreeFinding finding) {
            NodeReference reference = current;
            boolean readable =
                    switch (finding.problem()) {
                        case UNREADABLE, WRONG_LEVEL, WRONG_GENERATION -> false;
                        case BELOW_SEPARATOR, BEYOND_SEPARATOR -> true;
                    };
            if (reference == null || readable) {
                return;
            }
            Range range = new Range(lastInode(reference.high()), BlockUse.name(finding.address()));
            ranges.merge(
                    firstInode(reference.low()), range, (a, b) -> a.last() >= b.last() ? a : b);
        }

        private static long firstInode(byte[] low) {
            return Math.max(Inode.ROOT, inode(low));
        }

        /// A bound may be cut short anywhere: it is the least key that starts with it.
        private static long lastInode(byte[] high) {
            if (high.length == 0) {
                return Long.MAX_VALUE;
            }
            boolean hasItems = high.length > FileKey.REST || type(high) > FileKey.INODE;
            return hasItems ? inode(high) : inode(high) - 1;
        }

        private static long inode(byte[] bound) {
            return FileKey.inode(Arrays.copyOf(bound, FileKey.REST), 0);
        }

        private static int type(byte[] bound) {
            return FileKey.type(Arrays.copyOf(bound, FileKey.REST), 0);
        }
    }
}
