package dev.varve.local;

import java.util.ArrayList;
import java.util.List;

/// Collects failures: all are counted, the first are kept. Any thread may report.
public final class Failures {
    /// How many are kept.
    public static final int KEPT = 1000;

    private final List<Failure> kept = new ArrayList<>(); // guarded by this
    private long count; // guarded by this

    /// None so far.
    public Failures() {}

    public synchronized void add(TreePath path, String reason) {
        count++;
        if (kept.size() < KEPT) {
            kept.add(new Failure(path.toString(), reason));
        }
    }

    public synchronized long count() {
        return count;
    }

    /// The first ones, in the order of their reports.
    public synchronized List<Failure> kept() {
        return List.copyOf(kept);
    }
}
