package dev.varve.engine;

import dev.varve.engine.file.BusyDirectories;
import dev.varve.engine.model.SubvolumeId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the steps of a longer change have counted, for the transaction that goes on where the last
/// of them ended. Lives as long as the pool is open and belongs to its one writer.
final class StepCounts {
    private final Map<SubvolumeId, BusyDirectories> counts = new HashMap<>();

    /// The commit that the last step made.
    private long generation;

    /// What is left here is of no use to a transaction on top of any other commit: directories may
    /// stand elsewhere there.
    void begin(long base) {
        if (base != generation) {
            counts.clear();
        }
    }

    @Nullable BusyDirectories take(SubvolumeId id) {
        return counts.remove(id);
    }

    /// A step was committed.
    void leave(long committed, Map<SubvolumeId, BusyDirectories> counted) {
        generation = committed;
        counts.putAll(counted);
    }
}
