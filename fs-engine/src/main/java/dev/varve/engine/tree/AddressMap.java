package dev.varve.engine.tree;

/// Numbers by block address, 32 bytes each. Not thread-safe.
final class AddressMap {
    static final long ABSENT = -1;

    private static final int FIRST_CAPACITY = 1 << 10;

    /// Open addressing; 0 is no address.
    private long[] keys = new long[FIRST_CAPACITY];

    private long[] values = new long[FIRST_CAPACITY];
    private int size;

    int size() {
        return size;
    }

    /// The number, or [#ABSENT].
    long get(long address) {
        int at = slot(keys, address);
        return keys[at] == 0 ? ABSENT : values[at];
    }

    void put(long address, long value) {
        if (size * 2 >= keys.length) {
            grow();
        }
        int at = slot(keys, address);
        size += keys[at] == 0 ? 1 : 0;
        keys[at] = address;
        values[at] = value;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new long[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int at = slot(keys, oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }

    private static int slot(long[] keys, long address) {
        int mask = keys.length - 1;
        long mixed = address * 0x9E3779B97F4A7C15L;
        int at = (int) (mixed >>> 32) & mask;
        while (keys[at] != 0 && keys[at] != address) {
            at = (at + 1) & mask;
        }
        return at;
    }
}
