package dev.varve.engine.tree;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The items of a tree as its owner sees them: a committed tree, or one being written with its
/// changes.
public interface TreeItems {
    /// The value of a key, owned by the caller, or null if there is none.
    byte @Nullable [] get(byte[] key) throws IOException;

    /// A new cursor, before the first item.
    TreeCursor cursor();
}
