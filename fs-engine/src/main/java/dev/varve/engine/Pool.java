package dev.varve.engine;

import dev.varve.engine.check.Check;
import dev.varve.engine.commit.Commit;
import dev.varve.engine.commit.Heads;
import dev.varve.engine.commit.PackLocations;
import dev.varve.engine.commit.UnwrittenContents;
import dev.varve.engine.commit.WriterNumbers;
import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.PoolFormat;
import dev.varve.engine.format.PoolRecord;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CheckProgress;
import dev.varve.engine.model.CheckResult;
import dev.varve.engine.model.DamageListener;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.model.PoolEvent.Committed;
import dev.varve.engine.model.ReclaimOptions;
import dev.varve.engine.model.ReclaimProgress;
import dev.varve.engine.model.ReclaimResult;
import dev.varve.engine.model.Sealing;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.model.WrongKeyException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.BlockStoreOptions;
import dev.varve.engine.pack.ContentKey;
import dev.varve.engine.pack.Sealer;
import dev.varve.engine.seal.PoolKeys;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.WriterLock;
import dev.varve.engine.tree.NodeCache;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A pool: subvolumes and snapshots in an object store. Open it once per process; any number of
/// [ReadView]s and one [WriteTransaction] at a time may be in use.
public final class Pool implements Closeable {
    private static final int MAX_POOL_BYTES = 1 << 20;

    private final ObjectStore store;
    private final PoolOptions options;
    private final PoolSettings settings;
    private final StorageDefaults defaults;
    private final Optional<PoolKeys> keys;
    private final Heads heads;
    private final BlockStore blocks;
    private final PackLocations locations;
    private final Pins pins = new Pins();
    private final NodeCache nodes;
    private final UnwrittenContents unwritten = new UnwrittenContents();
    private final StepCounts steps = new StepCounts();

    /// @param keys of a sealed pool; closed with this
    private Pool(ObjectStore store, PoolOptions options, PoolRecord record, Optional<PoolKeys> keys)
            throws IOException {
        this.store = store;
        this.options = options;
        this.keys = keys;
        ChecksumKind checksum = ChecksumKind.of(PoolFormat.NAME, record.checksum());
        this.settings =
                new PoolSettings(
                        record.poolId(),
                        PoolSettings.Checksum.valueOf(checksum.name()),
                        record.compressionLevel(),
                        keys.map(PoolKeys::label).orElse(record.label()));
        this.defaults =
                new StorageDefaults(
                        () -> sealedKeys().addDomain(),
                        domain -> new ContentKey(contentSecret(record, keys, domain)),
                        record.compressionLevel(),
                        checksum);
        Sealer sealer = keys.map(PoolKeys::sealer).orElse(Sealer.PLAIN);
        this.heads = new Heads(store, record.poolId(), sealer);
        this.locations = new PackLocations(heads);
        this.blocks =
                new BlockStore(
                        store,
                        record.poolId(),
                        BlockStoreOptions.of(checksum, record.compressionLevel(), options.threads())
                                .withPackRawBytes(packRawBytes(store)),
                        new WriterNumbers(store, record.poolId())::claim,
                        locations,
                        sealer);
        locations.readFrom(blocks);
        this.nodes = new NodeCache(blocks, options.nodeCacheBytes());
    }

    /// Where each request costs, packs are larger.
    private static int packRawBytes(ObjectStore store) {
        return store.readAheadBytes() > 0
                ? 2 * BlockStoreOptions.DEFAULT_PACK_RAW_BYTES
                : BlockStoreOptions.DEFAULT_PACK_RAW_BYTES;
    }

    /// Makes an empty plain pool.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if there is one already
    public static void create(ObjectStore store, PoolSettings settings, PoolOptions options)
            throws IOException {
        try (WriterLock _ = store.lock(options.writerWait())) {
            createRecord(store, settings, options, false);
        }
    }

    /// Makes an empty sealed pool: whoever cannot open it learns sizes and times, nothing more.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if there is one already
    public static void createSealed(
            ObjectStore store, PoolSettings settings, Sealing sealing, PoolOptions options)
            throws IOException {
        try (WriterLock _ = store.lock(options.writerWait())) {
            if (store.list(PoolFormat.NAME).advance()) {
                throw new FileAlreadyExistsException(store.location(), null, "there is a pool");
            }
            // The keys first: a pool is there from the moment its object is.
            PoolKeys.create(
                    store,
                    settings.poolId(),
                    settings.label(),
                    sealing.cipher(),
                    sealing.ways(),
                    Timestamp.of(options.clock().instant()));
            createRecord(store, settings, options, true);
        }
    }

    private static void createRecord(
            ObjectStore store, PoolSettings settings, PoolOptions options, boolean sealed)
            throws IOException {
        PoolRecord record =
                new PoolRecord(
                        settings.poolId(),
                        Timestamp.of(options.clock().instant()),
                        ChecksumKind.valueOf(settings.checksum().name()).id(),
                        settings.compressionLevel(),
                        sealed,
                        sealed ? new byte[0] : newContentKey(),
                        sealed ? "" : settings.label());
        store.create(PoolFormat.NAME, List.of(ByteBuffer.wrap(PoolFormat.write(record))));
    }

