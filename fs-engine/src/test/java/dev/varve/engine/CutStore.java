package dev.varve.engine;

import dev.varve.engine.model.Scan;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import dev.varve.engine.store.WriterLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A store that changes so many objects and then, as if the process had been killed, none any more.
final class CutStore implements ObjectStore {
    /// The cut.
    static final class CutException extends IOException {
        private static final long serialVersionUID = 1;
    }

    private final ObjectStore store;
    private int left;

    CutStore(ObjectStore store, int changes) {
        this.store = store;
        this.left = changes;
    }

    private void change() throws CutException {
        if (left-- <= 0) {
            throw new CutException();
        }
    }

    @Override
    public void create(String name, List<ByteBuffer> content) throws IOException {
        change();
        store.create(name, content);
    }

    @Override
    public ObjectPart get(String name, ByteRange range) throws IOException {
        return store.get(name, range);
    }

    @Override
    public Scan<StoredObject> list(String prefix) throws IOException {
        return store.list(prefix);
    }

    @Override
    public void delete(String name) throws IOException {
        change();
        store.delete(name);
    }

    @Override
    public WriterLock lock(Duration wait) throws IOException {
        return store.lock(wait);
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
