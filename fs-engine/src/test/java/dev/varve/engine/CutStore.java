package dev.varve.engine;

import dev.varve.engine.store.ForwardingStore;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// A store that changes so many objects and then, as if the process had been killed, none any more.
final class CutStore implements ForwardingStore {
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

    @Override
    public ObjectStore store() {
        return store;
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
    public void delete(String name) throws IOException {
        change();
        store.delete(name);
    }

    @Override
    public void close() {}
}
