package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.FileTree;
import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.ReadView;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.ReclaimOptions;
import dev.varve.engine.model.ReclaimResult;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.ForwardingStore;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A pool on a real gateway that is killed (-9) again and again while the pool commits and
/// reclaims. Each time the client, or else whoever runs the command again, goes on.
class KilledGatewayIT {
    private static final int KILLS = Integer.getInteger("varve.s3.pool-kills", 8);
    private static final int MANY_ATTEMPTS = 12;
    private static final int MAX_COMMIT_BYTES = 40 << 20;
    private static final int MAX_FILE_BYTES = 12 << 20;
    private static final int FILES = 12;
    private static final int MAX_DELAY_MILLIS = 1200;
    private static final int MAX_RECLAIM_DELAY_MILLIS = 500;
    private static final int KEPT_SNAPSHOTS = 2;
    private static final long MAX_SENT_AGAIN_BYTES = 64 << 20;
    private static final Attributes ATTRIBUTES = Attributes.of(0644, Timestamp.EPOCH);
    private static final FileName LIVE = FileName.of("live");

    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);

    /// What each snapshot holds: the content of a file is made from a number.
    private final Map<String, Map<String, Long>> snapshots = new TreeMap<>();

    private final Map<String, Long> live = new TreeMap<>();

    @BeforeEach
    void needsAGateway() {
        Gateway.requireKillable();
    }

    @Test
    void commitsAndReclaimsLoseNothingLeaveNothingAndSendLittleAgain() throws Exception {
        String place = Gateway.fresh();
        try (CountingProxy proxy = new CountingProxy(Gateway.port())) {
            try (ObjectStore store = Gateway.store(place, Map.of())) {
                Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
                make(store);
            }
            for (int kill = 0; kill < KILLS; kill++) {
                kill(place, proxy, kill);
            }
            try (ObjectStore store = Gateway.store(place, Map.of())) {
                verify(store);
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError("-Dseed=" + seed + ": " + e.getMessage(), e);
        }
    }

    /// Does one thing while the gateway is killed, and a second time if it failed.
    private void kill(String place, CountingProxy proxy, int number) throws Exception {
        boolean isReclaim = number % 3 == 2;
        // A client that gives up at once has its command run again.
        int attempts = isReclaim || random.nextBoolean() ? MANY_ATTEMPTS : 1;
        Map<String, String> environment =
                Map.of(
                        "VARVE_S3_ENDPOINT",
                        proxy.endpoint(),
                        "VARVE_S3_PART_BYTES",
                        "5242880",
                        "VARVE_S3_ATTEMPTS",
                        "" + attempts);
        Runner what = isReclaim ? this::reclaim : store -> commit(store, "s" + number);
        long before = proxy.sentBytes();
        int delay = random.nextInt(isReclaim ? MAX_RECLAIM_DELAY_MILLIS : MAX_DELAY_MILLIS);
        Thread killer = Gateway.killAfter(delay);
        boolean hasFailed = false;
        AtomicLong created = new AtomicLong();
        try (ObjectStore store = new SizedStore(Gateway.store(place, environment), created)) {
            what.run(store);
        } catch (StoreFailedException | PoolBusyException _) {
            hasFailed = true;
        }
        killer.join();
        if (hasFailed) {
            // What was created of the first run is nobody's, and was sent in vain.
            created.set(0);
            try (ObjectStore store = new SizedStore(Gateway.store(place, environment), created)) {
                what.run(store);
            }
        }
        long again = proxy.sentBytes() - before - created.get();
        String told =
                "kill %d of a %s%s: sent %d bytes, %d of them again"
                        .formatted(
                                number,
                                isReclaim ? "reclaim" : "commit",
                                hasFailed ? ", run again" : "",
                                proxy.sentBytes() - before,
                                again);
        System.getLogger("test").log(System.Logger.Level.INFO, told);
        assertTrue(again <= MAX_SENT_AGAIN_BYTES, told);
    }

    private interface Runner {
        void run(ObjectStore store) throws IOException;
    }

    private static void make(ObjectStore store) throws IOException {
        try (Pool pool = Pool.open(store, PoolOptions.defaults());
                WriteTransaction transaction = pool.begin()) {
            transaction.createSubvolume(new Place(SubvolumeId.TOP_LEVEL, Inode.ROOT, LIVE));
            transaction.commit();
        }
    }

    /// Writes some files anew and takes a snapshot, all in one commit, unless that was done.
    private void commit(ObjectStore store, String name) throws IOException {
        if (!snapshots.containsKey(name)) {
            for (int left = random.nextInt(MAX_COMMIT_BYTES); left > 0; ) {
                long number = random.nextInt(Integer.MAX_VALUE);
                live.put("f" + random.nextInt(FILES), number);
                left -= content(number).length;
            }
            snapshots.put(name, new TreeMap<>(live));
        }
        try (Pool pool = Pool.open(store, PoolOptions.defaults());
                WriteTransaction transaction = pool.begin()) {
            FileTree top = transaction.open(SubvolumeId.TOP_LEVEL);
            if (top.lookup(Inode.ROOT, FileName.of(name)).isPresent()) {
                return;
            }
            SubvolumeId id = subvolume(transaction, LIVE);
            SubvolumeWriter writer = transaction.edit(id);
            for (Map.Entry<String, Long> file : live.entrySet()) {
                write(writer, file.getKey(), content(file.getValue()));
            }
            transaction.snapshot(
                    id,
                    new Place(SubvolumeId.TOP_LEVEL, Inode.ROOT, FileName.of(name)),
                    new SnapshotOptions(true, false));
            transaction.commit();
        }
    }

    /// Unchanged files are left alone.
    private static void write(SubvolumeWriter writer, String file, byte[] content)
            throws IOException {
        FileName name = FileName.of(file);
        Optional<DirEntry> entry = writer.lookup(Inode.ROOT, name);
        if (entry.isPresent()) {
            if (writer.inode(entry.get().target()).sizeBytes() == content.length) {
                return;
            }
            writer.unlink(Inode.ROOT, name);
        }
        writer.write(writer.createFile(Inode.ROOT, name, ATTRIBUTES), 0, ByteBuffer.wrap(content));
    }

    /// Each number has a content of its own length, too.
    private static byte[] content(long number) {
        byte[] bytes = new byte[(int) (number % MAX_FILE_BYTES) + 1];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    private void reclaim(ObjectStore store) throws IOException {
        List<String> oldest = new ArrayList<>(snapshots.keySet());
        Collections.shuffle(oldest, random);
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            try (WriteTransaction transaction = pool.begin()) {
                while (snapshots.size() > KEPT_SNAPSHOTS) {
                    String name = oldest.removeLast();
                    snapshots.remove(name);
                    transaction.deleteSubvolume(subvolume(transaction, FileName.of(name)), false);
                }
                transaction.commit();
            }
            reclaim(pool);
        }
    }

    private static ReclaimResult reclaim(Pool pool) throws IOException {
        return pool.reclaim(ReclaimOptions.defaults().withGrace(Duration.ZERO), _ -> {});
    }

    private static SubvolumeId subvolume(ReadView view, FileName name) throws IOException {
        FileTree top = view.open(SubvolumeId.TOP_LEVEL);
        DirEntry entry = top.lookup(Inode.ROOT, name).orElseThrow();
        return view.child(top, Inode.ROOT, entry).orElseThrow().id();
    }

    private void verify(ObjectStore store) throws IOException {
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            reclaim(pool);
            ReclaimResult none = reclaim(pool);
            // Its own commits leave a little for the next; what no commit knows there must be none.
            assertEquals(
                    List.of(0L, 0L, 0L),
                    List.of(none.strayObjects(), none.waitingObjects(), none.abandonedUploads()));
            long stored = 0;
            for (Scan<StoredObject> packs = store.list("packs/"); packs.advance(); ) {
                stored += packs.current().sizeBytes();
            }
            String told = "stored %d, in use %d".formatted(stored, none.liveBytes());
            assertTrue(stored <= none.liveBytes() * 105 / 100 + (1 << 20), told);
            assertEquals(0, store.dropAbandoned(Instant.MAX));
            List<Finding> findings = new ArrayList<>();
            CheckOptions all = CheckOptions.defaults().withReadData(true);
            Pool.check(store, all, findings::add, _ -> {});
            assertEquals(List.of(), findings);
            try (ReadView view = pool.read()) {
                for (Map.Entry<String, Map<String, Long>> snapshot : snapshots.entrySet()) {
                    FileName name = FileName.of(snapshot.getKey());
                    verify(view.open(subvolume(view, name)), snapshot.getValue());
                }
            }
        }
    }

    private static void verify(FileTree tree, Map<String, Long> files) throws IOException {
        int found = 0;
        for (Scan<DirEntry> entries = tree.list(Inode.ROOT); entries.advance(); found++) {
            DirEntry entry = entries.current();
            byte[] expected = content(files.get(entry.name().toString()));
            ByteBuffer buffer = ByteBuffer.allocate(expected.length + 1);
            while (tree.read(entry.target(), buffer.position(), buffer) > 0) {
                continue;
            }
            byte[] read = Arrays.copyOf(buffer.array(), buffer.position());
            assertArrayEquals(expected, read, tree.info().path() + "/" + entry.name());
        }
        assertEquals(files.size(), found, tree.info().path());
    }

    /// Sums up what was created.
    private record SizedStore(ObjectStore store, AtomicLong createdBytes)
            implements ForwardingStore {
        @Override
        public void create(String name, List<ByteBuffer> content) throws IOException {
            store.create(name, content);
            content.forEach(part -> createdBytes.addAndGet(part.remaining()));
        }
    }
}
