package dev.varve.engine.tree;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Reads nodes of one level on all processors, and keeps what was read of each until it is taken:
/// reading and decompressing is most of what a walk costs. Used by one thread.
final class ReadAhead<T> {
    private static final int MOST_THREADS = 4;

    /// Fewer are not worth a second thread.
    private static final int FEWEST_SHARED = 4;

    private final Reading<T> reading;
    private final int threads =
            Math.max(1, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
    private final Map<Long, T> read = new HashMap<>();

    /// Reads one node. Called by several threads.
    @FunctionalInterface
    interface Reading<T> {
        T of(long address) throws IOException;
    }

    ReadAhead(Reading<T> reading) {
        this.reading = reading;
    }

    boolean has(long address) {
        return read.containsKey(address);
    }

    /// What was read ahead of a node, or is read now.
    T take(long address) throws IOException {
        T known = read.remove(address);
        return known == null ? reading.of(address) : known;
    }

    /// Reads nodes; one that cannot be read is left to who takes it.
    ///
    /// @throws InterruptedIOException if the thread is interrupted
    void fetch(List<Long> addresses) throws IOException {
        int parts = addresses.size() < FEWEST_SHARED ? 1 : threads;
        Object[] results = new Object[addresses.size()];
        AtomicInteger next = new AtomicInteger();
        Thread[] others = new Thread[parts - 1];
        for (int i = 0; i < others.length; i++) {
            others[i] = Thread.startVirtualThread(() -> fetch(addresses, next, results));
        }
        fetch(addresses, next, results);
        join(others);
        for (int i = 0; i < results.length; i++) {
            if (results[i] != null) {
                @SuppressWarnings("unchecked")
                T result = (T) results[i];
                read.put(addresses.get(i), result);
            }
        }
    }

    private void fetch(List<Long> addresses, AtomicInteger next, Object[] results) {
        int at = next.getAndIncrement();
        while (at < results.length && !Thread.currentThread().isInterrupted()) {
            try {
                results[at] = reading.of(addresses.get(at));
            } catch (IOException _) {
                // Whoever takes it reads it again, and meets the error where it belongs.
            }
            at = next.getAndIncrement();
        }
    }

    private static void join(Thread[] threads) throws IOException {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException _) {
            Arrays.stream(threads).forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while nodes were read");
        }
    }
}
