package dev.varve.remote.s3;

import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ForwardingStore;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import dev.varve.engine.store.WriterLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Keeps what short reads of far objects gave, here: ends of packs with their tables, tree nodes,
/// the newest head, the keys of a sealed pool as they are stored. Objects never change, so what was
/// read once holds for ever, also when another object answers for a pack meanwhile.
///
/// A short read fetches the whole window it lies in, because nodes are read in neighbourhoods. Long
/// reads, and those of file content, go through. Either may fetch more where reads follow each
/// other, which is kept for a moment on the heap. Only the lists of heads and keys are asked for
/// each time, together where both are needed; heads and keys are known by the tags that the lists
/// give, and one not seen before makes sure that the pool is still the same one, as does the first
/// write if none was seen. Thread-safe.
final class CachedStore implements ForwardingStore {
    private static final int WINDOW_BYTES = 256 << 10;
    private static final int SHORT_BYTES = 80 << 10;
    private static final int MOST_NODES_BYTES = 8 << 20;
    private static final int MOST_CONTENTS_BYTES = 32 << 20;
    private static final long HEAP_OF_OTHERS = 128 << 20;
    private static final int PARTS_OF_HEAP = 11;
    private static final int LEAST_BYTES = 1 << 20;
    private static final String PACKS = "packs/";
    private static final String HEADS = "heads/";
    private static final String KEYS = "keys/";
    private static final String POOL = "pool";

    /// Who opens a pool lists its keys and then its heads. Enough for finding the key in between,
    /// and too short for anyone to have typed a passphrase.
    private static final long LISTED_NANOS = 1_500_000_000;

    /// What the store behind tells beside the objects.
    interface Listings {
        /// The tag that a listing gives for an object; empty if it was not seen yet.
        Optional<String> tag(String name);

        /// All objects under two prefixes between whose names there are no others, the lesser one
        /// first; empty if one short listing cannot tell.
        Optional<List<StoredObject>> both(String lesser, String greater) throws IOException;
    }

    /// The heads that were listed beside the keys.
    private record Heads(List<StoredObject> objects, long listedNanos) {}

    private final ObjectStore far;

    /// Nodes are read here and there also by who reads all contents, or a single one.
    private final ReadAhead nodes;

    private final ReadAhead contents;
    private final PartCache cache;

    private final Listings listings;

    /// Good for one listing, until anything is written through this.
    private final AtomicReference<@Nullable Heads> heads = new AtomicReference<>();

    /// One for the names of some: held while an object's end is fetched.
    private final Object[] tails = {new Object(), new Object(), new Object(), new Object()};

    /// Whether the pool that the cache is of is known to be the one that is there.
    private volatile boolean isSamePool;

    private volatile boolean isOtherPool;

    CachedStore(ObjectStore far, PartCache cache, Listings listings) {
        this.far = far;
        this.nodes = new ReadAhead(far, fitting(MOST_NODES_BYTES));
        this.contents = new ReadAhead(far, fitting(MOST_CONTENTS_BYTES));
        this.cache = cache;
        this.listings = listings;
    }

    /// Less in a small heap, of which each read-ahead holds [ReadAhead#PIECES] times as much.
    private static int fitting(int mostBytes) {
        long part = (Runtime.getRuntime().maxMemory() - HEAP_OF_OTHERS) / PARTS_OF_HEAP;
        return Integer.highestOneBit(Math.clamp(part, LEAST_BYTES, mostBytes));
    }

    @Override
    public ObjectStore store() {
        return far;
    }

    @Override
    public ObjectPart get(String name, ByteRange range) throws IOException {
        if (name.startsWith(PACKS)) {
            return switch (range) {
                case ByteRange.From(long offset, int length) when length <= SHORT_BYTES ->
                        shortRead(name, offset, length);
                case ByteRange.Last(int length) when length <= WINDOW_BYTES ->
                        lastOf(tail(name), length);
                case ByteRange.From(long offset, int length) when length > 0 -> {
                    // The table of a large pack is mostly in what came for its trailer.
                    ObjectPart inTail = inTail(name, offset, length);
                    yield inTail != null ? inTail : contents.get(name, offset, length);
                }
                case ByteRange.From _, ByteRange.Last _ -> far.get(name, range);
            };
        }
        if (name.equals(POOL)) {
            return pool(range);
        }
        Optional<String> tag = isListed(name) ? listings.tag(name) : Optional.empty();
        return tag.isPresent() ? listed(name, tag.get(), range) : far.get(name, range);
    }

    @Override
    public ObjectPart getOnce(String name, ByteRange.From range) throws IOException {
        return name.startsWith(PACKS) && range.length() > 0
                ? contents.get(name, range.offset(), range.length())
                : get(name, range);
    }

