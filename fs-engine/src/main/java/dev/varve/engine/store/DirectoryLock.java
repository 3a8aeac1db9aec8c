package dev.varve.engine.store;

import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.StoreFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One directory's writer lock: an advisory lock on a file, which the kernel drops when its holder
/// dies. The file holds the process id of the last holder, for people.
final class DirectoryLock implements WriterLock {
    /// The directories locked by this process, by device and inode. The one static that changes:
    /// such locks belong to the process, and closing any channel on the file, even one that failed
    /// to lock, drops them. So the file may only be opened once in a process.
    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

    private static final long POLL_MILLIS = 20;

    private final Object directory;
    private final FileChannel channel;
    private final AtomicBoolean held = new AtomicBoolean(true);

    private DirectoryLock(Object directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /// Locks a directory.
    ///
    /// @throws PoolBusyException if another writer holds it until `wait` is over
    static DirectoryLock acquire(Layout layout, Duration wait) throws IOException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            DirectoryLock lock = tryAcquire(layout);
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new PoolBusyException(layout.root() + " is in use by " + holder(layout));
            }
            pause(layout);
        }
    }

    @Override
    public void close() throws IOException {
        if (held.compareAndSet(true, false)) {
            try {
                channel.close();
            } finally {
                HELD.remove(directory);
            }
        }
    }

    private static @Nullable DirectoryLock tryAcquire(Layout layout) throws IOException {
        Object directory = identity(layout.root());
        if (!HELD.add(directory)) {
            return null;
        }
        DirectoryLock lock = null;
        try {
            lock = lockFile(directory, layout.lock());
            return lock;
        } finally {
            if (lock == null) {
                HELD.remove(directory);
            }
        }
    }

    private static @Nullable DirectoryLock lockFile(Object directory, Path file)
            throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                return null;
            }
            String pid = ProcessHandle.current().pid() + "\n";
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
            locked = true;
            return new DirectoryLock(directory, channel);
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static Object identity(Path directory) throws IOException {
        Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        return key != null ? key : directory.toRealPath();
    }

    /// Who holds the lock. Reads the file only if this process does not hold it: closing it would
    /// drop the lock.
    private static String holder(Layout layout) throws IOException {
        if (HELD.contains(identity(layout.root()))) {
            return "another writer in this process";
        }
        String text = Files.readString(layout.lock(), StandardCharsets.ISO_8859_1).strip();
        return text.matches("[0-9]{1,10}") ? "process " + text : "another process";
    }

    private static void pause(Layout layout) throws StoreFailedException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreFailedException("interrupted while waiting for " + layout.root(), e);
        }
    }
}
