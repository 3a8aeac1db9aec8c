package dev.varve.engine;

import dev.varve.engine.format.ExtentFormat;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Extent;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Finds the ranges of one file that map to other storage than before, from its changed extent
/// items alone: what no changed item covers is the same on both sides.
///
/// ```
/// older  |--- A ---|        |-- B --|
/// newer  |-- A' -|-- C --|  |-- B --|      A' is the start of A: the same block at the same place
/// ranges         |=======|
/// ```
final class ExtentSweep {
    private final long inode;
    private final Queue<Change> changes;
    private @Nullable Extent older;
    private @Nullable Extent newer;
    private long position;
    private long rangeStart;
    private long rangeEnd;

    ExtentSweep(long inode, Queue<Change> changes) {
        this.inode = inode;
        this.changes = changes;
    }

    long inode() {
        return inode;
    }

    /// Takes the next changed item; offsets ascend.
    void take(long offset, byte @Nullable [] olderItem, byte @Nullable [] newerItem)
            throws CorruptionException {
        sweepTo(offset);
        if (olderItem != null) {
            older = ExtentFormat.read(inode, offset, olderItem, 0, olderItem.length);
        }
        if (newerItem != null) {
            newer = ExtentFormat.read(inode, offset, newerItem, 0, newerItem.length);
        }
    }

    /// After the last item.
    void end() {
        sweepTo(Long.MAX_VALUE);
        emit();
    }

    private void sweepTo(long limit) {
        while (position < limit) {
            Extent was = covering(older);
            Extent is = covering(newer);
            if (was == null && is == null) {
                position = limit;
                return;
            }
            long next = limit;
            next = was == null ? next : Math.min(next, was.end());
            next = is == null ? next : Math.min(next, is.end());
            if (!isSame(was, is)) {
                add(position, next);
            }
            position = next;
        }
    }

    private @Nullable Extent covering(@Nullable Extent extent) {
        return extent != null && extent.offset() <= position && position < extent.end()
                ? extent
                : null;
    }

    private static boolean isSame(@Nullable Extent was, @Nullable Extent is) {
        if (was instanceof Extent.Data a && is instanceof Extent.Data b) {
            return a.block() == b.block()
                    && a.blockOffset() - a.offset() == b.blockOffset() - b.offset();
        }
        return was instanceof Extent.Preallocated && is instanceof Extent.Preallocated;
    }

    private void add(long start, long end) {
        if (rangeEnd != start || rangeEnd == rangeStart) {
            emit();
            rangeStart = start;
        }
        rangeEnd = end;
    }

    private void emit() {
        if (rangeEnd > rangeStart) {
            changes.add(new Change.DataChanged(inode, rangeStart, rangeEnd - rangeStart));
        }
        rangeStart = rangeEnd;
    }
}
