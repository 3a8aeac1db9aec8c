package dev.varve.engine.store;

import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Objects on the heap: for tests and trials. What it holds is as durable as the process; closing
/// it forgets nothing.
public final class MemoryStore implements ObjectStore {
    private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private final Semaphore writer = new Semaphore(1);

    /// An empty store.
    public MemoryStore() {}

    @Override
    public void create(String name, List<ByteBuffer> content) throws FileAlreadyExistsException {
        ObjectName.requireValid(name);
        if (objects.putIfAbsent(name, join(content)) != null) {
            throw new FileAlreadyExistsException(name);
        }
    }

    @Override
    public ObjectPart get(String name, ByteRange range) throws NoSuchFileException {
        byte @Nullable [] object = objects.get(ObjectName.requireValid(name));
        if (object == null) {
            throw new NoSuchFileException(name);
        }
        int from = (int) range.start(object.length);
        int to = from + range.length(object.length);
        return new ObjectPart(Arrays.copyOfRange(object, from, to), object.length);
    }

    @Override
    public Scan<StoredObject> list(String prefix) {
        return new Listing(ObjectName.requirePrefix(prefix));
    }

    @Override
    public void delete(String name) {
        objects.remove(ObjectName.requireValid(name));
    }

    @Override
    public WriterLock lock(Duration wait) throws PoolBusyException, StoreFailedException {
        try {
            if (!writer.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new PoolBusyException(location() + " has another writer in this process");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreFailedException("interrupted while waiting for " + location(), e);
        }
        AtomicBoolean held = new AtomicBoolean(true);
        return () -> {
            if (held.compareAndSet(true, false)) {
                writer.release();
            }
        };
    }

    @Override
    public int dropAbandoned(Instant before) {
        return 0;
    }

    @Override
    public int readAheadBytes() {
        return 0;
    }

    @Override
    public String location() {
        return "memory";
    }

    @Override
    public void close() {
        // The heap needs no closing.
    }

    private static byte[] join(List<ByteBuffer> content) {
        int size = 0;
        for (ByteBuffer part : content) {
            size = Math.addExact(size, part.remaining());
        }
        byte[] joined = new byte[size];
        int at = 0;
        for (ByteBuffer part : content) {
            part.get(part.position(), joined, at, part.remaining());
            at += part.remaining();
        }
        return joined;
    }

    private final class Listing implements Scan<StoredObject> {
        private final String prefix;
        private Map.@Nullable Entry<String, byte[]> entry;
        private boolean started;

        Listing(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public boolean advance() {
            Map.Entry<String, byte[]> last = entry;
            Map.Entry<String, byte[]> next =
                    !started
                            ? objects.ceilingEntry(prefix)
                            : last == null ? null : objects.higherEntry(last.getKey());
            started = true;
            entry = next != null && next.getKey().startsWith(prefix) ? next : null;
            return entry != null;
        }

        @Override
        public StoredObject current() {
            Map.Entry<String, byte[]> at = entry;
            if (at == null) {
                throw new IllegalStateException("no current object");
            }
            return new StoredObject(at.getKey(), at.getValue().length);
        }
    }
}
