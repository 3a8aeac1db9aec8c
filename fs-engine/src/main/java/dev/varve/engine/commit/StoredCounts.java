package dev.varve.engine.commit;

import dev.varve.engine.format.Head;
import dev.varve.engine.format.LittleEndian;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeReader;
import java.io.IOException;

/// The reference counts as committed. Any thread may ask.
public final class StoredCounts {
    private static final int VALUE_BYTES = 4;

    private final TreeReader tree;

    public StoredCounts(Head head, NodeCache nodes) {
        this.tree = new TreeReader(nodes, Subvolumes.treeRoot(head.counts()));
    }

    /// How many references a block in use has.
    public int of(long address) throws IOException {
        byte[] value = tree.get(RefCounts.key(address));
        if (value == null) {
            return 1;
        }
        int count = value.length == VALUE_BYTES ? LittleEndian.i32(value, 0) : 0;
        if (count < 2) {
            throw new CorruptionException(
                    "reference count of block " + Long.toHexString(address),
                    "a count above 1",
                    count + " in " + value.length + " bytes");
        }
        return count;
    }
}
