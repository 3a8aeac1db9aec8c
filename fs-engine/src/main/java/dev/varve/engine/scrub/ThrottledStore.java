package dev.varve.engine.scrub;

import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import dev.varve.engine.store.WriterLock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A store read no faster than a given rate. Between reads, and while it waits, it lets the scrub
/// show that it lives. Writes nothing, and closing it closes nothing.
record ThrottledStore(ObjectStore store, long bytesPerSecond, Pulse pulse) implements ObjectStore {
    private static final long SLICE_MILLIS = 500;

    /// Run between reads.
    @FunctionalInterface
    interface Pulse {
        /// @param bytes read since the last time
        void beat(long bytes) throws IOException;
    }

    @Override
    public ObjectPart get(String name, ByteRange range) throws IOException {
        ObjectPart part = store.get(name, range);
        pulse.beat(part.bytes().length);
        if (bytesPerSecond > 0) {
            pause(part.bytes().length);
        }
        return part;
    }

    private void pause(long bytes) throws IOException {
        long millis = bytes * 1000 / bytesPerSecond;
        try {
            while (millis > 0) {
                long slice = Math.min(millis, SLICE_MILLIS);
                Thread.sleep(slice);
                millis -= slice;
                pulse.beat(0);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("scrub interrupted");
        }
    }

    @Override
    public Scan<StoredObject> list(String prefix) throws IOException {
        return store.list(prefix);
    }

    @Override
    public void create(String name, List<ByteBuffer> content) throws StoreFailedException {
        throw new StoreFailedException("a scrub's reader writes nothing: " + name);
    }

    @Override
    public void delete(String name) throws StoreFailedException {
        throw new StoreFailedException("a scrub's reader deletes nothing: " + name);
    }

    @Override
    public WriterLock lock(Duration wait) throws StoreFailedException {
        throw new StoreFailedException("a scrub is no writer");
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
