package dev.varve.engine;

import dev.varve.engine.model.NoSpaceException;
import dev.varve.engine.model.PoolEvent;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
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
import java.util.function.Consumer;

/// A store that tells when it takes no writes.
record WatchedStore(ObjectStore store, Consumer<PoolEvent> events) implements ObjectStore {
    @Override
    public void create(String name, List<ByteBuffer> content) throws IOException {
        watch(name, () -> store.create(name, content));
    }

    @Override
    public void createNear(String name, List<ByteBuffer> content) throws IOException {
        watch(name, () -> store.createNear(name, content));
    }

    @Override
    public boolean confirmsContent() {
        return store.confirmsContent();
    }

    private interface Creation {
        void run() throws IOException;
    }

    private void watch(String name, Creation creation) throws IOException {
        try {
            creation.run();
        } catch (NoSpaceException e) {
            events.accept(new PoolEvent.NoSpace(name, String.valueOf(e.getMessage())));
            throw e;
        } catch (StoreFailedException e) {
            // A write cut short by the user says nothing of the store.
            if (!Thread.currentThread().isInterrupted()) {
                events.accept(new PoolEvent.WentReadOnly(name, String.valueOf(e.getMessage())));
            }
            throw e;
        }
    }

    @Override
    public ObjectPart get(String name, ByteRange range) throws IOException {
        return store.get(name, range);
    }

    @Override
    public int read(String name, long offset, byte[] into, int length) throws IOException {
        return store.read(name, offset, into, length);
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
    public void close() throws IOException {
        store.close();
    }
}
