package dev.varve.engine;

import dev.varve.engine.model.Change;
import dev.varve.engine.model.Scan;
import java.io.IOException;

/// What differs between two committed trees of one lineage, in the time of what differs: nodes that
/// both share are skipped whole.
public final class SnapshotDiff {
    private SnapshotDiff() {}

    /// The changes that lead from `older` to `newer`, ordered by inode number.
    public static Scan<Change> between(FileTree older, FileTree newer) throws IOException {
        throw new UnsupportedOperationException();
    }
}
