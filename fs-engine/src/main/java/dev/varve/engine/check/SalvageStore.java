package dev.varve.engine.check;

import dev.varve.engine.format.PoolFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.ReadingStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/// A store of which some objects cannot be read, as on a disk with bad sectors: while the store
/// answers otherwise, such an object is damaged; else the store is out of reach and the check ends.
/// Writes nothing, and closing it closes nothing.
public record SalvageStore(ObjectStore store) implements ReadingStore {
    private static final String NO_OBJECT = "heads/none";

    @Override
    public ObjectPart get(String name, ByteRange range) throws IOException {
        try {
            return store.get(name, range);
        } catch (StoreFailedException e) {
            if (Thread.currentThread().isInterrupted() || !answers(name)) {
                throw e;
            }
            throw new CorruptionException(name, "its bytes", String.valueOf(e.getMessage()));
        }
    }

    /// Whether the store still has an answer for another object: that there is none is one, too.
    private boolean answers(String failed) {
        String other = failed.equals(PoolFormat.NAME) ? NO_OBJECT : PoolFormat.NAME;
        try {
            store.get(other, new ByteRange.From(0, 1));
            return true;
        } catch (NoSuchFileException _) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
