package dev.varve.restore;

import dev.varve.local.Failures;
import dev.varve.local.TreePath;
import dev.varve.posix.Errno;
import dev.varve.posix.PosixException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts what a restore does. Any thread may count.
final class Tally {
    final LongAdder restored = new LongAdder();
    final LongAdder unchanged = new LongAdder();
    final LongAdder skipped = new LongAdder();
    final LongAdder deleted = new LongAdder();
    final LongAdder bytesWritten = new LongAdder();
    final LongAdder bytesVerified = new LongAdder();

    private final Failures failures = new Failures();
    private final Map<String, Limit> limits = new TreeMap<>(); // guarded by itself

    /// Something this user or this file system does not allow.
    private record Limit(TreePath first, long count) {}

    void failed(TreePath path, String reason) {
        failures.add(path, reason);
    }

    /// Reports a failure; what is forbidden as such is said once for all entries.
    ///
    /// @param what the attribute that could not be set
    void attributeFailed(TreePath path, String what, PosixException e) {
        switch (e.errno()) {
            case Errno.EPERM, Errno.EACCES, Errno.EOPNOTSUPP, Errno.ENOTTY, Errno.EINVAL -> {
                synchronized (limits) {
                    limits.merge(
                            what + " not restored: " + e.reason(),
                            new Limit(path, 1),
                            (old, _) -> new Limit(old.first, old.count + 1));
                }
            }
            default -> failures.add(path, what + ": " + e.reason());
        }
    }

    RestoreResult result() {
        synchronized (limits) {
            limits.forEach((what, limit) -> {
                String more = limit.count > 1 ? ", and " + (limit.count - 1) + " more" : "";
                failures.add(limit.first, what + more);
            });
            limits.clear();
        }
        return new RestoreResult(
                restored.sum(),
                unchanged.sum(),
                skipped.sum(),
                deleted.sum(),
                bytesWritten.sum(),
                bytesVerified.sum(),
                failures.count(),
                failures.kept());
    }
}
