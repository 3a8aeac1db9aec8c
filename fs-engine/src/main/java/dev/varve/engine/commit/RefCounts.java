package dev.varve.engine.commit;

import dev.varve.engine.format.LittleEndian;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.tree.TreeItems;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reference counts of nodes and data blocks. The tree has a count only where it is greater than
/// one; changes gather in memory and go to the tree in order of address.
public final class RefCounts implements BlockReferences {
    private static final int MAX_PENDING = 1 << 17;

    private final TreeWriter tree;
    private final PackLedger ledger;
    private final Map<Long, Integer> pending = new HashMap<>();

    /// @param tree address (u64 big endian) to count (u32)
    RefCounts(TreeWriter tree, PackLedger ledger) {
        this.tree = tree;
        this.ledger = ledger;
    }

    @Override
    public boolean isShared(long address) throws IOException {
        return count(address) > 1;
    }

    @Override
    public void retain(long address) throws IOException {
        set(address, Math.addExact(count(address), 1));
    }

    @Override
    public boolean retainCommitted(long address) throws IOException {
        return switch (ledger.revive(address)) {
            case IN_USE -> {
                retain(address);
                yield true;
            }
            case REVIVED -> true;
            case GONE -> false;
        };
    }

    @Override
    public void release(long address) throws IOException {
        int count = count(address);
        if (count > 1) {
            set(address, count - 1);
        } else {
            ledger.free(address);
        }
    }

    TreeRoot flush() throws IOException {
        apply();
        return tree.flush();
    }

    private int count(long address) throws IOException {
        Integer known = pending.get(address);
        return known != null ? known : stored(address);
    }

    /// Whether committed counts give a block more than one reference.
    public static boolean isShared(TreeItems counts, long address) throws IOException {
        return counts.get(key(address)) != null;
    }

    private int stored(long address) throws IOException {
        byte[] value = tree.get(key(address));
        if (value == null) {
            return 1;
        }
        int count = value.length == 4 ? LittleEndian.i32(value, 0) : 0;
        if (count < 2) {
            throw new CorruptionException(
                    "reference count of block " + Long.toHexString(address),
                    "a count above 1",
                    count + " in " + value.length + " bytes");
        }
        return count;
    }

    private void set(long address, int count) throws IOException {
        pending.put(address, count);
        if (pending.size() >= MAX_PENDING) {
            apply();
        }
    }

    private void apply() throws IOException {
        List<Long> addresses = pending.keySet().stream().sorted(Long::compareUnsigned).toList();
        for (long address : addresses) {
            int count = pending.getOrDefault(address, 1);
            if (count > 1) {
                byte[] value = new byte[4];
                LittleEndian.putU32(value, 0, count);
                tree.put(key(address), value);
            } else if (tree.get(key(address)) != null) {
                tree.remove(key(address));
            }
        }
        pending.clear();
    }

    static byte[] key(long address) {
        byte[] key = new byte[8];
        LittleEndian.putI64(key, 0, Long.reverseBytes(address));
        return key;
    }
}
