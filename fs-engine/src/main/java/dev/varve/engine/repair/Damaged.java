package dev.varve.engine.repair;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.model.Finding;
import java.util.HashSet;
import java.util.Set;

/// The damaged blocks of content that a check named, a bounded number of them: a later repair goes
/// on with the others.
final class Damaged {
    private static final int MOST_BLOCKS = 1 << 18;

    private final Set<Long> needed = new HashSet<>();
    private final Set<Long> unneeded = new HashSet<>();

    void add(Finding finding) {
        if (finding instanceof Finding.DamagedBlock block) {
            Set<Long> blocks = block.inUse() ? needed : unneeded;
            if (blocks.size() < MOST_BLOCKS) {
                blocks.add(BlockAddress.parse(block.block()));
            }
        }
    }

    /// Blocks that a file needs.
    Set<Long> needed() {
        return needed;
    }

    boolean isUnneeded(long address) {
        return unneeded.contains(address);
    }
}
