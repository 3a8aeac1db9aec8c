package dev.varve.engine.tree;

import dev.varve.engine.format.NodeFormat;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The last few draft leaves used, with the range of keys that belong there: whoever writes in key
/// order at a few places of a tree seldom walks it from the root.
final class Fingers {
    private static final int COUNT = 4;

    private final @Nullable Finger[] fingers = new Finger[COUNT];
    private int oldest;

    /// The leaf where `key` belongs, if it is known.
    @Nullable DraftNode find(byte[] key) {
        for (Finger finger : fingers) {
            if (finger != null && finger.holds(key)) {
                return finger.leaf;
            }
        }
        return null;
    }

    void remember(DraftNode leaf, byte @Nullable [] bound) {
        fingers[oldest] = new Finger(leaf, bound);
        oldest = (oldest + 1) % COUNT;
    }

    /// Must be called whenever leaves are split, merged, dropped or written.
    void clear() {
        Arrays.fill(fingers, null);
    }

    /// @param bound the first key that belongs to a later leaf, or null if there is none
    private record Finger(DraftNode leaf, byte @Nullable [] bound) {
        /// A key below the leaf's first may belong there or before it: not known.
        boolean holds(byte[] key) {
            return leaf.count() > 0
                    && (bound == null || Arrays.compareUnsigned(key, bound) < 0)
                    && NodeFormat.compareKey(leaf.page(), 0, key) <= 0;
        }
    }
}
