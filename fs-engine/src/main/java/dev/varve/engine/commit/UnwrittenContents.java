package dev.varve.engine.commit;

import dev.varve.engine.model.ContentId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the steps of a longer change have left out of the contents tree. Ids are spread evenly, so
/// a step of a few hundred blocks would write a large part of the tree anew, and so would the next.
/// Lives as long as the pool is open and belongs to its one writer; what is lost with it costs
/// later content its chance to be shared, nothing else.
public final class UnwrittenContents {
    /// Beyond this a step writes them after all: 8 GiB of full blocks.
    static final int MOST = 1 << 16;

    /// As in [ContentIndex], from committed steps only.
    private final Map<ContentId, Long> changes = new HashMap<>();

    @Nullable Long find(ContentId id) {
        return changes.get(id);
    }

    int size() {
        return changes.size();
    }

    void addTo(Map<ContentId, Long> newer) {
        changes.forEach(newer::putIfAbsent);
    }

    void putAll(Map<ContentId, Long> newer) {
        changes.putAll(newer);
    }

    void clear() {
        changes.clear();
    }
}
