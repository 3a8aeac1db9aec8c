package dev.varve.engine;

import dev.varve.engine.model.PoolEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/// How a process uses a pool.
///
/// @param writerWait how long [Pool#begin] waits for another writer
/// @param nodeCacheBytes heap for decoded tree nodes
/// @param threads compression and hashing threads
/// @param events told of what happens to the pool through this process, by whichever thread it
///   happens in; returns soon and throws nothing
public record PoolOptions(
        Clock clock,
        Duration writerWait,
        long nodeCacheBytes,
        int threads,
        Consumer<PoolEvent> events) {
    /// Nobody is told anything.
    public PoolOptions(Clock clock, Duration writerWait, long nodeCacheBytes, int threads) {
        this(clock, writerWait, nodeCacheBytes, threads, _ -> {});
    }

    public static PoolOptions defaults() {
        return new PoolOptions(
                Clock.systemUTC(),
                Duration.ZERO,
                64L << 20,
                Runtime.getRuntime().availableProcessors());
    }

    public PoolOptions withWriterWait(Duration wait) {
        return new PoolOptions(clock, wait, nodeCacheBytes, threads, events);
    }

    public PoolOptions withEvents(Consumer<PoolEvent> listener) {
        return new PoolOptions(clock, writerWait, nodeCacheBytes, threads, listener);
    }
}
