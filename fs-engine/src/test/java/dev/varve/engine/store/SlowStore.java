package dev.varve.engine.store;

import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A store that is far away: every call takes a while, and counts.
public final class SlowStore implements ObjectStore {
    private final ObjectStore delegate;
    private final Duration latency;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();

    public SlowStore(ObjectStore delegate, Duration latency) {
        this.delegate = delegate;
        this.latency = latency;
    }

    /// How many calls there were.
    public int calls() {
        return calls.get();
    }

    /// How many calls were under way at once, at most.
    public int mostAtOnce() {
        return mostAtOnce.get();
    }

    @FunctionalInterface
    private interface Call<T> {
        T run() throws IOException;
    }

    private <T> T slowly(Call<T> call) throws IOException {
        calls.incrementAndGet();
        mostAtOnce.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        try {
            Thread.sleep(latency);
            return call.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreFailedException("interrupted while waiting for " + location(), e);
        } finally {
            underWay.decrementAndGet();
        }
    }

    @Override
    public void create(String name, List<ByteBuffer> content) throws IOException {
        slowly(() -> {
            delegate.create(name, content);
            return name;
        });
    }

    @Override
    public ObjectPart get(String name, ByteRange range) throws IOException {
        return slowly(() -> delegate.get(name, range));
    }

    @Override
    public Scan<StoredObject> list(String prefix) throws IOException {
        return slowly(() -> delegate.list(prefix));
    }

    @Override
    public void delete(String name) throws IOException {
        slowly(() -> {
            delegate.delete(name);
            return name;
        });
    }

    @Override
    public WriterLock lock(Duration wait) throws IOException {
        return slowly(() -> delegate.lock(wait));
    }

    @Override
    public int dropAbandoned(Instant before) throws IOException {
        return delegate.dropAbandoned(before);
    }

    @Override
    public int readAheadBytes() {
        return delegate.readAheadBytes();
    }

    @Override
    public String location() {
        return delegate.location();
    }

    @Override
    public void close() throws IOException {
        delegate.close();
    }
}
