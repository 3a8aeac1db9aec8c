package dev.varve.ingest;

import dev.varve.engine.Chunk;
import dev.varve.engine.model.XattrName;
import dev.varve.local.TreePath;
import dev.varve.posix.FileStatus;
import java.io.InterruptedIOException;
import java.util.SortedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/// A file to be read, and the steps of its content on their way from the reading thread to the
/// importing one.
final class ContentJob {
    private final SourceDirectory directory;
    private final byte[] name;
    private final FileStatus listed;
    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();

    /// What the reader found, in the order of the file, from [Start] to [End], [Failed] or
    /// [Broken]; a file that changed meanwhile starts again.
    sealed interface Step {
        /// @param attempt 0 at first
        record Start(int attempt) implements Step {}

        /// @param room takes the chunk's bytes back
        record Data(long offset, Chunk chunk, Room room) implements Step {}

        record Hole(long offset, long length) implements Step {}

        /// @param length may reach beyond the file's size
        record Preallocated(long offset, long length) implements Step {}

        /// @param status from before the first byte was read
        /// @param flags btrfs inode flags
        /// @param isTorn whether the file kept changing, so that the content may be mixed
        record End(
                FileStatus status, long flags, SortedMap<XattrName, byte[]> xattrs, boolean isTorn)
                implements Step {}

        /// This file cannot be read; the next ones may be.
        record Failed(String reason) implements Step {}

        /// Nothing can be read any more: the memory is used up, say.
        record Broken(Error cause) implements Step {}
    }

    /// How many bytes of chunks one reader may have on their way.
    static final class Room {
        private static final int BYTES = 16 << 20;

        /// A chunk takes no less, so that very many tiny ones are bounded too.
        private static final int LEAST_BYTES = 4096;

        private final Semaphore free = new Semaphore(BYTES);

        void take(Chunk chunk) throws InterruptedException {
            free.acquire(sizeOf(chunk));
        }

        void giveBack(Chunk chunk) {
            free.release(sizeOf(chunk));
        }

        private static int sizeOf(Chunk chunk) {
            return Math.max(LEAST_BYTES, chunk.bytes().length);
        }
    }

    ContentJob(SourceDirectory directory, byte[] name, FileStatus listed) {
        this.directory = directory.hold();
        this.name = name;
        this.listed = listed;
    }

    SourceDirectory directory() {
        return directory;
    }

    byte[] name() {
        return name;
    }

    FileStatus listed() {
        return listed;
    }

    TreePath path() {
        return directory.path().child(name);
    }

    void add(Step step) {
        steps.add(step);
    }

    Step next() throws InterruptedIOException {
        try {
            return steps.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("import interrupted");
        }
    }
}
