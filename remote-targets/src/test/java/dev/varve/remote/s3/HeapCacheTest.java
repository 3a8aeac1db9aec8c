package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.varve.engine.store.ObjectPart;
import org.junit.jupiter.api.Test;

class HeapCacheTest {
    private static ObjectPart part(int length) {
        return new ObjectPart(new byte[length], 1000);
    }

    @Test
    void whatWasUsedLongestAgoGoesFirst() {
        HeapCache cache = new HeapCache(100);
        cache.put("a", part(40));
        cache.put("b", part(40));
        assertNotNull(cache.get("a"));
        cache.put("c", part(40));
        assertNull(cache.get("b"));
        assertNotNull(cache.get("a"));
        assertNotNull(cache.get("c"));
    }

    @Test
    void aPartPutAgainOrTakenOutCountsOnce() {
        HeapCache cache = new HeapCache(100);
        cache.put("a", part(60));
        cache.put("a", part(50));
        cache.put("b", part(50));
        assertNotNull(cache.get("a"));
        cache.remove("a");
        cache.remove("a");
        cache.put("c", part(50));
        assertNotNull(cache.get("b"));
    }

    @Test
    void aPartLargerThanAllIsHeldAlone() {
        HeapCache cache = new HeapCache(100);
        cache.put("a", part(10));
        cache.put("b", part(200));
        assertNull(cache.get("a"));
        ObjectPart large = cache.get("b");
        assertEquals(200, large == null ? 0 : large.bytes().length);
    }
}
