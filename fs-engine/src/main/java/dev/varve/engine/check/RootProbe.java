package dev.varve.engine.check;

import dev.varve.engine.check.RootTreeCheck.OtherTree;
import dev.varve.engine.format.Head;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.tree.NodeCache;
import java.io.IOException;

/// How much of a pool a root tree found somewhere leads to.
///
/// @param complete whether all of its own nodes can be read
/// @param subvolumes how many it names
/// @param unreadable how many of them start with a node that cannot be read
/// @param nextSubvolume an id above all that it names
public record RootProbe(boolean complete, int subvolumes, int unreadable, long nextSubvolume) {
    private static final long NODE_CACHE_BYTES = 16L << 20;

    /// Reads the root tree of a head, and the first node of every subvolume.
    public static RootProbe of(BlockStore blocks, Head head) throws IOException {
        Report silent = new Report(_ -> {}, _ -> {});
        RootTreeCheck roots =
                new RootTreeCheck(
                        new NodeCache(blocks, NODE_CACHE_BYTES), head, new BlockUse(), silent);
        roots.check();
        int unreadable = 0;
        long next = SubvolumeId.FIRST_CREATED;
        for (SubvolumeTree tree : roots.subvolumes()) {
            next = Math.max(next, tree.id().value() + 1);
            try {
                blocks.read(tree.root().address());
            } catch (CorruptionException | UnsupportedFormatException _) {
                unreadable++;
            }
        }
        for (OtherTree tree : roots.deleted()) {
            next = Math.max(next, number(tree.name()) + 1);
        }
        for (OtherTree tree : roots.catalogs()) {
            next = Math.max(next, number(tree.name()) + 1);
        }
        int named = roots.subvolumes().size();
        return new RootProbe(!silent.referencesMissing, named, unreadable, next);
    }

    /// Names of such trees end in a number that was given out as a subvolume's.
    private static long number(String name) {
        return Long.parseLong(name.substring(name.lastIndexOf(' ') + 1));
    }

    /// Whether nothing is missing, as far as this looked.
    public boolean isWhole() {
        return complete && unreadable == 0 && subvolumes > 0;
    }
}
