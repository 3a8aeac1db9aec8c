package dev.varve.engine;

import dev.varve.engine.model.Unlocking;
import java.time.Clock;
import java.time.Duration;

/// How a process uses a pool.
///
/// @param writerWait how long [Pool#begin] waits for another writer
/// @param nodeCacheBytes heap for decoded tree nodes
/// @param threads compression and hashing threads
/// @param unlocking asked for secrets if the pool is sealed
public record PoolOptions(
        Clock clock, Duration writerWait, long nodeCacheBytes, int threads, Unlocking unlocking) {
    /// Without secrets.
    public PoolOptions(Clock clock, Duration writerWait, long nodeCacheBytes, int threads) {
        this(clock, writerWait, nodeCacheBytes, threads, Unlocking.NONE);
    }

    public static PoolOptions defaults() {
        return new PoolOptions(
                Clock.systemUTC(),
                Duration.ZERO,
                64L << 20,
                Runtime.getRuntime().availableProcessors());
    }

    public PoolOptions withWriterWait(Duration wait) {
        return new PoolOptions(clock, wait, nodeCacheBytes, threads, unlocking);
    }

    public PoolOptions withUnlocking(Unlocking way) {
        return new PoolOptions(clock, writerWait, nodeCacheBytes, threads, way);
    }
}
