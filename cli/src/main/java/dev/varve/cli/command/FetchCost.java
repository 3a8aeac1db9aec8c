package dev.varve.cli.command;

import dev.varve.cli.pool.Location;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.TreeWalk;
import dev.varve.engine.ReadView;
import dev.varve.engine.SpaceReport;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// What restoring everything at a place would fetch from a bucket, at most about: each block of
/// file content once, in pieces as large as they are fetched, and besides one request for the end
/// of each pack. The tree itself is read to find that out.
///
/// Heap: a bit for each block of the packs met.
record FetchCost(long requests, long bytes) {
    private static final long PIECE_BYTES = 16 << 20;
    private static final int SLOT_BITS = 16;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;

    /// What was met of a pack.
    private static final class Pack {
        private final BitSet blocks = new BitSet();
        private long bytes;

        long requests() {
            return 1 + Math.ceilDiv(bytes, PIECE_BYTES);
        }
    }

    static FetchCost of(ReadView view, Location start) throws IOException {
        SpaceReport space = view.space();
        Map<Long, Pack> packs = new HashMap<>();
        TreeWalk walk = new TreeWalk(new PathResolver(view), start);
        while (walk.advance()) {
            Location at = walk.current().location();
            if (walk.current().isLeaving()
                    || at.isPlaceholder()
                    || !at.inode().isRegular()
                    || !at.tree().info().id().equals(start.tree().info().id())) {
                continue;
            }
            for (Scan<Extent> all = at.tree().extents(at.number(), 0); all.advance(); ) {
                if (all.current() instanceof Extent.Data data) {
                    count(data, space, packs);
                }
            }
        }
        return new FetchCost(
                packs.values().stream().mapToLong(Pack::requests).sum(),
                packs.values().stream().mapToLong(pack -> pack.bytes).sum());
    }

    private static void count(Extent.Data data, SpaceReport space, Map<Long, Pack> packs)
            throws IOException {
        Pack pack = packs.computeIfAbsent(data.block() >>> SLOT_BITS, _ -> new Pack());
        int slot = (int) data.block() & SLOT_MASK;
        if (!pack.blocks.get(slot)) {
            pack.blocks.set(slot);
            pack.bytes += space.sizeOf(data.block()).storedBytes();
        }
    }
}
