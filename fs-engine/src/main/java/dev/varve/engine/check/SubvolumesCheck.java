package dev.varve.engine.check;

import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.EntryFormat;
import dev.varve.engine.format.FileKey;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.format.SubvolumeRecord.Named;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Checks the tree of every subvolume, and that each is where its parent has an entry for it.
final class SubvolumesCheck {
    private final NodeCache nodes;
    private final RootTreeCheck roots;
    private final FilePaths paths;
    private final BlockUse use;
    private final Report report;
    private final Spans spans;

    SubvolumesCheck(
            NodeCache nodes,
            Spans spans,
            RootTreeCheck roots,
            FilePaths paths,
            BlockUse use,
            Report report) {
        this.nodes = nodes;
        this.roots = roots;
        this.paths = paths;
        this.use = use;
        this.report = report;
        this.spans = spans;
    }

    /// @return those in which something is wrong that has not been named yet
    List<SubvolumeTree> check() throws IOException {
        List<SubvolumeTree> broken = new ArrayList<>();
        for (SubvolumeTree tree : roots.subvolumes()) {
            report.trees++;
            boolean seen = use.references(tree.root().address()) > 0;
            NodeTally tally = new NodeTally(() -> name(tree), use, report);
            Span span = SpanWalk.of(nodes, tree.root(), spans, tally, use);
            if (!span.isWholeTree(tree.record().nextInode())) {
                broken.add(tree);
            }
            if (span.rises() && !seen) {
                DirectoryLoops.find(nodes, tree, paths, use, report);
            }
            checkPlace(tree);
        }
        return broken;
    }

    private String name(SubvolumeTree tree) {
        try {
            return paths.subvolume(tree);
        } catch (IOException _) {
            return "subvolume " + tree.id();
        }
    }

    /// Not the other way round: an entry that names a subvolume elsewhere is a placeholder, left by
    /// a snapshot of its parent.
    private void checkPlace(SubvolumeTree tree) throws IOException {
        Optional<Named> place = tree.record().place();
        if (place.isPresent() && !isAt(tree, place.get())) {
            String detail = "no entry " + FileName.of(place.get().name()) + " leads there";
            report.add(new Finding.BrokenItem("root tree", "subvolume " + tree.id(), detail));
        }
    }

    /// True also if it cannot be told; that is reported elsewhere.
    private boolean isAt(SubvolumeTree tree, Named place) throws IOException {
        try {
            Optional<SubvolumeRecord> parent =
                    roots.lookups().find(new SubvolumeId(place.parent()));
            if (parent.isEmpty()) {
                return true;
            }
            TreeReader items = new TreeReader(nodes, Subvolumes.treeRoot(parent.get().root()));
            byte[] value = items.get(FileKey.named(place.directory(), FileKey.ENTRY, place.name()));
            if (value == null) {
                return false;
            }
            FileName name = FileName.of(place.name());
            DirEntry entry = EntryFormat.read(place.directory(), name, value, 0, value.length);
            return entry.isSubvolume() && entry.target() == tree.id().value();
        } catch (CorruptionException _) {
            return true;
        }
    }
}