    /// Whether an object is found by a listing, which gives its tag.
    private static boolean isListed(String name) {
        return name.startsWith(HEADS) || name.startsWith(KEYS);
    }

    private ObjectPart pool(ByteRange range) throws IOException {
        ObjectPart known = cache.get(POOL);
        if (known == null) {
            known = far.get(POOL, range);
            isSamePool = true;
            if (!isWhole(known)) {
                return known;
            }
            cache.put(POOL, known);
        }
        return part(known, range);
    }

    private ObjectPart listed(String name, String tag, ByteRange range) throws IOException {
        String key = name + "@" + tag;
        ObjectPart known = cache.get(key);
        if (known == null) {
            requireSamePool();
            known = far.get(name, range);
            if (!isWhole(known)) {
                return known;
            }
            cache.put(key, known);
        }
        isSamePool = true;
        return part(known, range);
    }

    private static boolean isWhole(ObjectPart part) {
        return part.bytes().length == part.objectSizeBytes();
    }

    private static ObjectPart part(ObjectPart whole, ByteRange range) {
        int from = (int) range.start(whole.objectSizeBytes());
        return part(whole, 0, from, range.length(whole.objectSizeBytes()));
    }

    /// Another pool may have been made where the one was that the cache is of, and that who reads
    /// here has opened: from then on nothing new is read or written.
    private void requireSamePool() throws IOException {
        ObjectPart known = cache.get(POOL);
        if (known != null && !isSamePool && !isOtherPool) {
            ObjectPart now = far.get(POOL, new ByteRange.From(0, WINDOW_BYTES));
            isOtherPool = !Arrays.equals(now.bytes(), known.bytes());
            isSamePool = !isOtherPool;
        }
        if (isOtherPool) {
            cache.clear();
            throw new StoreFailedException(
                    far.location() + ": another pool was made here; run the command again");
        }
    }

    /// Where there is no pool any more, one is being made: that is no error.
    private void requireSamePoolOrNone() throws IOException {
        try {
            requireSamePool();
        } catch (NoSuchFileException _) {
            forgetPool();
        }
    }

    private void forgetPool() throws IOException {
        cache.clear();
        isSamePool = true;
    }

    private ObjectPart tail(String name) throws IOException {
        String key = name + "@tail";
        ObjectPart known = cache.get(key);
        if (known == null) {
            // Readers that start on a pack at the same time need its tables, each.
            synchronized (tails[Math.floorMod(name.hashCode(), tails.length)]) {
                known = cache.get(key);
                if (known == null) {
                    known = contents.last(name, WINDOW_BYTES);
                    cache.put(key, known);
                }
            }
        }
        return known;
    }

    private static ObjectPart lastOf(ObjectPart tail, int length) {
        int from = Math.max(0, tail.bytes().length - length);
        return new ObjectPart(
                Arrays.copyOfRange(tail.bytes(), from, tail.bytes().length),
                tail.objectSizeBytes());
    }

    private @Nullable ObjectPart inTail(String name, long offset, int length) {
        ObjectPart tail = cache.get(name + "@tail");
        if (tail == null) {
            return null;
        }
        long tailStart = tail.objectSizeBytes() - tail.bytes().length;
        return offset >= tailStart ? part(tail, tailStart, offset, length) : null;
    }

    private ObjectPart shortRead(String name, long offset, int length) throws IOException {
        ObjectPart inTail = inTail(name, offset, length);
        if (inTail != null) {
            return inTail;
        }
        long index = offset / WINDOW_BYTES;
        ObjectPart first = window(name, index);
        ObjectPart part = part(first, index * WINDOW_BYTES, offset, length);
        int missing = length - part.bytes().length;
        boolean more = (index + 1) * WINDOW_BYTES < first.objectSizeBytes();
        if (missing == 0 || !more) {
            return part;
        }
        long next = (index + 1) * WINDOW_BYTES;
        byte[] rest = shortRead(name, next, missing).bytes();
        byte[] both = Arrays.copyOf(part.bytes(), part.bytes().length + rest.length);
        System.arraycopy(rest, 0, both, part.bytes().length, rest.length);
        return new ObjectPart(both, part.objectSizeBytes());
    }

    private ObjectPart window(String name, long index) throws IOException {
        String key = name + "@" + Long.toHexString(index);
        ObjectPart known = cache.get(key);
        if (known == null) {
            long start = index * WINDOW_BYTES;
            // Where all is being read, an object's end brought the rest along.
            known = contents.held(name, start, WINDOW_BYTES);
            if (known == null) {
                known = nodes.get(name, start, WINDOW_BYTES);
            }
            cache.put(key, known);
        }
        return known;
    }

