package dev.varve.engine.check;

import dev.varve.engine.format.PoolFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import dev.varve.engine.store.WriterLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A store of which some objects cannot be read, as on a disk with bad sectors: while the store
/// answers otherwise, such an object is damaged; else the store is out of reach and the check ends.
/// Writes nothing, and closing it closes nothing.
public record SalvageStore(ObjectStore store) implements ObjectStore {
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

    @Override
    public Scan<StoredObject> list(String prefix) throws IOException {
        return store.list(prefix);
    }

    @Override
    public void create(String name, List<ByteBuffer> content) throws StoreFailedException {
        throw new StoreFailedException("a check writes nothing: " + name);
    }

    @Override
    public void delete(String name) throws StoreFailedException {
        throw new StoreFailedException("a check deletes nothing: " + name);
    }

    @Override
    public WriterLock lock(Duration wait) throws StoreFailedException {
        throw new StoreFailedException("a check is no writer");
    }

    @Override
    public int dropAbandoned(Instant before) throws IOException {
        return store.dropAbandoned(before);
    }

    @Override
    public int readAheadBytes() {
        return store.readAheadBytes();
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public void close() {}
}
