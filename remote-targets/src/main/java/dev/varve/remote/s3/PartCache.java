package dev.varve.remote.s3;

import dev.varve.engine.store.ObjectPart;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Keeps parts of far objects by a key, as long as it likes. Thread-safe.
interface PartCache {
    @Nullable ObjectPart get(String key);

    void put(String key, ObjectPart part);

    void remove(String key);

    /// Forgets everything.
    void clear() throws IOException;

    void close();
}
