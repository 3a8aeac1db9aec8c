package dev.varve.engine;

import dev.varve.engine.model.DeletionRefusedException;
import dev.varve.engine.model.NoSpaceException;
import dev.varve.engine.model.PoolEvent;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ForwardingStore;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// A store that tells when it takes no writes, and when it keeps what is of no use any more.
record WatchedStore(ObjectStore store, Consumer<PoolEvent> events) implements ForwardingStore {
    @Override
    public void create(String name, List<ByteBuffer> content) throws IOException {
        watch(name, () -> store.create(name, content));
    }

    @Override
    public void createNear(String name, List<ByteBuffer> content) throws IOException {
        watch(name, () -> store.createNear(name, content));
    }

    @Override
    public boolean createGrowing(String name, Growing content)
            throws IOException, InterruptedException, ExecutionException {
        try {
            return store.createGrowing(name, content);
        } catch (IOException e) {
            tell(name, e);
            throw e;
        }
    }

    @Override
    public void deleteAll(List<String> names) throws IOException {
        store.deleteAll(names);
    }

    private interface Creation {
        void run() throws IOException;
    }

    private void watch(String name, Creation creation) throws IOException {
        try {
            creation.run();
        } catch (IOException e) {
            tell(name, e);
            throw e;
        }
    }

    private void tell(String name, IOException failure) {
        if (failure instanceof NoSpaceException) {
            events.accept(new PoolEvent.NoSpace(name, String.valueOf(failure.getMessage())));
        } else if (failure instanceof StoreFailedException
                // A write cut short by the user says nothing of the store.
                && !Thread.currentThread().isInterrupted()) {
            events.accept(new PoolEvent.WentReadOnly(name, String.valueOf(failure.getMessage())));
        }
    }

    @Override
    public boolean tidy(String name) throws IOException {
        try {
            store.delete(name);
            return true;
        } catch (DeletionRefusedException e) {
            events.accept(new PoolEvent.LeftBehind(name, String.valueOf(e.getMessage())));
            return false;
        }
    }

    @Override
    public ObjectPart getOnce(String name, ByteRange.From range) throws IOException {
        return store.getOnce(name, range);
    }

    @Override
    public long read(String name, ByteRange range, List<ByteBuffer> into) throws IOException {
        return store.read(name, range, into);
    }
}
