package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.RecentExtents.FileExtent;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.Scan;
import java.io.IOException;

/// Starts one more pass over the changes. Each pass costs what changed and holds nothing, so the
/// changes need not be kept between the phases of a stream.
interface ChangeSource {
    Scan<Change> open() throws IOException;

    /// All extents of a tree, ordered by inode.
    Scan<FileExtent> extents(FileTree tree) throws IOException;
}
