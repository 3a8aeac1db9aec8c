package dev.varve.engine.tree;

import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.tree.TreeFinding.Problem;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Visits every node and item of a tree for checking: damage becomes findings and does not stop the
/// walk. Only a failing store does.
public final class TreeWalker {
    private final NodeCache nodes;
    private final TreeVisitor visitor;

    /// The path, root first; as deep as the tree.
    private final ArrayDeque<Step> path = new ArrayDeque<>();

    public TreeWalker(NodeCache nodes, TreeVisitor visitor) {
        this.nodes = nodes;
        this.visitor = visitor;
    }

    /// A node on the path and the next child to visit.
    private static final class Step {
        final byte[] page;
        final NodeReference reference;
        int slot;

        Step(byte[] page, NodeReference reference) {
            this.page = page;
            this.reference = reference;
        }

        NodeReference child() {
            return new NodeReference(
                    NodeFormat.childAddress(page, slot),
                    NodeFormat.level(page) - 1,
                    NodeFormat.childGeneration(page, slot),
                    slot == 0 ? reference.low() : NodeFormat.key(page, slot),
                    slot + 1 == NodeFormat.count(page)
                            ? reference.high()
                            : NodeFormat.key(page, slot + 1));
        }
    }

    /// Walks one tree. May be called for many, one after another.
    public void walk(TreeRoot root) throws IOException {
        if (root.isEmpty()) {
            return;
        }
        path.clear();
        visit(NodeReference.of(root));
        while (!path.isEmpty()) {
            Step step = path.getLast();
            if (step.slot == NodeFormat.count(step.page)) {
                visitor.leave(path.removeLast().reference);
            } else {
                NodeReference child = step.child();
                step.slot++;
                visit(child);
            }
        }
    }

    private void visit(NodeReference reference) throws IOException {
        if (!visitor.enter(reference)) {
            return;
        }
        byte[] page = read(reference);
        if (page == null) {
            visitor.leave(reference);
            return;
        }
        long generation = NodeFormat.generation(page);
        if (generation != reference.generation()) {
            String expected = "generation " + reference.generation();
            report(reference, Problem.WRONG_GENERATION, expected, "" + generation);
        }
        checkBounds(page, reference);
        if (NodeFormat.level(page) > 0) {
            path.add(new Step(page, reference));
        } else {
            visitItems(page, reference.address());
            visitor.leave(reference);
        }
    }

    /// The node, or null if it cannot be entered.
    private byte @Nullable [] read(NodeReference reference) throws IOException {
        byte[] page;
        try {
            page = nodes.node(reference.address());
        } catch (CorruptionException | UnsupportedFormatException e) {
            report(reference, Problem.UNREADABLE, e);
            return null;
        }
        int level = NodeFormat.level(page);
        if (level != reference.level()) {
            report(reference, Problem.WRONG_LEVEL, "level " + reference.level(), "" + level);
            return null;
        }
        return page;
    }

    /// Keys ascend within a node, so its ends decide. An interior node's first key is empty.
    private void checkBounds(byte[] page, NodeReference reference) throws IOException {
        int first = NodeFormat.level(page) == 0 ? 0 : 1;
        int last = NodeFormat.count(page) - 1;
        if (first > last) {
            return;
        }
        if (reference.low().length > 0 && NodeFormat.compareKey(page, first, reference.low()) < 0) {
            String actual = hex(NodeFormat.key(page, first));
            String expected = hex(reference.low()) + " or more";
            report(reference, Problem.BELOW_SEPARATOR, expected, actual);
        }
        if (reference.high().length > 0
                && NodeFormat.compareKey(page, last, reference.high()) >= 0) {
            String actual = hex(NodeFormat.key(page, last));
            String expected = "less than " + hex(reference.high());
            report(reference, Problem.BEYOND_SEPARATOR, expected, actual);
        }
    }

    private static String hex(byte[] key) {
        return "key " + HexFormat.of().formatHex(key);
    }

    private void visitItems(byte[] page, long address) throws IOException {
        SlotItem item = new SlotItem(page);
        while (item.slot + 1 < NodeFormat.count(page)) {
            item.slot++;
            visitor.item(address, item);
        }
    }

    private void report(NodeReference reference, Problem problem, StorageException e)
            throws IOException {
        visitor.found(
                new TreeFinding(reference.address(), problem, String.valueOf(e.getMessage())));
    }

    private void report(NodeReference reference, Problem problem, String expected, String actual)
            throws IOException {
        String detail = "expected " + expected + ", found " + actual;
        visitor.found(new TreeFinding(reference.address(), problem, detail));
    }

    private static final class SlotItem implements TreeItem {
        private final byte[] page;
        int slot = -1;

        SlotItem(byte[] page) {
            this.page = page;
        }

        @Override
        public byte[] page() {
            return page;
        }

        @Override
        public int keyOffset() {
            return NodeFormat.keyOffset(page, slot);
        }

        @Override
        public int keyLength() {
            return NodeFormat.keyLength(page, slot);
        }

        @Override
        public int valueOffset() {
            return NodeFormat.valueOffset(page, slot);
        }

        @Override
        public int valueLength() {
            return NodeFormat.valueLength(page, slot);
        }
    }
}
