package dev.varve.engine.pack;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The most recently used values by number, bounded by their size. Thread-safe.
final class ByteCache<V> {
    private final long maxBytes;
    private final ToLongFunction<V> size;

    /// In order of use. Guarded by `this`, as is the sum.
    private final LinkedHashMap<Long, V> values = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    ByteCache(long maxBytes, ToLongFunction<V> size) {
        this.maxBytes = maxBytes;
        this.size = size;
    }

    synchronized @Nullable V get(long key) {
        return values.get(key);
    }

    synchronized void put(long key, V value) {
        remove(key);
        values.put(key, value);
        bytes += size.applyAsLong(value);
        for (Iterator<V> eldest = values.values().iterator(); bytes > maxBytes; ) {
            bytes -= size.applyAsLong(eldest.next());
            eldest.remove();
        }
    }

    synchronized void remove(long key) {
        V old = values.remove(key);
        if (old != null) {
            bytes -= size.applyAsLong(old);
        }
    }

    synchronized void clear() {
        values.clear();
        bytes = 0;
    }
}
