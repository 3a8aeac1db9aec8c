package dev.varve.engine.tree;

import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.pack.BlockKind;
import dev.varve.engine.pack.Blocks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes a dropped tree apart from its left end, a bounded piece per call. What only this tree
/// holds is freed; what others hold as well loses one reference and is not entered.
///
/// After each call the rest is a sound, smaller tree; its root takes the old one's place.
///
/// ```
///        R                 R'        rewritten: what is left of the path
///      / | \              / \
///     A  B  C     =>     B'  C
///    /|\ |\ |\           |   |\
///    freed ^ stopped here
/// ```
public final class TreeTrimmer {
    private static final byte[] NO_KEY = new byte[0];

    private final NodeCache nodes;
    private final Blocks blocks;
    private final Sharing sharing;
    private final ItemReferences references;
    private final long generation;
    private TreeRoot root;

    /// The path to where the work stands, root first; each node is this tree's alone.
    private final List<Step> path = new ArrayList<>();

    /// @param generation the commit in the making, at least the root's
    public TreeTrimmer(
            NodeCache nodes,
            Blocks blocks,
            Sharing sharing,
            ItemReferences references,
            TreeRoot root,
            long generation) {
        this.nodes = nodes;
        this.blocks = blocks;
        this.sharing = sharing;
        this.references = references;
        this.root = root;
        this.generation = generation;
    }

    /// A node on the path and its first child that is still to be taken away.
    private static final class Step {
        final long address;
        final byte[] page;
        int slot;

        Step(long address, byte[] page) {
            this.address = address;
            this.page = page;
        }

        boolean isDone() {
            return slot == NodeFormat.count(page);
        }
    }

    /// Takes away about `maxNodes` nodes or references to nodes, at least one.
    ///
    /// @return the root of what is left, [TreeRoot#EMPTY] at the end
    public TreeRoot trim(int maxNodes) throws IOException {
        if (root.isEmpty()) {
            return root;
        }
        visit(root.address(), null);
        int visited = 1;
        while (!path.isEmpty() && visited < maxNodes) {
            Step step = path.getLast();
            visit(NodeFormat.childAddress(step.page, step.slot), step);
            visited++;
            leaveDone();
        }
        root = path.isEmpty() ? TreeRoot.EMPTY : rewrite();
        return root;
    }

    /// Takes away a node, or enters it if it has children. With a parent, that steps on.
    private void visit(long address, @Nullable Step parent) throws IOException {
        byte[] page = sharing.isShared(address) ? null : page(parent);
        if (page == null) {
            sharing.release(address);
        } else {
            if (NodeFormat.level(page) == 0) {
                NodeReferences.of(page, references, sharing::release);
                sharing.release(address);
            } else {
                path.add(new Step(address, page));
            }
        }
        if (parent != null) {
            parent.slot++;
        }
    }

    /// The root, or a parent's next child; null if it is damaged. What it referred to then is never
    /// freed: space is lost until a repair counts anew, but the rest of the tree goes.
    private byte @Nullable [] page(@Nullable Step parent) throws IOException {
        try {
            return parent == null ? nodes.root(root) : nodes.child(parent.page, parent.slot);
        } catch (CorruptionException _) {
            return null;
        }
    }

    private void leaveDone() throws IOException {
        while (!path.isEmpty() && path.getLast().isDone()) {
            sharing.release(path.removeLast().address);
        }
    }

    /// Writes what is left of the path, deepest first. A top without other children goes.
    private TreeRoot rewrite() throws IOException {
        while (path.getFirst().isDone()) {
            sharing.release(path.removeFirst().address);
        }
        TreeRoot rest = TreeRoot.EMPTY;
        for (Step step : path.reversed()) {
            rest = rewrite(step, rest);
            sharing.release(step.address);
        }
        path.clear();
        return rest;
    }

    /// Writes a node with the children not yet taken away, before them `first` unless empty.
    private TreeRoot rewrite(Step step, TreeRoot first) throws IOException {
        DraftNode draft = new DraftNode(NodeFormat.level(step.page));
        if (!first.isEmpty()) {
            draft.append(NO_KEY, first);
        }
        for (int slot = step.slot; slot < NodeFormat.count(step.page); slot++) {
            byte[] key = draft.count() == 0 ? NO_KEY : NodeFormat.key(step.page, slot);
            draft.append(step.page, slot, key);
        }
        byte[] page = draft.toPage(generation);
        long address = blocks.append(BlockKind.METADATA, page);
        nodes.add(address, page);
        return new TreeRoot(address, draft.level(), generation);
    }
}
