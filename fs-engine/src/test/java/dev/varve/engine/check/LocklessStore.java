package dev.varve.engine.check;

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

/// A store whose medium has no locks, as a bucket.
record LocklessStore(ObjectStore store) implements ObjectStore {
    @Override
    public void create(String name, List<ByteBuffer> content) throws IOException {
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
        store.delete(name);
    }

    @Override
    public WriterLock lock(Duration wait) {
        return () -> {};
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
