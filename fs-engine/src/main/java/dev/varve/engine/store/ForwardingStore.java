package dev.varve.engine.store;

import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A store before another, which does what this does not do otherwise. [#createNear],
/// [#createGrowing], [#getOnce], [#read] and [#deleteAll] go through [#create], [#get] and
/// [#delete], so that who overrides those sees every byte and every deletion.
public interface ForwardingStore extends ObjectStore {
    /// The one behind.
    ObjectStore store();

    @Override
    default void create(String name, List<ByteBuffer> content) throws IOException {
        store().create(name, content);
    }

    @Override
    default boolean confirmsContent() {
        return store().confirmsContent();
    }

    @Override
    default ObjectPart get(String name, ByteRange range) throws IOException {
        return store().get(name, range);
    }

    @Override
    default Scan<StoredObject> list(String prefix) throws IOException {
        return store().list(prefix);
    }

    @Override
    default void delete(String name) throws IOException {
        store().delete(name);
    }

    @Override
    default int dropAbandoned(Instant before) throws IOException {
        return store().dropAbandoned(before);
    }

    @Override
    default WriterLock lock(Duration wait) throws IOException {
        return store().lock(wait);
    }

    @Override
    default int readAheadBytes() {
        return store().readAheadBytes();
    }

    @Override
    default String location() {
        return store().location();
    }

    @Override
    default void close() throws IOException {
        store().close();
    }
}
