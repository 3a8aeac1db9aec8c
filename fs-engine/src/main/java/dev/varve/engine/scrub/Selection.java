package dev.varve.engine.scrub;

import dev.varve.engine.format.ScrubRecord.Verified;
import dev.varve.engine.model.ScrubOptions;
import java.util.Map;
import java.util.TreeMap;

/// Which pack objects a scrub reads: those verified longest ago, up to the share asked for. Decided
/// by days, so that what is kept while deciding does not grow with the pool.
final class Selection {
    private static final long DAY_SECONDS = 86_400;

    private final long thresholdDay;
    private long quotaBytes;

    /// @param thresholdDay what was verified before this day is read
    /// @param quotaBytes so much is read of what was verified on it
    Selection(long thresholdDay, long quotaBytes) {
        this.thresholdDay = thresholdDay;
        this.quotaBytes = quotaBytes;
    }

    long thresholdDay() {
        return thresholdDay;
    }

    long quotaBytes() {
        return quotaBytes;
    }

    /// Whether to read the next object. One that is begun within the quota is read whole.
    boolean takes(Verified last, long sizeBytes) {
        long day = day(last);
        if (day != thresholdDay || quotaBytes == 0) {
            return day < thresholdDay;
        }
        quotaBytes -= Math.min(quotaBytes, sizeBytes);
        return true;
    }

    private static long day(Verified last) {
        return last.errors() > 0 ? 0 : last.seconds() / DAY_SECONDS;
    }

    /// Adds up what there is, for the decision.
    static final class Survey {
        private final ScrubOptions options;
        private final long verifiedBefore;
        private final Map<Long, Long> bytesByDay = new TreeMap<>();
        private long totalBytes;
        private long smallBytes;

        /// @param nowSeconds since 1970
        Survey(ScrubOptions options, long nowSeconds) {
            this.options = options;
            this.verifiedBefore =
                    options.maxAge().isZero()
                            ? Long.MAX_VALUE
                            : Math.max(1, nowSeconds - options.maxAge().toSeconds());
        }

        void add(Verified last, long sizeBytes) {
            totalBytes += sizeBytes;
            if (last.seconds() < verifiedBefore || last.errors() > 0) {
                bytesByDay.merge(day(last), sizeBytes, Long::sum);
            }
        }

        /// An object that is always read.
        void addSmall(long sizeBytes) {
            smallBytes += sizeBytes;
        }

        /// How many bytes will be read, about.
        long selectedBytes() {
            long old = bytesByDay.values().stream().mapToLong(Long::longValue).sum();
            return smallBytes + Math.min(old, budget());
        }

        private long budget() {
            return options.sampleMillionths() == ScrubOptions.ALL
                    ? Long.MAX_VALUE
                    : Math.max(
                            1,
                            (long)
                                    (totalBytes
                                            * (options.sampleMillionths()
                                                    / (double) ScrubOptions.ALL)));
        }

        Selection decide() {
            long left = budget();
            long after = 0;
            for (Map.Entry<Long, Long> day : bytesByDay.entrySet()) {
                after = day.getKey() + 1;
                if (day.getValue() >= left) {
                    return new Selection(day.getKey(), left);
                }
                left -= day.getValue();
            }
            return new Selection(after, 0);
        }
    }
}
