package dev.varve.engine.tree;

import dev.varve.engine.model.CorruptionException;

/// Told of the nodes that a cursor could not read and passed over, with all items below them.
@FunctionalInterface
public interface LostNodes {
    void lost(CorruptionException damage);
}
