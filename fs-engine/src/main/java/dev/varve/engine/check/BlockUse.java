package dev.varve.engine.check;

import dev.varve.engine.format.BlockAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the check knows of all blocks, by pack: about half a byte per block, plus what [PackUse]
/// says for shared ones, plus some 300 bytes per pack.
final class BlockUse {
    private final Map<Long, PackUse> packs = new TreeMap<>();
    private final Set<Long> doomed = new HashSet<>();

    /// Notes an object that is to be deleted.
    void doom(long object) {
        doomed.add(object);
    }

    /// The numbers that name every object the pool knows: of packs, and doomed ones.
    Set<Long> objects() {
        Set<Long> objects = new HashSet<>(doomed);
        for (PackUse pack : packs.values()) {
            if (pack.isListed()) {
                objects.add(pack.object());
            }
        }
        return objects;
    }

    /// The pack of this number, listed or not.
    PackUse pack(long number) {
        return packs.computeIfAbsent(number, PackUse::new);
    }

    /// The pack that a block was first written to.
    PackUse packOf(long address) {
        return pack(BlockAddress.packOf(address));
    }

    /// The pack of this number if anything is known of it.
    @Nullable PackUse find(long number) {
        return packs.get(number);
    }

    /// All packs, by number.
    Collection<PackUse> packs() {
        return packs.values();
    }

    /// One reference more to a block.
    ///
    /// @return whether it is the first
    boolean refer(long address) {
        return packOf(address).refer(BlockAddress.slotOf(address));
    }

    long references(long address) {
        PackUse pack = packs.get(BlockAddress.packOf(address));
        return pack == null ? 0 : pack.references(BlockAddress.slotOf(address));
    }

    void setMarked(long address) {
        packOf(address).setMarked(BlockAddress.slotOf(address));
    }

    boolean isMarked(long address) {
        return packOf(address).isMarked(BlockAddress.slotOf(address));
    }

    void setRising(long address) {
        packOf(address).setRising(BlockAddress.slotOf(address));
    }

    boolean isRising(long address) {
        return packOf(address).isRising(BlockAddress.slotOf(address));
    }

    /// A block's name in findings.
    static String name(long address) {
        return new BlockAddress(address).toString();
    }
}
