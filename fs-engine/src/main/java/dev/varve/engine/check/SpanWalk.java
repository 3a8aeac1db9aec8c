package dev.varve.engine.check;

import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.NodeReference;
import dev.varve.engine.tree.TreeFinding;
import dev.varve.engine.tree.TreeFinding.Problem;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeVisitor;
import dev.varve.engine.tree.TreeWalker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;

/// Walks one subvolume's tree and adds it up to a [Span]. A node met before is not entered again:
/// its span is remembered, or in need made again.
final class SpanWalk implements TreeVisitor {
    /// Decides what is entered, and is told what is found.
    interface Book {
        /// Whether to enter the node; otherwise its span is asked for.
        boolean enter(NodeReference reference) throws IOException;

        void fileItem(TreeItem item);

        /// Told of a block's length, as an item tells it.
        void expectLength(long block, int rawLength);

        void found(TreeFinding finding);
    }

    private final Spans spans;
    private final Book book;
    private final BlockUse use;

    /// One for each node on the path, and one for the whole tree.
    private final ArrayDeque<SpanBuilder> open = new ArrayDeque<>();

    private SpanWalk(Spans spans, Book book, BlockUse use) {
        this.spans = spans;
        this.book = book;
        this.use = use;
    }

    static Span of(NodeCache nodes, TreeRoot root, Spans spans, Book book, BlockUse use)
            throws IOException {
        SpanWalk walk = new SpanWalk(spans, book, use);
        walk.open.push(new SpanBuilder());
        new TreeWalker(nodes, walk).walk(root);
        return walk.open.pop().end();
    }

    @Override
    public boolean enter(NodeReference reference) throws IOException {
        if (book.enter(reference)) {
            open.push(new SpanBuilder());
            return true;
        }
        Spans.Known known = spans.of(reference, book);
        checkReference(reference, known);
        open.element().append(known.span());
        return false;
    }

    /// What entering the node would have checked of its reference.
    private void checkReference(NodeReference reference, Spans.Known known) {
        Span span = known.span();
        if (known.level() != reference.level()) {
            String detail = "level " + reference.level() + " here, elsewhere " + known.level();
            found(reference, Problem.WRONG_LEVEL, detail);
        } else if (known.generation() != reference.generation()) {
            String detail =
                    "generation %d here, elsewhere %d"
                            .formatted(reference.generation(), known.generation());
            found(reference, Problem.WRONG_GENERATION, detail);
        }
        if (span.firstKey().length == 0) {
            return;
        }
        if (Arrays.compareUnsigned(span.firstKey(), reference.low()) < 0) {
            found(reference, Problem.BELOW_SEPARATOR, "below the separator that leads there");
        }
        boolean bounded = reference.high().length > 0;
        if (bounded && Arrays.compareUnsigned(span.lastKey(), reference.high()) >= 0) {
            found(reference, Problem.BEYOND_SEPARATOR, "behind the next separator");
        }
    }

    private void found(NodeReference reference, Problem problem, String detail) {
        found(new TreeFinding(reference.address(), problem, detail));
    }

    @Override
    public void item(long leaf, TreeItem item) {
        book.fileItem(item);
        open.element().add(item, book);
    }

    @Override
    public void leave(NodeReference reference) throws IOException {
        Span span = open.pop().end();
        if (span.rises()) {
            use.setRising(reference.address());
        }
        spans.put(reference, span);
        open.element().append(span);
    }

    @Override
    public void found(TreeFinding finding) {
        book.found(finding);
        open.element().setUnsound();
    }
}
