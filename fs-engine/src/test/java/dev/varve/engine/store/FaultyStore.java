package dev.varve.engine.store;

import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// A store that fails now and then, the same way for the same seed and the same calls. Starts
/// without faults; [#fail] sets them.
public final class FaultyStore implements ObjectStore {
    /// What goes wrong.
    public enum Fault {
        /// Nothing is done, an error is thrown.
        ERROR_BEFORE,
        /// It is done, and an error is thrown nevertheless: a lost answer.
        ERROR_AFTER,
        /// A read gives fewer bytes than it says.
        SHORT_READ,
        /// A read gives a wrong bit.
        FLIPPED_BIT
    }

    private final ObjectStore delegate;

    /// All guarded by `this`.
    private final Random random;

    private double probability;
    private Set<Fault> faults = Set.of();
    private int faultsSoFar;

    public FaultyStore(ObjectStore delegate, long seed) {
        this.delegate = delegate;
        this.random = new Random(seed);
    }

    /// From now on, a call fails with this probability in one of these ways.
    public synchronized void fail(double withProbability, Set<Fault> inTheseWays) {
        this.probability = withProbability;
        this.faults = Set.copyOf(inTheseWays);
    }

    /// How often something went wrong.
    public synchronized int faultsSoFar() {
        return faultsSoFar;
    }

    private synchronized boolean strikes(Fault fault) {
        boolean strikes = faults.contains(fault) && random.nextDouble() < probability;
        faultsSoFar += strikes ? 1 : 0;
        return strikes;
    }

    private synchronized int below(int bound) {
        return random.nextInt(bound);
    }

    private void strike(Fault fault, String what) throws StoreFailedException {
        if (strikes(fault)) {
            throw new StoreFailedException("injected " + fault + ": " + what);
        }
    }

    @Override
    public void create(String name, List<ByteBuffer> content) throws IOException {
        strike(Fault.ERROR_BEFORE, "create " + name);
        delegate.create(name, content);
        strike(Fault.ERROR_AFTER, "create " + name);
    }

    @Override
    public ObjectPart get(String name, ByteRange range) throws IOException {
        strike(Fault.ERROR_BEFORE, "get " + name);
        ObjectPart part = delegate.get(name, range);
        byte[] bytes = part.bytes().clone();
        if (bytes.length > 0 && strikes(Fault.SHORT_READ)) {
            bytes = Arrays.copyOf(bytes, below(bytes.length));
        }
        if (bytes.length > 0 && strikes(Fault.FLIPPED_BIT)) {
            bytes[below(bytes.length)] ^= (byte) (1 << below(8));
        }
        return new ObjectPart(bytes, part.objectSizeBytes());
    }

    @Override
    public Scan<StoredObject> list(String prefix) throws IOException {
        strike(Fault.ERROR_BEFORE, "list " + prefix);
        return delegate.list(prefix);
    }

    @Override
    public void delete(String name) throws IOException {
        strike(Fault.ERROR_BEFORE, "delete " + name);
        delegate.delete(name);
        strike(Fault.ERROR_AFTER, "delete " + name);
    }

    @Override
    public WriterLock lock(Duration wait) throws IOException {
        strike(Fault.ERROR_BEFORE, "lock");
        return delegate.lock(wait);
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
