package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

/// Looks through files that the receiver has for data that a stream may refer to, from a directory
/// downward, the nearest first. It takes no more than a given number of steps, one for each name
/// and extent; what it does not reach is sent as data.
final class SourceScan {
    private final SharedData shared;
    private final int treeNumber;
    private final FileTree tree;
    private long steps;

    SourceScan(SharedData shared, int treeNumber, long steps) {
        this.shared = shared;
        this.treeNumber = treeNumber;
        this.tree = shared.tree(treeNumber);
        this.steps = steps;
    }

    /// Notes the data of the files in and below a directory.
    void below(long directory) throws IOException {
        Queue<Long> directories = new ArrayDeque<>();
        directories.add(directory);
        while (steps > 0 && !directories.isEmpty()) {
            Scan<DirEntry> entries = tree.list(directories.remove());
            while (steps > 0 && entries.advance()) {
                steps--;
                DirEntry entry = entries.current();
                if (entry.type() == FileType.REGULAR) {
                    Inode file = tree.inode(entry.target());
                    steps -= shared.addRange(treeNumber, file, 0, file.sizeBytes());
                } else if (entry.type() == FileType.DIRECTORY && !entry.isSubvolume()) {
                    directories.add(entry.target());
                }
            }
        }
    }
}
