package dev.varve.cli.output;

import java.io.IOException;
import java.io.OutputStream;

/// Passes bytes on and tells a progress line how many there were. Closing it closes the target.
public final class CountedStream extends OutputStream {
    private final OutputStream target;
    private final Progress progress;
    private final long totalBytes;
    private long count;
    private long reportEvery = Long.MAX_VALUE;
    private long nextReport = Long.MAX_VALUE;
    private Runnable report = () -> {};

    /// @param totalBytes what is expected; 0 if unknown
    public CountedStream(OutputStream target, Progress progress, long totalBytes) {
        this.target = target;
        this.progress = progress;
        this.totalBytes = totalBytes;
    }

    /// From now on, runs this whenever so many bytes have been passed on.
    public void onEvery(long bytes, Runnable action) {
        reportEvery = bytes;
        nextReport = count + bytes;
        report = action;
    }

    /// Bytes passed on.
    public long count() {
        return count;
    }

    @Override
    public void write(int b) throws IOException {
        target.write(b);
        count(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        target.write(bytes, offset, length);
        count(length);
    }

    private void count(int bytes) {
        count += bytes;
        if (count >= nextReport) {
            nextReport = count + reportEvery;
            report.run();
        }
        progress.update(0, count, totalBytes);
    }

    @Override
    public void flush() throws IOException {
        target.flush();
    }

    @Override
    public void close() throws IOException {
        target.close();
    }
}
