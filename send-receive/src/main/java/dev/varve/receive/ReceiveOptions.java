package dev.varve.receive;

import java.time.Clock;

/// How to receive.
///
/// @param clock gives the times of what the stream gives none for
/// @param maxErrors stop at this many commands that cannot be applied; 0 never. A subvolume with
///   such errors is published all the same, but not as what the sender sent
/// @param maxExtentBytes the largest compressed extent taken, encoded or decoded
/// @param keepEveryBytes keep what was received whenever so much more of the input was, and when
///   the receive ends early, so that it can be resumed; 0 keeps nothing
/// @param keepEveryStoredBytes keep it also whenever a pool stored so much more; 0 does not count
/// @param nests whether what is received may be nested in a read-only subvolume of a pool, as part
///   of a recursive set
public record ReceiveOptions(
        Clock clock,
        int maxErrors,
        int maxExtentBytes,
        long keepEveryBytes,
        long keepEveryStoredBytes,
        boolean nests) {
    /// With what is on the way between two programs, less than 64 MiB are sent twice.
    public static final long DEFAULT_KEEP_EVERY_BYTES = 48 << 20;

    private static final int DEFAULT_MAX_EXTENT_BYTES = 128 << 10;

    public ReceiveOptions {
        if (maxErrors < 0 || maxExtentBytes < 0 || keepEveryBytes < 0 || keepEveryStoredBytes < 0) {
            throw new IllegalArgumentException(
                    "maxErrors %d, maxExtentBytes %d, keepEveryBytes %d, keepEveryStoredBytes %d"
                            .formatted(
                                    maxErrors,
                                    maxExtentBytes,
                                    keepEveryBytes,
                                    keepEveryStoredBytes));
        }
    }

    /// Stop at the first error, keep nothing unfinished.
    public static ReceiveOptions with(Clock clock) {
        return new ReceiveOptions(clock, 1, DEFAULT_MAX_EXTENT_BYTES, 0, 0, false);
    }

    public ReceiveOptions withMaxErrors(int errors) {
        return new ReceiveOptions(
                clock, errors, maxExtentBytes, keepEveryBytes, keepEveryStoredBytes, nests);
    }

    public ReceiveOptions withKeepEveryBytes(long bytes) {
        return new ReceiveOptions(
                clock, maxErrors, maxExtentBytes, bytes, keepEveryStoredBytes, nests);
    }

    public ReceiveOptions withKeepEveryStoredBytes(long bytes) {
        return new ReceiveOptions(clock, maxErrors, maxExtentBytes, keepEveryBytes, bytes, nests);
    }

    public ReceiveOptions withNesting(boolean wanted) {
        return new ReceiveOptions(
                clock, maxErrors, maxExtentBytes, keepEveryBytes, keepEveryStoredBytes, wanted);
    }

    /// Whether it is time to keep what was received.
    boolean isDue(long bytes, long storedBytes) {
        return keeps()
                && (bytes >= keepEveryBytes
                        || (keepEveryStoredBytes > 0 && storedBytes >= keepEveryStoredBytes));
    }

    boolean keeps() {
        return keepEveryBytes > 0;
    }
}