    private static ObjectPart part(ObjectPart from, long start, long offset, int length) {
        int at = (int) Math.min(offset - start, from.bytes().length);
        int to = Math.min(at + length, from.bytes().length);
        return new ObjectPart(Arrays.copyOfRange(from.bytes(), at, to), from.objectSizeBytes());
    }

    @Override
    public void create(String name, List<ByteBuffer> content) throws IOException {
        heads.set(null);
        if (name.equals(POOL)) {
            far.create(name, content);
            forgetPool();
            return;
        }
        requireSamePoolOrNone();
        far.create(name, content);
        if (name.startsWith(PACKS)) {
            keepTail(name, content, size(content));
        } else if (isListed(name)) {
            long size = size(content);
            ObjectPart whole = new ObjectPart(bytes(content, 0, (int) size), size);
            listings.tag(name).ifPresent(tag -> cache.put(name + "@" + tag, whole));
        }
    }

    @Override
    public void createNear(String name, List<ByteBuffer> content) throws IOException {
        heads.set(null);
        requireSamePoolOrNone();
        far.create(name, content);
        if (name.startsWith(PACKS)) {
            keep(name, content);
        }
    }

    /// Puts into the cache what reading all of an object would put there.
    private void keep(String name, List<ByteBuffer> content) {
        long size = size(content);
        for (long at = 0; at < size; at += WINDOW_BYTES) {
            byte[] window = bytes(content, at, (int) Math.min(WINDOW_BYTES, size - at));
            cache.put(
                    name + "@" + Long.toHexString(at / WINDOW_BYTES), new ObjectPart(window, size));
        }
        keepTail(name, content, size);
    }

    private void keepTail(String name, List<ByteBuffer> content, long size) {
        int tail = (int) Math.min(WINDOW_BYTES, size);
        cache.put(name + "@tail", new ObjectPart(bytes(content, size - tail, tail), size));
    }

    private static long size(List<ByteBuffer> content) {
        long size = 0;
        for (ByteBuffer buffer : content) {
            size += buffer.remaining();
        }
        return size;
    }

    private static byte[] bytes(List<ByteBuffer> content, long from, int length) {
        byte[] bytes = new byte[length];
        PartsStream in = PartsStream.of(content, from, length, new RateLimit(0));
        int done = 0;
        while (done < length) {
            done += in.read(bytes, done, length - done);
        }
        return bytes;
    }

    @Override
    public Scan<StoredObject> list(String prefix) throws IOException {
        if (prefix.equals(KEYS)) {
            Optional<List<StoredObject>> both = listings.both(HEADS, KEYS);
            if (both.isPresent()) {
                heads.set(new Heads(under(HEADS, both.get()), System.nanoTime()));
                return scan(under(KEYS, both.get()));
            }
        }
        if (prefix.equals(HEADS)) {
            Heads known = heads.getAndSet(null);
            if (known != null && System.nanoTime() - known.listedNanos() < LISTED_NANOS) {
                return scan(known.objects());
            }
        }
        return far.list(prefix);
    }

    private static List<StoredObject> under(String prefix, List<StoredObject> objects) {
        return objects.stream().filter(object -> object.name().startsWith(prefix)).toList();
    }

    private static Scan<StoredObject> scan(List<StoredObject> objects) {
        return new Scan<>() {
            private int next;

            @Override
            public boolean advance() {
                next = Math.min(next, objects.size()) + 1;
                return next <= objects.size();
            }

            @Override
            public StoredObject current() {
                if (next == 0 || next > objects.size()) {
                    throw new IllegalStateException("no current object");
                }
                return objects.get(next - 1);
            }
        };
    }

    @Override
    public void delete(String name) throws IOException {
        forget(name);
        far.delete(name);
    }

    @Override
    public void deleteAll(List<String> names) throws IOException {
        names.forEach(this::forget);
        far.deleteAll(names);
    }

    private void forget(String name) {
        heads.set(null);
        ObjectPart tail = cache.get(name + "@tail");
        long windows = tail == null ? 0 : tail.objectSizeBytes() / WINDOW_BYTES + 1;
        for (long index = 0; index < windows; index++) {
            cache.remove(name + "@" + Long.toHexString(index));
        }
        cache.remove(name + "@tail");
        listings.tag(name).ifPresent(tag -> cache.remove(name + "@" + tag));
        cache.remove(name);
    }

    @Override
    public WriterLock lock(Duration wait) throws IOException {
        heads.set(null);
        return far.lock(wait);
    }

    @Override
    public void close() throws IOException {
        cache.close();
        far.close();
    }
}
