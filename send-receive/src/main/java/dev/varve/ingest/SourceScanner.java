package dev.varve.ingest;

import dev.varve.local.TreePath;
import dev.varve.posix.Directory;
import dev.varve.posix.FileStatus;
import dev.varve.posix.PosixException;
import java.io.Closeable;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/// Lists directories ahead of the walk. What lies ready is bounded: when too much does, the walk
/// lists for itself.
final class SourceScanner implements Closeable {
    private static final int READY_ENTRIES = 200_000;
    private static final int READY_DIRECTORIES = 256;

    private final ExecutorService threads;
    private final AtomicInteger readyEntries = new AtomicInteger();
    private final AtomicInteger readyDirectories = new AtomicInteger();

    SourceScanner(int threadCount) {
        threads =
                Executors.newFixedThreadPool(
                        threadCount,
                        Thread.ofPlatform().daemon().name("import-list-", 0).factory());
    }

    /// Whether one more may be listed ahead.
    boolean hasRoom() {
        return readyEntries.get() < READY_ENTRIES && readyDirectories.get() < READY_DIRECTORIES;
    }

    /// Opens a subdirectory and reads its first chunk in the background. `parent` must stay held
    /// until [#await].
    FutureTask<SourceDirectory> start(
            SourceDirectory parent, SourceEntry entry, FileStatus status) {
        readyDirectories.incrementAndGet();
        FutureTask<SourceDirectory> listing =
                new FutureTask<>(() -> {
                    SourceDirectory child = open(parent, entry, status);
                    readyEntries.addAndGet(child.chunk().size());
                    return child;
                });
        threads.execute(listing);
        return listing;
    }

    /// The directory that [#start] opened; the caller now holds it. What no thread has begun the
    /// caller lists for itself, which is sooner than waking one.
    SourceDirectory await(FutureTask<SourceDirectory> started)
            throws PosixException, InterruptedIOException {
        try {
            started.run();
            SourceDirectory child = started.get();
            readyEntries.addAndGet(-child.chunk().size());
            return child;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("import interrupted");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case PosixException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new AssertionError(e);
            }
        } finally {
            readyDirectories.decrementAndGet();
        }
    }

    /// Opens a subdirectory and reads its first chunk.
    static SourceDirectory open(SourceDirectory parent, SourceEntry entry, FileStatus status)
            throws PosixException {
        TreePath path = parent.path().child(entry.bytes());
        Directory directory = parent.directory().openDirectory(entry.bytes());
        try {
            SourceDirectory child =
                    new SourceDirectory(
                            directory, path, parent.region().of(status, path), parent.exclude());
            child.advance();
            return child;
        } catch (PosixException e) {
            directory.close();
            throw e;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
