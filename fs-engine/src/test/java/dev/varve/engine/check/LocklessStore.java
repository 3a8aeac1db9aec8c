package dev.varve.engine.check;

import dev.varve.engine.store.ForwardingStore;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.WriterLock;
import java.time.Duration;

/// A store whose medium has no locks, as a bucket.
record LocklessStore(ObjectStore store) implements ForwardingStore {
    @Override
    public WriterLock lock(Duration wait) {
        return () -> {};
    }

    @Override
    public void close() {}
}
