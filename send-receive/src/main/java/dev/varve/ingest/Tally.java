package dev.varve.ingest;

import dev.varve.local.Failures;
import dev.varve.local.TreePath;
import java.util.function.Consumer;

/// Counts what an import does and tells its progress. Used by the importing thread.
final class Tally {
    private static final int ENTRIES_PER_REPORT = 1024;
    private static final long BYTES_PER_REPORT = 16 << 20;

    private final Failures failures = new Failures();
    private final Consumer<ImportProgress> progress;

    private long entries;
    private long reportedBytes;

    long created;
    long changed;
    long moved;
    long unmodified;
    long removed;
    long bytesRead;
    long bytesWritten;

    Tally(Consumer<ImportProgress> progress) {
        this.progress = progress;
    }

    void entry(TreePath directory) {
        if (++entries % ENTRIES_PER_REPORT == 0) {
            report(directory);
        }
    }

    void read(long bytes, TreePath file) {
        bytesRead += bytes;
        if (bytesRead - reportedBytes >= BYTES_PER_REPORT) {
            report(file);
        }
    }

    void report(TreePath path) {
        reportedBytes = bytesRead;
        progress.accept(new ImportProgress(entries, bytesRead, path.toString()));
    }

    void failed(TreePath path, String reason) {
        failures.add(path, reason);
    }

    ImportResult result() {
        return new ImportResult(
                created,
                changed,
                moved,
                unmodified,
                removed,
                bytesRead,
                bytesWritten,
                failures.count(),
                failures.kept());
    }
}
