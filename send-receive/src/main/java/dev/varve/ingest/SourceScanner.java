package dev.varve.ingest;

import dev.varve.local.TreePath;
import dev.varve.posix.Directory;
import dev.varve.posix.FileStatus;
import dev.varve.posix.PosixException;
import java.io.Closeable;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Lists directories ahead of the walk and in its order: parents before what is in them, all that
/// is below one before its next sibling. What lies ready is bounded; when too much does, the
/// threads wait until the walk has used half of it. What no thread has begun the walk lists for
/// itself, which is sooner than waking one.
final class SourceScanner implements Closeable {
    private static final int READY_ENTRIES = 32_768;
    private static final int READY_DIRECTORIES = 256;

    private final boolean oneFileSystem;
    private final Listing root;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hasWork = lock.newCondition();

    /// What nobody has begun, the walk's next first. This and all below is guarded by the lock.
    private final Deque<Listing> waiting = new ArrayDeque<>();

    /// Listed, and not yet the walk's.
    private final Set<SourceDirectory> ready = new HashSet<>();

    private int readyEntries;
    private boolean isFull;
    private boolean isClosed;

    /// Begins with the root's first chunk.
    SourceScanner(SourceDirectory root, int threadCount, boolean oneFileSystem) {
        this.oneFileSystem = oneFileSystem;
        this.root = new Listing(root, () -> listed(root.hold()));
        waiting.add(this.root);
        for (int i = 0; i < threadCount; i++) {
            Thread.ofPlatform().daemon().name("import-list-" + i).start(this::listAhead);
        }
    }

    /// A directory that is to be opened and its first chunk read.
    static final class Listing {
        /// Where it is found; held until then.
        private final SourceDirectory parent;

        private final FutureTask<SourceDirectory> task;

        /// Whether it has left those that wait. Guarded by the lock.
        private boolean isBegun;

        private Listing(SourceDirectory parent, Callable<SourceDirectory> task) {
            this.parent = parent.hold();
            this.task = new FutureTask<>(task);
        }

        private void run() {
            try {
                task.run();
            } finally {
                parent.release();
            }
        }
    }

    /// Whether a directory lies on another file system and must not be entered.
    boolean isLeftEmpty(SourceDirectory parent, FileStatus status) {
        return oneFileSystem
                && (status.device() != parent.region().device()
                        || status.mountId() != parent.region().mountId());
    }

    /// Reads a directory's next chunk. The directories in it are listed ahead from then on.
    void advance(SourceDirectory directory) throws PosixException {
        directory.advance();
        List<Listing> below = new ArrayList<>();
        for (SourceEntry entry : directory.chunk()) {
            FileStatus status = entry.status();
            // A directory that changes while it is read may show a name twice.
            if (status != null
                    && status.isDirectory()
                    && !isLeftEmpty(directory, status)
                    && !directory.listings().containsKey(entry.name())) {
                Listing listing = listing(directory, entry, status);
                directory.listings().put(entry.name(), listing);
                below.add(listing);
            }
        }
        if (!below.isEmpty()) {
            lock.lock();
            try {
                below.reversed().forEach(waiting::addFirst);
                if (isClosed) {
                    letWaitingGo();
                }
                wake();
            } finally {
                lock.unlock();
            }
        }
    }

    /// What has still to be listed; nobody does unless it is taken.
    Listing listing(SourceDirectory parent, SourceEntry entry, FileStatus status) {
        return new Listing(parent, () -> open(parent, entry, status));
    }

    private SourceDirectory open(SourceDirectory parent, SourceEntry entry, FileStatus status)
            throws PosixException {
        TreePath path = parent.path().child(entry.bytes());
        Directory directory = parent.directory().openDirectory(entry.bytes());
        SourceDirectory.Region region = parent.region().of(status, path);
        return listed(new SourceDirectory(directory, path, region, parent.exclude()));
    }

    /// Reads a directory's first chunk; lets go of it if that fails.
    private SourceDirectory listed(SourceDirectory directory) throws PosixException {
        try {
            advance(directory);
        } catch (PosixException e) {
            directory.release();
            throw e;
        }
        lock.lock();
        try {
            if (isClosed) {
                directory.release();
            } else {
                ready.add(directory);
                readyEntries += directory.chunk().size();
                isFull |= ready.size() >= READY_DIRECTORIES || readyEntries >= READY_ENTRIES;
            }
        } finally {
            lock.unlock();
        }
        return directory;
    }

    private void listAhead() {
        for (Listing next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private @Nullable Listing next() {
        lock.lock();
        try {
            while (!isClosed && (isFull || waiting.isEmpty())) {
                hasWork.awaitUninterruptibly();
            }
            if (isClosed) {
                return null;
            }
            Listing next = waiting.removeFirst();
            next.isBegun = true;
            return next;
        } finally {
            lock.unlock();
        }
    }

    SourceDirectory takeRoot() throws PosixException, InterruptedIOException {
        return take(root);
    }

    /// The directory of a listing; the caller now holds it.
    SourceDirectory take(Listing listing) throws PosixException, InterruptedIOException {
        if (withdraw(listing)) {
            listing.run();
        }
        try {
            SourceDirectory directory = listing.task.get();
            handOver(directory);
            return directory;
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
        }
    }

    private void handOver(SourceDirectory directory) {
        lock.lock();
        try {
            ready.remove(directory);
            readyEntries -= directory.chunk().size();
            if (isFull
                    && ready.size() <= READY_DIRECTORIES / 2
                    && readyEntries <= READY_ENTRIES / 2) {
                isFull = false;
                wake();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives up directories that the walk does not enter after all.
    void drop(Collection<Listing> listings) throws InterruptedIOException {
        for (Listing listing : listings) {
            if (withdraw(listing)) {
                listing.parent.release();
                continue;
            }
            try {
                SourceDirectory directory = take(listing);
                drop(directory.listings().values());
                directory.release();
            } catch (PosixException _) {
                // Nobody wants to know.
            }
        }
    }

    /// Returns true if nobody has begun it, and now nobody else will.
    private boolean withdraw(Listing listing) {
        lock.lock();
        try {
            if (listing.isBegun) {
                return false;
            }
            listing.isBegun = true;
            waiting.removeFirstOccurrence(listing);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        if (!isFull && !waiting.isEmpty()) {
            hasWork.signalAll();
        }
    }

    private void letWaitingGo() {
        waiting.forEach(listing -> listing.parent.release());
        waiting.clear();
    }

    /// Lets go of all that was listed, or was to be.
    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            letWaitingGo();
            ready.forEach(SourceDirectory::release);
            ready.clear();
            hasWork.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
