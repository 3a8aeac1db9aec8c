package dev.varve.remote.s3;

import dev.varve.engine.store.ObjectPart;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parts used last, on the heap.
final class HeapCache implements PartCache {
    private final long maxBytes;

    /// The one used last at the end. Guarded by `this`, as is the rest.
    private final Map<String, ObjectPart> parts = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /// @param maxBytes what it may hold; the part used last is held in any case
    HeapCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public synchronized @Nullable ObjectPart get(String key) {
        return parts.get(key);
    }

    @Override
    public synchronized void put(String key, ObjectPart part) {
        remove(key);
        parts.put(key, part);
        bytes += part.bytes().length;
        Iterator<ObjectPart> oldest = parts.values().iterator();
        while (bytes > maxBytes && parts.size() > 1) {
            bytes -= oldest.next().bytes().length;
            oldest.remove();
        }
    }

    @Override
    public synchronized void remove(String key) {
        ObjectPart known = parts.remove(key);
        if (known != null) {
            bytes -= known.bytes().length;
        }
    }

    @Override
    public synchronized void clear() {
        parts.clear();
        bytes = 0;
    }

    @Override
    public void close() {
        clear();
    }
}
