package dev.varve.receive;

import java.time.Clock;

/// How to receive.
///
/// @param clock gives the times of what the stream gives none for
/// @param maxErrors stop at this many commands that cannot be applied; 0 never. A subvolume with
///   such errors is published all the same, but not as what the sender sent
/// @param maxExtentBytes the largest compressed extent taken, encoded or decoded
public record ReceiveOptions(Clock clock, int maxErrors, int maxExtentBytes) {
    private static final int DEFAULT_MAX_EXTENT_BYTES = 128 << 10;

    public ReceiveOptions {
        if (maxErrors < 0 || maxExtentBytes < 0) {
            throw new IllegalArgumentException(
                    "maxErrors " + maxErrors + ", maxExtentBytes " + maxExtentBytes);
        }
    }

    /// Stop at the first error.
    public static ReceiveOptions with(Clock clock) {
        return new ReceiveOptions(clock, 1, DEFAULT_MAX_EXTENT_BYTES);
    }

    public ReceiveOptions withMaxErrors(int errors) {
        return new ReceiveOptions(clock, errors, maxExtentBytes);
    }
}
