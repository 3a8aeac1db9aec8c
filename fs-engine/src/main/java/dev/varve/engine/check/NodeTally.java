package dev.varve.engine.check;

import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.model.Finding;
import dev.varve.engine.tree.NodeReference;
import dev.varve.engine.tree.TreeFinding;
import dev.varve.engine.tree.TreeFinding.Problem;
import dev.varve.engine.tree.TreeItem;
import java.io.IOException;
import java.util.function.Supplier;

/// Counts what one tree refers to. A node's own references count once, however many trees share it:
/// that is how the pool counts.
final class NodeTally implements SpanWalk.Book {
    private final Supplier<String> tree;
    private final BlockUse use;
    private final Report report;
    private boolean complete = true;

    /// @param tree the tree's name, for findings
    NodeTally(Supplier<String> tree, BlockUse use, Report report) {
        this.tree = tree;
        this.use = use;
        this.report = report;
    }

    @Override
    public boolean enter(NodeReference reference) throws IOException {
        // An address that cannot be one is entered, so that the walk finds it unreadable.
        if (BlockAddress.isValid(reference.address()) && !use.refer(reference.address())) {
            return false;
        }
        report.nodes++;
        report.step();
        return true;
    }

    void item() {
        report.items++;
    }

    /// An item of a subvolume's tree.
    @Override
    public void fileItem(TreeItem item) {
        report.items++;
        long block = block(item);
        if (BlockAddress.isValid(block) && use.refer(block)) {
            report.dataBlocks++;
        }
    }

    /// The block that an item of a subvolume's tree refers to, or 0.
    static long block(TreeItem item) {
        return FileItems.REFERENCES.blockOf(
                item.page(),
                item.keyOffset(),
                item.keyLength(),
                item.valueOffset(),
                item.valueLength());
    }

    @Override
    public void expectLength(long block, int rawLength) {
        use.packOf(block).expectLength(BlockAddress.slotOf(block), rawLength);
    }

    @Override
    public void found(TreeFinding finding) {
        if (isLoss(finding)) {
            complete = false;
            report.referencesMissing = true;
        }
        String block = BlockUse.name(finding.address());
        report.add(new Finding.DamagedNode(tree.get(), block, detail(finding)));
    }

    private static String detail(TreeFinding finding) {
        return switch (finding.problem()) {
            case UNREADABLE -> "cannot be read: " + finding.detail();
            case WRONG_LEVEL, WRONG_GENERATION -> "not the node expected: " + finding.detail();
            case BELOW_SEPARATOR, BEYOND_SEPARATOR -> "a key out of place: " + finding.detail();
        };
    }

    /// Whether nothing below the node was visited.
    static boolean isLoss(TreeFinding finding) {
        return finding.problem() == Problem.UNREADABLE || finding.problem() == Problem.WRONG_LEVEL;
    }

    /// Whether every node could be read so far.
    boolean isComplete() {
        return complete;
    }
}
