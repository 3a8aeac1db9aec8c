package dev.varve.engine.check;

import dev.varve.engine.check.RootTreeCheck.OtherTree;
import dev.varve.engine.commit.Heads;
import dev.varve.engine.commit.PackLocations;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.commit.WriterNumbers;
import dev.varve.engine.format.Head;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CheckProgress;
import dev.varve.engine.model.CheckProgress.Stage;
import dev.varve.engine.model.CheckResult;
import dev.varve.engine.model.Finding;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeReader;
import dev.varve.engine.tree.TreeWalker;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Checks one pool, once. Damage becomes findings; only a store that cannot be reached ends it.
///
/// ```
/// pool and heads -> packs tree -> root tree -> subvolumes -> deleted ones, catalogs -> counts
///    -> packs -> (only if something is damaged) the files it takes away
/// ```
///
/// A node is read once, however many trees share it; [Span] says how each tree is still checked
/// whole. Heap: the node cache, what [BlockUse] says per block and pack, 64 Ki spans of half a
/// kilobyte, and half a kilobyte per subvolume; nothing per file.
public final class Check {
    private final NodeCache nodes;
    private final BlockStore blocks;
    private final Head head;
    private final boolean readData;
    private final Report report;
    private final BlockUse use = new BlockUse();
    private final RootTreeCheck roots;
    private final FilePaths paths;

    private Check(BlockStore blocks, Head head, CheckOptions options, Report report) {
        this.blocks = blocks;
        this.nodes = new NodeCache(blocks, options.nodeCacheBytes());
        this.head = head;
        this.readData = options.readData();
        this.report = report;
        this.roots = new RootTreeCheck(nodes, head, use, report);
        this.paths = new FilePaths(nodes, blocks, roots.lookups());
    }

    /// Checks the pool in a store.
    ///
    /// @throws dev.varve.engine.model.NoPoolException if there is none
    /// @throws java.io.InterruptedIOException if the thread is interrupted
    public static CheckResult run(
            ObjectStore store,
            CheckOptions options,
            Consumer<Finding> findings,
            Consumer<CheckProgress> progress)
            throws IOException {
        try (PoolAccess access = new PoolAccess(store, options.unlocking())) {
            return run(access, options, findings, progress);
        }
    }

    /// The same of a pool whose keys may be open already.
    public static CheckResult run(
            PoolAccess access,
            CheckOptions options,
            Consumer<Finding> findings,
            Consumer<CheckProgress> progress)
            throws IOException {
        Report report = new Report(findings, progress);
        report.begin(Stage.TREES, 0);
        Optional<HeadSearch.Found> found = new HeadSearch(access, report).search();
        if (found.isPresent()) {
            run(access, options, found.get(), report);
        }
        return report.result();
    }

    private static void run(
            PoolAccess access, CheckOptions options, HeadSearch.Found found, Report report)
            throws IOException {
        PackLocations locations =
                new PackLocations(new Heads(access.store(), access.poolId(), access.sealer()));
        try (BlockStore blocks = access.blocks(locations)) {
            locations.readFrom(blocks);
            PackObjectsCheck packs = new PackObjectsCheck(access.store(), blocks, report);
            Head head = found.head();
            if (head != null) {
                locations.use(head);
                if (!found.isNewest()) {
                    report.add(new Finding.OlderHead(head.generation()));
                }
                report.generation = head.generation();
                new Check(blocks, head, options, report)
                        .run(packs, found.isNewest(), claims(access));
            } else if (report.errors() > 0) {
                report.add(new Finding.Unchecked("trees and packs", "no head can be read"));
            } else {
                packs.findStrays(new BlockUse());
            }
        }
    }

    private static WriterNumbers claims(PoolAccess access) throws IOException {
        return new WriterNumbers(access.store(), access.poolId());
    }

    /// Checks a commit whose head is not in the store, but all else is.
    public static CheckResult asOf(PoolAccess access, Head head, Consumer<Finding> findings)
            throws IOException {
        Report report = new Report(findings, _ -> {});
        PackLocations locations =
                new PackLocations(new Heads(access.store(), access.poolId(), access.sealer()));
        try (BlockStore blocks = access.blocks(locations)) {
            locations.readFrom(blocks);
            locations.use(head);
            PackObjectsCheck packs = new PackObjectsCheck(access.store(), blocks, report);
            new Check(blocks, head, CheckOptions.defaults(), report)
                    .run(packs, false, claims(access));
        }
        return report.result();
    }

    private void run(PackObjectsCheck packs, boolean ofNewest, WriterNumbers claims)
            throws IOException {
        boolean ledgerComplete = new PacksTreeCheck(use, report).check(nodes, head);
        roots.check();
        TreeReader counts = new TreeReader(nodes, Subvolumes.treeRoot(head.counts()));
        Spans spans = new Spans(nodes, counts, use, Spans.MAX_KNOWN);
        List<SubvolumeTree> broken =
                new SubvolumesCheck(nodes, spans, roots, paths, use, report).check();
        checkOthers(roots.deleted(), NodeTally::fileItem);
        checkOthers(roots.catalogs(), (tally, _) -> tally.item());
        ContentsTreeCheck contents = new ContentsTreeCheck(use, report);
        contents.check(nodes, Subvolumes.treeRoot(head.contents()));
        new CountsTreeCheck(use, report).check(nodes, Subvolumes.treeRoot(head.counts()));
        packs.check(use, ledgerComplete, readData);
        packs.checkClaims(use, claims);
        if (ledgerComplete && ofNewest) {
            packs.findStrays(use);
        }
        report.begin(Stage.LOSSES, 0);
        for (SubvolumeTree tree : broken) {
            new FileTreeAudit(nodes, tree, paths, report).run();
        }
        if (packs.foundDamage()) {
            new DamageTrace(nodes, blocks, paths, use, report).run(roots.subvolumes());
        }
    }

    /// How the items of a kind of tree are counted.
    private interface Counting {
        void count(NodeTally tally, TreeItem item);
    }

    /// Trees in which only nodes and references are checked. What is left of a deleted subvolume
    /// has neither all of its inodes nor all of its names.
    private void checkOthers(List<OtherTree> trees, Counting counting) throws IOException {
        for (OtherTree tree : trees) {
            report.trees++;
            NodeTally tally = new NodeTally(tree::name, use, report);
            new TreeWalker(nodes, new PlainWalk(tally, item -> counting.count(tally, item)))
                    .walk(tree.root());
        }
    }
}
