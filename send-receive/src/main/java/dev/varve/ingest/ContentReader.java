package dev.varve.ingest;

import dev.varve.engine.Chunk;
import dev.varve.engine.Chunker;
import dev.varve.engine.model.XattrName;
import dev.varve.ingest.ContentJob.Step;
import dev.varve.local.InodeFlags;
import dev.varve.posix.FileExtent;
import dev.varve.posix.FileStatus;
import dev.varve.posix.OpenFile;
import dev.varve.posix.PosixException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;

/// Reads files, one after the other, on a thread of its own, and cuts them into chunks. Since it
/// takes jobs in their order and the importer uses them in that order, the importer never waits for
/// a job whose reader waits for room that a later job takes.
final class ContentReader implements Runnable {
    private static final int SMALL_BYTES = 64 << 10;
    private static final int LARGE_BYTES = 1 << 20;
    private static final int ATTEMPTS = 3;

    /// The coarsest step of the kernel's clock for change times, with room to spare.
    private static final long CLOCK_STEP_MILLIS = 20;

    private static final int BLOCK_BYTES = 4096;
    private static final int STATUS_BLOCK_BYTES = 512;

    private final BlockingQueue<ContentJob> jobs;
    private final Chunker chunker;
    private final Clock clock;
    private final ContentJob.Room room = new ContentJob.Room();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGE_BYTES);

    /// Holds what is not cut yet.
    private final byte[] window = new byte[2 * Chunker.MAX_BYTES];

    ContentReader(BlockingQueue<ContentJob> jobs, Chunker chunker, Clock clock) {
        this.jobs = jobs;
        this.chunker = chunker;
        this.clock = clock;
    }

    @Override
    public void run() {
        try {
            while (true) {
                ContentJob job = jobs.take();
                try {
                    read(job);
                } catch (PosixException e) {
                    job.add(new Step.Failed(e.reason()));
                } catch (RuntimeException e) {
                    // The importer waits for this job; a silent end would make it wait for ever.
                    job.add(new Step.Failed(e.toString()));
                } catch (Error e) {
                    job.add(new Step.Broken(e));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the import is over
        }
    }

    private void read(ContentJob job) throws PosixException, InterruptedException {
        try (OpenFile file = job.directory().directory().openForReading(job.name())) {
            for (int attempt = 0; ; attempt++) {
                FileStatus before = settled(file);
                if (!before.isRegular() || before.inode() != job.listed().inode()) {
                    job.add(new Step.Failed("another file took its place during the import"));
                    return;
                }
                job.add(new Step.Start(attempt));
                boolean isComplete = readContent(job, file, before);
                SortedMap<XattrName, byte[]> xattrs = xattrs(file);
                long flags = InodeFlags.fromChattr(file.inodeFlags());
                boolean isTorn = !isComplete || !isSameState(before, file.status());
                if (!isTorn || attempt + 1 == ATTEMPTS) {
                    job.add(new Step.End(before, flags, xattrs, isTorn));
                    return;
                }
            }
        }
    }

    /// The status, once it is old enough that any later change must show in the change time.
    private FileStatus settled(OpenFile file) throws PosixException, InterruptedException {
        FileStatus status = file.status();
        long changed = status.changeSeconds() * 1000 + status.changeNanos() / 1_000_000;
        long age = clock.millis() - changed;
        if (age >= 0 && age < CLOCK_STEP_MILLIS) {
            Thread.sleep(CLOCK_STEP_MILLIS - age);
            return file.status();
        }
        return status;
    }

    private static boolean isSameState(FileStatus a, FileStatus b) {
        return a.sizeBytes() == b.sizeBytes()
                && a.modifySeconds() == b.modifySeconds()
                && a.modifyNanos() == b.modifyNanos()
                && a.changeSeconds() == b.changeSeconds()
                && a.changeNanos() == b.changeNanos();
    }

    static SortedMap<XattrName, byte[]> xattrs(OpenFile file) throws PosixException {
        SortedMap<XattrName, byte[]> xattrs = new TreeMap<>();
        for (byte[] name : file.xattrs()) {
            // One that is gone since the listing is simply not there.
            file.xattr(name).ifPresent(value -> xattrs.put(XattrName.of(name), value));
        }
        return xattrs;
    }

    /// Returns whether the file was as long as its status says.
    private boolean readContent(ContentJob job, OpenFile file, FileStatus status)
            throws PosixException, InterruptedException {
        long size = status.sizeBytes();
        long allocated = status.blocks() * STATUS_BLOCK_BYTES;
        long dataBytes = 0;
        if (size > LARGE_BYTES) {
            file.advise(OpenFile.Advice.SEQUENTIAL, 0, 0);
        }
        boolean mayHaveHoles = size > SMALL_BYTES || allocated < size;
        for (long at = 0; at < size; ) {
            long start = at;
            long end = size;
            if (mayHaveHoles) {
                start = Math.min(size, file.nextData(at).orElse(size));
                end = start == size ? size : file.nextHole(start);
            }
            if (start > at) {
                job.add(new Step.Hole(at, start - at));
            }
            if (!readData(job, file, start, Math.min(end, size))) {
                return false;
            }
            dataBytes += end - start;
            at = Math.max(end, start);
        }
        if (allocated > roundUp(dataBytes)) {
            addPreallocated(job, file, size);
        }
        return true;
    }

    private static long roundUp(long bytes) {
        return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    private boolean readData(ContentJob job, OpenFile file, long start, long dataEnd)
            throws PosixException, InterruptedException {
        long at = start;
        long end = dataEnd;
        int held = 0;
        boolean isShort = false;
        while (held > 0 || at < end) {
            while (at < end && held < window.length) {
                int wanted = (int) Math.min(end - at, window.length - held);
                int count = read(file, at, held, wanted);
                if (count == 0) {
                    isShort = true;
                    end = at;
                }
                at += count;
                held += count;
            }
            int left = cut(job, at - held, held, at == end);
            System.arraycopy(window, held - left, window, 0, left);
            held = left;
        }
        return !isShort;
    }

    /// Reads into the window.
    private int read(OpenFile file, long offset, int into, int wanted) throws PosixException {
        buffer.clear().limit(Math.min(wanted, buffer.capacity()));
        int count = file.read(buffer, offset);
        buffer.flip().get(window, into, count);
        return count;
    }

    /// Cuts what the window holds as far as the cuts are final.
    ///
    /// @param offset in the file of the window's first byte
    /// @return how many bytes are left
    private int cut(ContentJob job, long offset, int held, boolean isEnd)
            throws InterruptedException {
        int from = 0;
        while (from < held && (isEnd || held - from >= Chunker.MAX_BYTES)) {
            int to = chunker.cut(window, from, held, offset + from);
            Chunk chunk = chunker.chunk(window, from, to);
            room.take(chunk);
            job.add(new Step.Data(offset + from, chunk, room));
            from = to;
        }
        return held - from;
    }

    private static void addPreallocated(ContentJob job, OpenFile file, long size) {
        try {
            List<FileExtent> extents = file.extents(0);
            while (!extents.isEmpty()) {
                for (FileExtent extent : extents) {
                    if (extent.isPreallocated()) {
                        addPreallocated(job, file, size, extent);
                    }
                }
                FileExtent last = extents.getLast();
                long end = last.offset() + last.length();
                extents = last.isLast() || end <= 0 ? List.of() : file.extents(end);
            }
        } catch (PosixException _) {
            return; // a file system without FIEMAP: preallocation reads as holes
        }
    }

    /// Adds what is a hole of an unwritten extent: bytes that wait in the page cache to be written
    /// into it are data.
    private static void addPreallocated(ContentJob job, OpenFile file, long size, FileExtent extent)
            throws PosixException {
        long end = extent.offset() + extent.length();
        for (long at = extent.offset(); at < end; ) {
            long hole = at < size ? file.nextHole(at) : at;
            long data = hole < size ? file.nextData(hole).orElse(end) : end;
            long stop = Math.min(end, data);
            // A hole's start is exact to the byte only at the size, where data fills its block.
            long start = Math.max(at, roundUp(hole));
            if (start < stop) {
                job.add(new Step.Preallocated(start, stop - start));
            }
            at = Math.max(stop, at + 1);
        }
    }
}
