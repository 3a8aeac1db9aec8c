package dev.varve.engine.tree;

import dev.varve.engine.format.NodeFormat;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The last few draft leaves used, with the range of keys that belong there: whoever writes in key
/// order at a few places of a tree seldom walks it from the root.
final class Fingers {
    private static final int COUNT = 4;

    private final @Nullable DraftNode[] leaves = new DraftNode[COUNT];

    /// By finger: the first key that belongs to a later leaf, or null if there is none.
    private final byte @Nullable [][] bounds = new byte[COUNT][];

    private int oldest;

    /// The leaf where `key` belongs, if it is known.
    @Nullable DraftNode find(byte[] key) {
        for (int finger = 0; finger < COUNT; finger++) {
            DraftNode leaf = leaves[finger];
            if (leaf != null && holds(leaf, bounds[finger], key)) {
                return leaf;
            }
        }
        return null;
    }

    /// A key below the leaf's first may belong there or before it: not known.
    private static boolean holds(DraftNode leaf, byte @Nullable [] bound, byte[] key) {
        return leaf.count() > 0
                && (bound == null || Arrays.compareUnsigned(key, bound) < 0)
                && NodeFormat.compareKey(leaf.page(), 0, key) <= 0;
    }

    void remember(DraftNode leaf, byte @Nullable [] bound) {
        leaves[oldest] = leaf;
        bounds[oldest] = bound;
        oldest = (oldest + 1) % COUNT;
    }

    /// Must be called whenever leaves are split, merged, dropped or written.
    void clear() {
        Arrays.fill(leaves, null);
        Arrays.fill(bounds, null);
    }
}
