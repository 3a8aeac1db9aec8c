package dev.varve.engine;

import dev.varve.engine.format.Head;
import java.io.IOException;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;

/// The committed states that readers of this process hold. Thread-safe.
final class Pins {
    /// Readers by generation. Guarded by `this`.
    private final TreeMap<Long, Integer> readers = new TreeMap<>();

    /// Loads a head.
    interface Loading {
        Head load() throws IOException;
    }

    /// Loads a head and holds its generation, in one step as seen by [#oldest].
    ///
    /// @param reader made from the head and what lets go of it
    synchronized <T> T pin(Loading loading, BiFunction<Head, Runnable, T> reader)
            throws IOException {
        Head head = loading.load();
        long generation = head.generation();
        readers.merge(generation, 1, Integer::sum);
        AtomicBoolean held = new AtomicBoolean(true);
        return reader.apply(
                head,
                () -> {
                    if (held.compareAndSet(true, false)) {
                        unpin(generation);
                    }
                });
    }

    private synchronized void unpin(long generation) {
        readers.computeIfPresent(generation, (_, count) -> count == 1 ? null : count - 1);
    }

    /// The oldest generation that is held; whoever comes later gets none older than the newest.
    synchronized long oldest() {
        return readers.isEmpty() ? Long.MAX_VALUE : readers.firstKey();
    }
}