    private static byte[] newContentKey() {
        byte[] key = new byte[ContentKey.BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private static byte[] contentSecret(PoolRecord record, Optional<PoolKeys> keys, int domain) {
        return keys.map(opened -> opened.contentSecret(domain)).orElse(record.contentKey());
    }

    /// Opens a pool; closing it leaves the store open.
    ///
    /// @throws NoPoolException if there is none
    /// @throws WrongKeyException if it is sealed and no secret opens it
    public static Pool open(ObjectStore store, PoolOptions options) throws IOException {
        byte[] bytes;
        try {
            bytes = store.get(PoolFormat.NAME, new ByteRange.From(0, MAX_POOL_BYTES)).bytes();
        } catch (NoSuchFileException _) {
            throw new NoPoolException(store.location(), "there is no object 'pool'");
        }
        ObjectStore watched = new WatchedStore(store, options.events());
        PoolRecord record = PoolFormat.read(PoolFormat.NAME, bytes);
        if (!record.sealed()) {
            requireNoKeyNamed(store, options.unlocking());
            return new Pool(watched, options, record, Optional.empty());
        }
        PoolKeys keys = PoolKeys.open(store, record.poolId(), options.unlocking());
        try {
            return new Pool(watched, options, record, Optional.of(keys));
        } catch (IOException e) {
            keys.close();
            throw e;
        }
    }

    private static void requireNoKeyNamed(ObjectStore store, Unlocking unlocking)
            throws WrongKeyException {
        if (unlocking.insists()) {
            throw new WrongKeyException(
                    store.location() + ": a key was given, but this pool is not sealed");
        }
    }

    /// Bytes of the blocks this has written since it was opened, committed or not: as they are
    /// stored, or raw while they are not compressed yet.
    public long writtenBytes() {
        return blocks.appendedBytes();
    }

    /// The ways into this pool.
    ///
    /// @throws FileSystemException if it is plain
    public Keys keys() throws FileSystemException {
        return new Keys(store, options, sealedKeys());
    }

    public boolean isSealed() {
        return keys.isPresent();
    }

    private PoolKeys sealedKeys() throws FileSystemException {
        return keys.orElseThrow(
                () -> new FileSystemException(store.location(), null, "the pool is not sealed"));
    }

    public PoolSettings settings() {
        return settings;
    }

    /// The newest committed state.
    public ReadView read() throws IOException {
        return view();
    }

    /// The newest committed state, read around damage: where content cannot be read there are
    /// zeros, and names and extents in nodes that cannot be read are left out. What is looked up in
    /// such a node is an error all the same.
    ///
    /// @param lost told of everything left out, as often as it is met
    public ReadView readAround(DamageListener lost) throws IOException {
        return view().readingAround(lost);
    }

    /// The newest state, pinned before a reclaim of this process can take anything from it.
    private CommittedView view() throws IOException {
        return pins.pin(
                this::newest, (head, unpin) -> new CommittedView(head, nodes, blocks, unpin));
    }

    /// A pool that was just made has no head yet: its first transaction makes the top level.
    private Head newest() throws IOException {
        Head head = heads.find().orElseGet(() -> Commit.origin(settings.poolId()));
        locations.use(head);
        return head;
    }

    /// Becomes the one writer, on top of the newest committed state.
    ///
    /// @throws dev.varve.engine.model.PoolBusyException if another writer holds the pool
    public WriteTransaction begin() throws IOException {
        return begin(options.writerWait());
    }

    /// Like [#begin()], waiting for another writer as long as that.
    public WriteTransaction begin(Duration wait) throws IOException {
        Writing writing = beginWriting(wait);
        try {
            Transaction transaction =
                    new Transaction(writing, steps, defaults, options.clock(), options.events());
            transaction.makeTopLevelIfNew();
            return transaction;
        } catch (IOException | RuntimeException e) {
            writing.close();
            throw e;
        }
    }

    /// A commit in the making, and what it stands on.
    record Writing(CommittedView base, Commit commit, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            base.close();
            end.run();
        }
    }

    /// Like [#beginWriting(Duration)], waiting as long as the options say.
    Writing beginWriting() throws IOException {
        return beginWriting(options.writerWait());
    }

    /// Takes the writer's lock until the result is closed.
    ///
    /// @param wait how long to wait for another writer
    Writing beginWriting(Duration wait) throws IOException {
        WriterLock lock = store.lock(wait);
        try {
            if (keys.isPresent()) {
                keys.get().requireCurrent();
            }
            CommittedView base = view();
            Commit commit = new Commit(base.head(), heads, blocks, nodes, unwritten);
            commit.onCommitted(
                    head -> options.events().accept(new Committed(head.generation(), head.time())));
            return new Writing(base, commit, () -> end(lock));
        } catch (IOException | RuntimeException e) {
            end(lock);
            throw e;
        }
    }

    /// Gives back the space of what was deleted: frees what deleted subvolumes held, copies what is
    /// in use in sparse packs together, and deletes objects that nobody can need any more. Each
    /// step is a commit of its own; interrupting the thread ends it between two of them, and the
    /// next reclaim goes on from there. Readers and, between the commits, writers go on.
    ///
    /// @throws java.io.InterruptedIOException if the thread is interrupted
    /// @throws dev.varve.engine.model.PoolBusyException if another writer holds the pool
    public ReclaimResult reclaim(ReclaimOptions what, Consumer<ReclaimProgress> progress)
            throws IOException {
        return new Reclaimer(this, store, options.clock(), what, progress).run();
    }

    Pins pins() {
        return pins;
    }

    /// Checks the pool in a store as far as it can be read, also one too damaged to be opened.
    /// Writes nothing and takes no lock: a writer may be at work.
    ///
    /// @param findings told of each finding at once
    /// @throws NoPoolException if there is none
    /// @throws java.io.InterruptedIOException if the thread is interrupted
    public static CheckResult check(
            ObjectStore store,
            CheckOptions options,
            Consumer<Finding> findings,
            Consumer<CheckProgress> progress)
            throws IOException {
        return Check.run(store, options, findings, progress);
    }

    /// Takes back what was appended and not committed, and lets the next writer in.
    private void end(WriterLock lock) {
        try (lock) {
            blocks.discard();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        blocks.close();
        keys.ifPresent(PoolKeys::close);
    }
}
