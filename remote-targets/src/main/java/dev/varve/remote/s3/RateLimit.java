package dev.varve.remote.s3;

import java.util.concurrent.locks.LockSupport;

/// Lets so many bytes pass per second, for all threads together. Thread-safe.
final class RateLimit {
    private static final long NANOS = 1_000_000_000L;

    private final long bytesPerSecond;

    /// When the bytes let through so far will have passed. Guarded by `this`.
    private long freeAtNanos = System.nanoTime();

    /// @param bytesPerSecond 0 for no limit
    RateLimit(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /// Waits until this many more bytes may pass; returns at once if the thread is interrupted.
    void pass(int bytes) {
        if (bytesPerSecond == 0 || bytes <= 0) {
            return;
        }
        long until;
        synchronized (this) {
            long now = System.nanoTime();
            freeAtNanos = freeAtNanos - now < 0 ? now : freeAtNanos;
            until = freeAtNanos;
            freeAtNanos += bytes * NANOS / bytesPerSecond;
        }
        long left = until - System.nanoTime();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = until - System.nanoTime();
        }
    }
}
