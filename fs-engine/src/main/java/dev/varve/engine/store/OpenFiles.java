package dev.varve.engine.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The least recently read files, kept open. A file in use when it leaves the list is closed by its
/// last reader.
final class OpenFiles implements Closeable {
    /// The JDK copies through a direct buffer of the read's size, kept per thread; pieces bound it.
    private static final int PIECE_BYTES = 256 << 10;

    private final int limit;

    /// In order of use. Guarded by `this`, as are the counts in its values.
    private final LinkedHashMap<Path, OpenFile> files = new LinkedHashMap<>(16, 0.75f, true);

    OpenFiles(int limit) {
        this.limit = limit;
    }

    /// Reads a part of a file that never changes.
    ObjectPart read(Path path, ByteRange range) throws IOException {
        return reading(path, file -> file.read(range));
    }

    /// Reads a part of a file that never changes into buffers on arrays; gives the file's size.
    long read(Path path, ByteRange range, List<ByteBuffer> into) throws IOException {
        return reading(path, file -> file.read(range, into));
    }

    private <T> T reading(Path path, Reading<T> reading) throws IOException {
        while (true) {
            OpenFile file = acquire(path);
            try {
                return reading.from(file);
            } catch (ClosedChannelException e) {
                // A channel is closed by the interrupt of any thread that reads from it.
                forget(path);
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            } finally {
                release(file);
            }
        }
    }

    /// Drops a file that is deleted or closed.
    void forget(Path path) throws IOException {
        OpenFile file;
        synchronized (this) {
            file = files.remove(path);
        }
        if (file != null) {
            release(file);
        }
    }

    @Override
    public void close() throws IOException {
        List<OpenFile> all;
        synchronized (this) {
            all = new ArrayList<>(files.values());
            files.clear();
        }
        for (OpenFile file : all) {
            release(file);
        }
    }

    private OpenFile acquire(Path path) throws IOException {
        synchronized (this) {
            OpenFile known = files.get(path);
            if (known != null) {
                known.users++;
                return known;
            }
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        OpenFile opened = new OpenFile(channel, channel.size());
        OpenFile replaced;
        OpenFile eldest = null;
        synchronized (this) {
            replaced = files.put(path, opened);
            if (files.size() > limit) {
                Iterator<OpenFile> oldest = files.values().iterator();
                eldest = oldest.next();
                oldest.remove();
            }
        }
        release(replaced);
        release(eldest);
        return opened;
    }

    private void release(@Nullable OpenFile file) throws IOException {
        if (file == null) {
            return;
        }
        synchronized (this) {
            file.users--;
            if (file.users > 0) {
                return;
            }
        }
        file.channel.close();
    }

    private static final class OpenFile {
        private final FileChannel channel;
        private final long sizeBytes;

        /// The list's own use and the opener's. Guarded by the list.
        private int users = 2;

        OpenFile(FileChannel channel, long sizeBytes) {
            this.channel = channel;
            this.sizeBytes = sizeBytes;
        }

        ObjectPart read(ByteRange range) throws IOException {
            long start = range.start(sizeBytes);
            byte[] bytes = new byte[range.length(sizeBytes)];
            int done = read(start, bytes, 0, bytes.length);
            // Cut short by someone else: give what there is, checksums tell the rest.
            return done < bytes.length
                    ? new ObjectPart(Arrays.copyOf(bytes, done), start + done)
                    : new ObjectPart(bytes, sizeBytes);
        }

        long read(ByteRange range, List<ByteBuffer> into) throws IOException {
            long start = range.start(sizeBytes);
            int length = range.length(sizeBytes);
            int done = 0;
            for (ByteBuffer buffer : into) {
                int wanted = Math.min(buffer.remaining(), length - done);
                int at = buffer.arrayOffset() + buffer.position();
                int count = read(start + done, buffer.array(), at, wanted);
                done += count;
                if (count < wanted) {
                    return start + done;
                }
            }
            return sizeBytes;
        }

        private int read(long start, byte[] into, int at, int length) throws IOException {
            int done = 0;
            while (done < length) {
                int piece = Math.min(PIECE_BYTES, length - done);
                int count = channel.read(ByteBuffer.wrap(into, at + done, piece), start + done);
                if (count < 0) {
                    break;
                }
                done += count;
            }
            return done;
        }
    }

    private interface Reading<T> {
        T from(OpenFile file) throws IOException;
    }
}
