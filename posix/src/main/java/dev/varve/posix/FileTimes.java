package dev.varve.posix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Access and modification time as `utimensat` takes them; nanoseconds may be [#NOW] or [#OMIT].
public record FileTimes(long accessSeconds, int accessNanos, long modifySeconds, int modifyNanos) {
    /// Take the present (`UTIME_NOW`).
    public static final int NOW = (1 << 30) - 1;

    /// Leave the time as it is (`UTIME_OMIT`).
    public static final int OMIT = (1 << 30) - 2;

    /// Writes the two `struct timespec` and returns the segment.
    MemorySegment write(MemorySegment target) {
        target.set(ValueLayout.JAVA_LONG, 0, accessSeconds);
        target.set(ValueLayout.JAVA_LONG, 8, (long) accessNanos);
        target.set(ValueLayout.JAVA_LONG, 16, modifySeconds);
        target.set(ValueLayout.JAVA_LONG, 24, (long) modifyNanos);
        return target;
    }
}
