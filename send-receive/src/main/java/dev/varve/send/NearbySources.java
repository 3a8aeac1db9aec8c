package dev.varve.send;

import dev.varve.engine.model.Inode;
import java.io.IOException;

/// Looks in the parent for the original of a copy, where copies are usually made: in the same
/// directory, or beside the new directory that the copy is in.
final class NearbySources {
    /// So many bytes of changed data pay for one step of the search, which makes the search cheap
    /// beside the sending.
    private static final long BYTES_PER_STEP = 16 << 10;

    private final Whereabouts where;
    private final SourceScan scan;
    private final RecentNumbers scanned = new RecentNumbers();
    private long lastInode;

    NearbySources(Whereabouts where, SharedData shared, long changedBytes) {
        this.where = where;
        this.scan = new SourceScan(shared, SharedData.PARENT, changedBytes / BYTES_PER_STEP);
    }

    /// Looks around a file of the newer tree, once for each file and place.
    ///
    /// @return whether anything was looked at
    boolean lookAround(long inode) throws IOException {
        if (inode == lastInode) {
            return false;
        }
        lastInode = inode;
        long directory = where.newer().firstLink(inode).directory();
        while (directory != Inode.ROOT && where.older().find(directory).isEmpty()) {
            directory = where.newer().require(directory).directory();
        }
        if (!scanned.add(directory)) {
            return false;
        }
        scan.below(directory);
        return true;
    }
}
