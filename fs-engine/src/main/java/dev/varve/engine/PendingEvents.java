package dev.varve.engine;

import dev.varve.engine.model.PoolEvent;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a transaction did to subvolumes, told once it is committed.
final class PendingEvents {
    private final Set<SubvolumeId> created = new LinkedHashSet<>();
    private final Map<SubvolumeId, String> deleted = new LinkedHashMap<>();
    private final Set<SubvolumeId> cleaned = new LinkedHashSet<>();

    /// Finds a subvolume as the transaction leaves it.
    @FunctionalInterface
    interface Lookup {
        Optional<SubvolumeInfo> find(SubvolumeId id) throws IOException;
    }

    void created(SubvolumeId id) {
        created.add(id);
    }

    /// One that this transaction made is not told of at all.
    void deleted(SubvolumeId id, String path) {
        if (!created.remove(id)) {
            deleted.put(id, path);
        }
    }

    void cleaned(SubvolumeId id) {
        cleaned.add(id);
    }

    /// Looks up what must be known of each before the transaction ends.
    List<PoolEvent> of(long generation, Lookup subvolumes) throws IOException {
        List<PoolEvent> events = new ArrayList<>();
        for (SubvolumeId id : created) {
            subvolumes
                    .find(id)
                    .ifPresent(
                            info -> events.add(new PoolEvent.SubvolumeCreated(generation, info)));
        }
        deleted.forEach(
                (id, path) -> events.add(new PoolEvent.SubvolumeDeleted(generation, id, path)));
        cleaned.forEach(id -> events.add(new PoolEvent.SubvolumeCleaned(generation, id)));
        return events;
    }
}
