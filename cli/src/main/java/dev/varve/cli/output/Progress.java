package dev.varve.cli.output;

import java.io.Closeable;

/// One line on a terminal that says how far a long command is: percentage, amount, rate and the
/// time left. Rewritten at most five times a second. May be told from any one thread at a time.
public final class Progress implements Closeable {
    private static final long INTERVAL_NANOS = 200_000_000L;
    private static final String ERASE = "\r\u001b[K";

    private final Console console;
    private final String what;
    private final boolean shown;
    private final long startNanos = System.nanoTime();
    // Guarded by this.
    private long lastNanos = startNanos;
    // Guarded by this.
    private boolean dirty;

    Progress(Console console, String what, boolean shown) {
        this.console = console;
        this.what = what;
        this.shown = shown;
    }

    /// Whether anybody sees it.
    public boolean isShown() {
        return shown;
    }

    /// Tells how much is done.
    ///
    /// @param items files, entries or commands done
    /// @param doneBytes bytes done
    /// @param totalBytes bytes in all; 0 if unknown
    public synchronized void update(long items, long doneBytes, long totalBytes) {
        if (isDue()) {
            double seconds = (lastNanos - startNanos) / 1e9;
            show(render(what, items, doneBytes, totalBytes, seconds));
        }
    }

    /// Tells how much is done of something that is not counted in bytes.
    ///
    /// @param stage what is being done
    /// @param total how many there are; 0 if unknown
    public synchronized void count(String stage, long done, long total) {
        if (isDue()) {
            String of = total > 0 ? " of " + total : "";
            long seconds = (lastNanos - startNanos) / 1_000_000_000L;
            show(what + " " + stage + ": " + done + of + ", " + Sizes.duration(seconds));
        }
    }

    private boolean isDue() {
        long now = System.nanoTime();
        if (!shown || now - lastNanos < INTERVAL_NANOS) {
            return false;
        }
        lastNanos = now;
        return true;
    }

    private void show(String line) {
        dirty = true;
        Output.writeError(console, ERASE + line);
    }

    static String render(String what, long items, long done, long total, double seconds) {
        StringBuilder line = new StringBuilder(what).append(": ");
        if (total > 0) {
            line.append((int) Math.min(100, 100.0 * done / total)).append("%, ");
        }
        if (items > 0) {
            line.append(items).append(" items, ");
        }
        double rate = seconds > 0 ? done / seconds : 0;
        line.append(Sizes.human(done));
        if (total > 0) {
            line.append(" of ").append(Sizes.human(total));
        }
        line.append(", ").append(Sizes.human((long) rate)).append("/s");
        if (total > done && rate > 0) {
            line.append(", ").append(Sizes.duration((long) ((total - done) / rate)));
            line.append(" left");
        } else {
            line.append(", ").append(Sizes.duration((long) seconds));
        }
        return line.toString();
    }

    /// Makes room for a line of something else.
    public synchronized void erase() {
        if (dirty) {
            dirty = false;
            Output.writeError(console, ERASE);
        }
    }

    /// Erases the line.
    @Override
    public void close() {
        erase();
    }
}
