package dev.varve.engine.scrub;

import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.ReadingStore;
import java.io.IOException;
import java.io.InterruptedIOException;

/// A store read no faster than a given rate. Between reads, and while it waits, it lets the scrub
/// show that it lives. Writes nothing, and closing it closes nothing.
record ThrottledStore(ObjectStore store, long bytesPerSecond, Pulse pulse) implements ReadingStore {
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
}
