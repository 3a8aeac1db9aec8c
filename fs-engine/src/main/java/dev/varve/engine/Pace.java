package dev.varve.engine;

import java.time.Clock;

/// Holds work back to a rate by sleeping. Used by one thread.
final class Pace {
    private static final long MILLIS = 1000;

    private final Clock clock;
    private final long bytesPerSecond;
    private final long startMillis;
    private long bytes;

    /// @param bytesPerSecond 0 for no limit
    Pace(Clock clock, long bytesPerSecond) {
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.startMillis = clock.millis();
    }

    /// Returns when these bytes are due.
    void take(long more) {
        if (bytesPerSecond == 0) {
            return;
        }
        bytes += more;
        long dueMillis = (long) ((double) bytes * MILLIS / bytesPerSecond);
        long wait = dueMillis - (clock.millis() - startMillis);
        // A clock that jumps must not stop the work: at most what these bytes are worth.
        long most = (long) ((double) more * MILLIS / bytesPerSecond) + 1;
        if (wait > 0) {
            sleep(Math.min(wait, most));
        }
    }

    /// An interrupt is left to whoever asks for it next.
    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
