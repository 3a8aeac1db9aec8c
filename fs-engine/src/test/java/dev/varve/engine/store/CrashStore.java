package dev.varve.engine.store;

import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A store in memory that remembers what began and ended when, so that a test can look at what a
/// power cut at any point would have left: everything that had returned, and any part of what was
/// under way, each creation whole or not at all, as the port promises.
///
/// ```java
/// CrashStore store = new CrashStore();
/// workload(store);
/// for (int point = 0; point <= store.points(); point++) {
///     MemoryStore left = store.imageAt(point, random);
/// }
/// ```
public final class CrashStore implements ObjectStore {
    /// @param content empty for a deletion
    private record Operation(String name, byte[] content, boolean deletes) {}

    /// @param operation its index in the list
    private record Event(int operation, boolean ends) {}

    private final MemoryStore live = new MemoryStore();

    /// Both guarded by `this`.
    private final List<Operation> operations = new ArrayList<>();

    private final List<Event> events = new ArrayList<>();

    public CrashStore() {}

    /// How many points in time there are to crash at, besides the beginning.
    public synchronized int points() {
        return events.size();
    }

    /// What a crash just after the first `point` events leaves; what was under way is decided by
    /// chance.
    public synchronized MemoryStore imageAt(int point, Random random) throws IOException {
        MemoryStore image = new MemoryStore();
        boolean[] open = new boolean[operations.size()];
        for (Event event : events.subList(0, point)) {
            open[event.operation()] = !event.ends();
            if (event.ends()) {
                apply(operations.get(event.operation()), image);
            }
        }
        for (int i = 0; i < open.length; i++) {
            if (open[i] && random.nextBoolean()) {
                apply(operations.get(i), image);
            }
        }
        return image;
    }

    private static void apply(Operation operation, MemoryStore image) throws IOException {
        image.delete(operation.name());
        if (!operation.deletes()) {
            image.create(operation.name(), List.of(ByteBuffer.wrap(operation.content())));
        }
    }

    private synchronized int begin(Operation operation) {
        operations.add(operation);
        events.add(new Event(operations.size() - 1, false));
        return operations.size() - 1;
    }

    private synchronized void end(int operation) {
        events.add(new Event(operation, true));
    }

    /// A creation that lost leaves nothing, whenever the crash comes.
    private synchronized void forget(int operation) {
        events.removeIf(event -> event.operation() == operation);
    }

    @Override
    public void create(String name, List<ByteBuffer> content) throws IOException {
        ObjectName.requireValid(name);
        int operation = begin(new Operation(name, join(content), false));
        boolean created = false;
        try {
            live.create(name, content);
            created = true;
        } finally {
            if (created) {
                end(operation);
            } else {
                forget(operation);
            }
        }
    }

    @Override
    public void delete(String name) {
        ObjectName.requireValid(name);
        int operation = begin(new Operation(name, new byte[0], true));
        live.delete(name);
        end(operation);
    }

    private static byte[] join(List<ByteBuffer> content) {
        ByteBuffer joined =
                ByteBuffer.allocate(content.stream().mapToInt(ByteBuffer::remaining).sum());
        content.forEach(part -> joined.put(part.duplicate()));
        return joined.array();
    }

    @Override
    public ObjectPart get(String name, ByteRange range) throws IOException {
        return live.get(name, range);
    }

    @Override
    public Scan<StoredObject> list(String prefix) {
        return live.list(prefix);
    }

    @Override
    public WriterLock lock(Duration wait) throws IOException {
        return live.lock(wait);
    }

    @Override
    public int dropAbandoned(Instant before) throws IOException {
        return live.dropAbandoned(before);
    }

    @Override
    public int readAheadBytes() {
        return live.readAheadBytes();
    }

    @Override
    public String location() {
        return live.location();
    }

    @Override
    public void close() {
        live.close();
    }
}
