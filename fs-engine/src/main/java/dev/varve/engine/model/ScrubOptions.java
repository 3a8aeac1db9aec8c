package dev.varve.engine.model;

import java.time.Duration;

/// How a scrub goes about its work.
///
/// @param bytesPerSecond how fast to read at most; 0 is as fast as the store gives
/// @param sampleMillionths how much of all stored bytes to read, those verified longest ago first;
///   a million is all
/// @param maxAge read only what was not verified for this long; zero is everything
public record ScrubOptions(long bytesPerSecond, int sampleMillionths, Duration maxAge) {
    /// What [#sampleMillionths] counts.
    public static final int ALL = 1_000_000;

    public ScrubOptions {
        boolean valid =
                bytesPerSecond >= 0
                        && sampleMillionths >= 1
                        && sampleMillionths <= ALL
                        && !maxAge.isNegative();
        if (!valid) {
            throw new IllegalArgumentException(
                    bytesPerSecond + " B/s, sample " + sampleMillionths + ", max age " + maxAge);
        }
    }

    /// Everything, as fast as it goes.
    public static ScrubOptions everything() {
        return new ScrubOptions(0, ALL, Duration.ZERO);
    }

    public ScrubOptions withBytesPerSecond(long rate) {
        return new ScrubOptions(rate, sampleMillionths, maxAge);
    }

    public ScrubOptions withSampleMillionths(int sample) {
        return new ScrubOptions(bytesPerSecond, sample, maxAge);
    }

    public ScrubOptions withMaxAge(Duration age) {
        return new ScrubOptions(bytesPerSecond, sampleMillionths, age);
    }
}
