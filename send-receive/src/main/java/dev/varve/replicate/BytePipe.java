package dev.varve.replicate;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Bytes from one thread to another, a bounded number of them on the way. Each end may be closed at
/// any time: the reader then finds the end, the writer fails.
final class BytePipe {
    private static final int CHUNK_BYTES = 256 << 10;
    private static final int MAX_CHUNKS = 16;

    /// All guarded by `this`.
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();

    private boolean isComplete;
    private boolean isAbandoned;

    OutputStream out() {
        return new Out();
    }

    InputStream in() {
        return new In();
    }

    private synchronized void put(byte[] chunk) throws IOException {
        while (chunks.size() == MAX_CHUNKS && !isAbandoned) {
            pause();
        }
        if (isAbandoned) {
            throw new EOFException("nobody reads the stream any more");
        }
        chunks.add(chunk);
        notifyAll();
    }

    /// The next bytes; null at the end.
    private synchronized byte @Nullable [] take() throws IOException {
        while (chunks.isEmpty() && !isComplete && !isAbandoned) {
            pause();
        }
        byte[] chunk = chunks.poll();
        notifyAll();
        return chunk;
    }

    @SuppressWarnings("WaitNotInLoop") // the callers loop
    private void pause() throws InterruptedIOException {
        try {
            wait();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private synchronized void complete() {
        isComplete = true;
        notifyAll();
    }

    private synchronized void abandon() {
        isAbandoned = true;
        chunks.clear();
        notifyAll();
    }

    private final class Out extends OutputStream {
        private final byte[] chunk = new byte[CHUNK_BYTES];
        private int length;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            int done = 0;
            while (done < count) {
                int part = Math.min(count - done, chunk.length - length);
                System.arraycopy(bytes, offset + done, chunk, length, part);
                length += part;
                done += part;
                if (length == chunk.length) {
                    flush();
                }
            }
        }

        @Override
        public void flush() throws IOException {
            if (length > 0) {
                byte[] part = Arrays.copyOf(chunk, length);
                length = 0;
                put(part);
            }
        }

        @Override
        public void close() {
            complete();
        }
    }

    private final class In extends InputStream {
        private byte @Nullable [] chunk;
        private int position;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            byte[] current = chunk;
            if (current == null || position == current.length) {
                current = take();
                chunk = current;
                position = 0;
                if (current == null) {
                    return -1;
                }
            }
            int part = Math.min(count, current.length - position);
            System.arraycopy(current, position, bytes, offset, part);
            position += part;
            return part;
        }

        @Override
        public void close() {
            abandon();
        }
    }
}
