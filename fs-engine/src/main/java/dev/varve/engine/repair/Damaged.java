package dev.varve.engine.repair;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.model.Finding;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/// The damaged blocks of content and pack objects that a check named, a bounded number of them: a
/// later repair goes on with the others.
final class Damaged {
    private static final int MOST_BLOCKS = 1 << 18;
    private static final int MOST_OBJECTS = 1 << 14;

    private final Set<Long> needed = new HashSet<>();
    private final Set<Long> unneeded = new HashSet<>();

    /// Pack objects of which the table may be damaged.
    private final Set<Long> objects = new TreeSet<>();

    void add(Finding finding) {
        if (finding instanceof Finding.DamagedObject damaged) {
            long object = PackFormat.packNumber(damaged.object());
            if (object != 0 && objects.size() < MOST_OBJECTS) {
                objects.add(object);
            }
        }
        if (finding instanceof Finding.DamagedBlock block) {
            Set<Long> blocks = block.inUse() ? needed : unneeded;
            if (blocks.size() < MOST_BLOCKS) {
                blocks.add(BlockAddress.parse(block.block()));
            }
        }
    }

    /// The numbers that name them.
    Set<Long> objects() {
        return objects;
    }

    /// Blocks that a file needs.
    Set<Long> needed() {
        return needed;
    }

    boolean isUnneeded(long address) {
        return unneeded.contains(address);
    }
}
