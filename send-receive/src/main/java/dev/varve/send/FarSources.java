package dev.varve.send;

import dev.varve.engine.RecentExtents.FileExtent;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import java.io.IOException;

/// Finds the originals of copies anywhere in the parent. A first pass over what changed collects
/// blocks that are in more than one place of the pool and not known to be at the receiver; if there
/// are any, the parent's extents are gone through once, no more of them than the copies are worth.
final class FarSources {
    /// So many bytes of copied data pay for looking at one extent.
    private static final long BYTES_PER_STEP = 1 << 10;

    private final SharedData shared;
    private final WantedBlocks wanted = new WantedBlocks();
    private long wantedBytes;

    FarSources(SharedData shared) {
        this.shared = shared;
    }

    /// Collects from the new content of a file.
    void want(Inode now, Change.DataChanged change) throws IOException {
        if (!shared.isWanted()) {
            return;
        }
        long end = change.offset() + change.length();
        Scan<Extent> extents = shared.tree(SharedData.OWN).extents(now.number(), change.offset());
        while (extents.advance() && extents.current().offset() < end) {
            if (extents.current() instanceof Extent.Data data
                    && !shared.isKnown(data.block())
                    && shared.tree(SharedData.OWN).isShared(data.block())) {
                wanted.add(data.block());
                wantedBytes += data.length();
            }
        }
    }

    /// Goes through the extents of the parent.
    void search(Scan<FileExtent> all) throws IOException {
        long steps = wantedBytes / BYTES_PER_STEP;
        int missing = wanted.count();
        while (steps > 0 && missing > 0 && all.advance()) {
            steps--;
            FileExtent at = all.current();
            if (at.extent() instanceof Extent.Data data && wanted.contains(data.block())) {
                missing -= shared.isKnown(data.block()) ? 0 : 1;
                shared.addIfNamed(SharedData.PARENT, at.inode(), data);
            }
        }
    }

    boolean hasWork() {
        return wanted.count() > 0;
    }
}
