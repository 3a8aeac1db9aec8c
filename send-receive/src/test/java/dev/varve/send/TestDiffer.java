package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.RecentExtents.FileExtent;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.Scan;
import java.io.IOException;

/// Compares trees of a test.
final class TestDiffer implements Sender.Differ {
    @Override
    public Scan<Change> between(FileTree older, FileTree newer) throws IOException {
        return TestTree.scan(TestChanges.between((TestTree) older, (TestTree) newer));
    }

    @Override
    public Scan<FileExtent> extents(FileTree tree) {
        return TestTree.scan(((TestTree) tree).allExtents());
    }
}
