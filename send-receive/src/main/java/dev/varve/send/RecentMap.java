package dev.varve.send;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Remembers what was used last. Only a matter of speed: what is forgotten is looked up again.
final class RecentMap<K, V> {
    private static final int MAX_ENTRIES = 16 << 10;

    private final LinkedHashMap<K, V> entries = new LinkedHashMap<>(64, 0.75f, true);

    @Nullable V get(K key) {
        return entries.get(key);
    }

    void put(K key, V value) {
        entries.put(key, value);
        if (entries.size() > MAX_ENTRIES) {
            entries.pollFirstEntry();
        }
    }
}
