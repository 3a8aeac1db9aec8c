package dev.varve.restore;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Inode;
import dev.varve.local.TreePath;
import dev.varve.posix.Directory;
import dev.varve.posix.Errno;
import dev.varve.posix.OpenFile;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Restores one regular file: small ones in one go, large ones in ranges that several workers
/// write. The one that finishes last sets the attributes and gives the file its name.
final class FileTask {
    private static final long RANGE_BYTES = 32L << 20;

    private static final int WORKING_PERMISSIONS = 0600;

    private final Place place;
    private final Inode inode;
    private final Context context;
    private final CompletableFuture<Boolean> isThere;
    private final AtomicLong rangesLeft = new AtomicLong();
    private final AtomicBoolean isBroken = new AtomicBoolean();

    /// Where the file goes.
    ///
    /// @param directory held; released when the task ends
    /// @param writtenName the name while it is written; another than `name` if it replaces a file
    record Place(TargetDirectory directory, byte[] name, byte[] writtenName) {
        TreePath path() {
            return directory.path().child(name);
        }

        FileTree tree() {
            return directory.tree();
        }

        boolean isReplacement() {
            return !Arrays.equals(name, writtenName);
        }
    }

    /// What all tasks share.
    record Context(
            RestoreOptions options,
            AttributeSetter attributes,
            Tally tally,
            ThreadLocal<ContentCopy.Buffers> buffers) {}

    FileTask(Place place, Inode inode, Context context, CompletableFuture<Boolean> isThere) {
        this.place = place;
        this.inode = inode;
        this.context = context;
        this.isThere = isThere;
    }

    /// Queues the work.
    void start(Workers workers) throws InterruptedIOException {
        if (inode.sizeBytes() <= 2 * RANGE_BYTES) {
            rangesLeft.set(1);
            workers.submit(this::restoreWhole);
            return;
        }
        OpenFile file;
        try {
            file = create();
        } catch (IOException e) {
            fail(e);
            end(false);
            return;
        }
        long count = (inode.sizeBytes() + RANGE_BYTES - 1) / RANGE_BYTES;
        rangesLeft.set(count);
        for (long i = 0; i < count; i++) {
            long start = i * RANGE_BYTES;
            // The last range takes what is preallocated behind the size along.
            long end = i + 1 < count ? start + RANGE_BYTES : Long.MAX_VALUE;
            workers.submit(() -> restoreRange(file, start, end));
        }
    }

    private OpenFile create() throws IOException {
        OpenFile file = createEmpty();
        try {
            file.truncate(inode.sizeBytes());
            return file;
        } catch (IOException e) {
            file.close();
            place.directory.open().unlink(place.writtenName);
            throw e;
        }
    }

    private OpenFile createEmpty() throws IOException {
        Directory directory = place.directory.open();
        try {
            return directory.createFile(place.writtenName, WORKING_PERMISSIONS);
        } catch (PosixException e) {
            if (e.errno() != Errno.EEXIST || !place.isReplacement()) {
                throw e;
            }
            directory.unlink(place.writtenName); // left by a restore that was killed
            return directory.createFile(place.writtenName, WORKING_PERMISSIONS);
        }
    }

    private void restoreWhole() {
        OpenFile file;
        try {
            file = create();
        } catch (IOException e) {
            fail(e);
            end(false);
            return;
        }
        restoreRange(file, 0, Long.MAX_VALUE);
    }

    private void restoreRange(OpenFile file, long start, long end) {
        try {
            if (!isBroken.get()) {
                ContentCopy content = copyTo(file);
                content.write(start, end, context.options.sparse());
                if (context.options.verify()) {
                    content.verify(start, end);
                }
            }
        } catch (IOException e) {
            fail(e);
        } finally {
            if (rangesLeft.decrementAndGet() == 0) {
                finish(file);
            }
        }
    }

    private ContentCopy copyTo(OpenFile file) {
        var buffers = context.buffers.get();
        return new ContentCopy(place.tree(), inode, file, buffers, context.tally);
    }

    private void fail(IOException e) {
        if (!isBroken.getAndSet(true)) {
            context.tally.failed(place.path(), RestoreWalk.reason(e));
        }
    }

    private void finish(OpenFile file) {
        Directory directory = place.directory.open();
        try (file) {
            if (!isBroken.get()) {
                context.attributes.set(file, place.tree(), inode, place.path());
                if (place.isReplacement()) {
                    var mode = Directory.Rename.REPLACE;
                    directory.rename(place.writtenName, directory, place.name, mode);
                }
                context.attributes.setFlags(file, inode, place.path());
            } else {
                directory.unlink(place.writtenName);
            }
        } catch (IOException e) {
            fail(e);
        } finally {
            end(!isBroken.get());
        }
    }

    /// Sets the attributes of a file whose content is taken to be right.
    void refresh() {
        try (OpenFile file = place.directory.open().openForReading(place.name)) {
            if (context.options.verify()) {
                copyTo(file).verify(0, Long.MAX_VALUE);
            }
            context.attributes.set(file, place.tree(), inode, place.path());
            context.attributes.setFlags(file, inode, place.path());
        } catch (IOException e) {
            fail(e);
        } finally {
            end(!isBroken.get());
        }
    }

    private void end(boolean success) {
        isThere.complete(success);
        place.directory.release();
    }
}
