package dev.varve.restore;

import java.io.Closeable;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs the tasks of a restore, in the order of their submission, a bounded number at a time. A
/// task may wait for an earlier one, never for a later one.
final class Workers implements Closeable {
    private static final int QUEUED = 256;
    private static final long PATIENCE_MILLIS = 200;

    private final ExecutorService threads;
    private final Semaphore room = new Semaphore(QUEUED);
    private final AtomicReference<@Nullable Throwable> defect = new AtomicReference<>();

    Workers(int count) {
        threads =
                Executors.newFixedThreadPool(
                        count, Thread.ofPlatform().daemon().name("restore-", 0).factory());
    }

    /// Queues a task, which handles its own failures; waits for room.
    ///
    /// @throws IllegalStateException if one did not
    void submit(Runnable task) throws InterruptedIOException {
        requireSound();
        try {
            room.acquire();
        } catch (InterruptedException e) {
            throw interrupted();
        }
        threads.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                defect.compareAndSet(null, e);
            } finally {
                room.release();
            }
        });
    }

    /// Waits until every task is done.
    ///
    /// @param meanwhile called now and then
    void await(Runnable meanwhile) throws InterruptedIOException {
        try {
            while (!room.tryAcquire(QUEUED, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                meanwhile.run();
            }
            room.release(QUEUED);
        } catch (InterruptedException e) {
            throw interrupted();
        }
        requireSound();
    }

    private void requireSound() {
        if (defect.get() != null) {
            throw new IllegalStateException("a restore task failed", defect.get());
        }
    }

    static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("restore interrupted");
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
