package dev.varve.send;

import java.util.LinkedHashMap;
import java.util.Map;

/// Remembers what was used last. Only a matter of speed: what is forgotten is looked up again.
final class RecentMap<K, V> extends LinkedHashMap<K, V> {
    private static final int ENTRIES = 16 << 10;

    RecentMap() {
        super(64, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > ENTRIES;
    }
}
