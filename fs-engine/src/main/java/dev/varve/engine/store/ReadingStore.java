package dev.varve.engine.store;

import dev.varve.engine.model.StoreFailedException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Another store for reading alone: it refuses to write, and closing it closes nothing.
public interface ReadingStore extends ForwardingStore {
    @Override
    default void create(String name, List<ByteBuffer> content) throws StoreFailedException {
        throw refused("creates", name);
    }

    @Override
    default void delete(String name) throws StoreFailedException {
        throw refused("deletes", name);
    }

    @Override
    default int dropAbandoned(Instant before) throws StoreFailedException {
        throw refused("drops", "abandoned uploads");
    }

    @Override
    default WriterLock lock(Duration wait) throws StoreFailedException {
        throw refused("locks", location());
    }

    @Override
    default void close() {}

    private static StoreFailedException refused(String what, String name) {
        return new StoreFailedException("a reader " + what + " nothing: " + name);
    }
}
