package dev.varve.engine.check;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.NodeReference;
import dev.varve.engine.tree.TreeFinding;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeReader;
import dev.varve.engine.tree.TreeRoot;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Remembers the spans of nodes that several trees share: the most recently used ones. What was
/// forgotten is made again by walking the node once more.
final class Spans {
    /// About 500 bytes each.
    static final int MAX_KNOWN = 1 << 16;

    private final NodeCache nodes;
    private final TreeReader counts;
    private final BlockUse use;
    private final int maxKnown;

    private final Map<Long, Known> known = new LinkedHashMap<>(16, 0.75f, true);

    /// @param counts the reference counts, which tell the nodes worth remembering
    /// @param maxKnown how many spans are remembered
    Spans(NodeCache nodes, TreeReader counts, BlockUse use, int maxKnown) {
        this.nodes = nodes;
        this.counts = counts;
        this.use = use;
        this.maxKnown = maxKnown;
    }

    /// A node's span, and what the reference that led to it said.
    record Known(int level, long generation, Span span) {}

    void put(NodeReference reference, Span span) throws IOException {
        if (isShared(reference.address())) {
            known.put(
                    reference.address(),
                    new Known(reference.level(), reference.generation(), span));
            if (known.size() > maxKnown) {
                known.remove(known.keySet().iterator().next());
            }
        }
    }

    private boolean isShared(long address) throws IOException {
        try {
            return counts.get(CountsTreeCheck.key(address)) != null;
        } catch (CorruptionException _) {
            return true;
        }
    }

    /// The span of a node that was entered before.
    ///
    /// @param book told if the node is not what the reference says
    Known of(NodeReference reference, SpanWalk.Book book) throws IOException {
        Known remembered = known.get(reference.address());
        if (remembered != null) {
            return remembered;
        }
        TreeRoot root =
                new TreeRoot(reference.address(), reference.level(), reference.generation());
        Again again = new Again(reference.address(), book);
        Span span = SpanWalk.of(nodes, root, this, again, use);
        return new Known(reference.level(), reference.generation(), span);
    }

    /// Enters what has been counted before. Whatever is wrong below the node was told then.
    ///
    /// @param address the node itself
    private record Again(long address, SpanWalk.Book book) implements SpanWalk.Book {
        @Override
        public boolean enter(NodeReference reference) {
            return true;
        }

        @Override
        public void fileItem(TreeItem item) {}

        @Override
        public void expectLength(long block, int rawLength) {}

        @Override
        public void found(TreeFinding finding) {
            boolean isReference = finding.problem() != TreeFinding.Problem.UNREADABLE;
            if (finding.address() == address && isReference) {
                book.found(finding);
            }
        }
    }
}
