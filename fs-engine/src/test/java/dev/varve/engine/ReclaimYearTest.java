package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.ReclaimOptions;
import dev.varve.engine.model.ReclaimResult;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A year of daily increments, of which twelve are kept.
class ReclaimYearTest {
    private static final int DAYS = 365;
    private static final int FILES = 600;
    private static final int KEPT_EACH = 30;

    /// The seed of each file's content, by name.
    private final TreeMap<String, Long> tree = new TreeMap<>();

    private static byte[] content(long seed) {
        Random random = new Random(seed);
        byte[] content = new byte[random.nextInt(20) == 0 ? 150_000 : 200 + random.nextInt(20_000)];
        random.nextBytes(content);
        return content;
    }

    private static boolean isKept(int day) {
        return (DAYS - day) % KEPT_EACH == 0 && (DAYS - day) / KEPT_EACH < 12;
    }

    /// Some files change, one comes and one goes.
    private void change(int day) {
        Random random = new Random(day);
        int changes = day == 1 ? FILES : 6;
        for (int i = 0; i < changes; i++) {
            int file = day == 1 ? i : random.nextInt(FILES);
            tree.put("f" + file, random.nextLong());
        }
        tree.put("new" + day, random.nextLong());
        tree.remove("new" + (day - 40));
    }

    /// Makes the subvolume equal to the tree and takes a snapshot.
    private SubvolumeId commit(Pool pool, Map<String, Long> now, Map<String, Long> before, int day)
            throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeWriter top = tx.edit(SubvolumeId.TOP_LEVEL);
            for (String name : before.keySet()) {
                if (!now.containsKey(name)) {
                    top.unlink(Inode.ROOT, FileName.of(name));
                }
            }
            for (Map.Entry<String, Long> file : now.entrySet()) {
                if (!file.getValue().equals(before.get(file.getKey()))) {
                    write(top, file.getKey(), content(file.getValue()));
                }
            }
            Place place = new Place(SubvolumeId.TOP_LEVEL, Inode.ROOT, FileName.of("day" + day));
            SubvolumeId id =
                    tx.snapshot(SubvolumeId.TOP_LEVEL, place, new SnapshotOptions(true, false))
                            .id();
            tx.commit();
            return id;
        }
    }

    private static void write(SubvolumeWriter top, String name, byte[] content) throws IOException {
        FileName file = FileName.of(name);
        long inode =
                top.lookup(Inode.ROOT, file).isPresent()
                        ? top.lookup(Inode.ROOT, file).get().target()
                        : top.createFile(Inode.ROOT, file, Attributes.of(0644, Timestamp.EPOCH));
        top.truncate(inode, 0);
        top.write(inode, 0, ByteBuffer.wrap(content));
    }

    private static MemoryStore newStore() throws IOException {
        MemoryStore store = new MemoryStore();
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        return store;
    }

    private static long bytes(MemoryStore store) {
        long bytes = 0;
        Scan<StoredObject> all = store.list("");
        try {
            while (all.advance()) {
                bytes += all.current().sizeBytes();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes;
    }

    private static void compare(Pool pool, SubvolumeId id, Map<String, Long> expected)
            throws IOException {
        try (ReadView view = pool.read()) {
            FileTree found = view.open(id);
            for (Map.Entry<String, Long> file : expected.entrySet()) {
                long inode =
                        found.lookup(Inode.ROOT, FileName.of(file.getKey())).orElseThrow().target();
                byte[] content = content(file.getValue());
                ByteBuffer bytes = ByteBuffer.allocate(content.length);
                assertEquals(content.length, found.inode(inode).sizeBytes());
                found.read(inode, 0, bytes);
                assertArrayEquals(content, bytes.array());
            }
        }
    }

    @Test
    void whatIsLeftOfAYearTakesWhatAPoolOfJustTheKeptDaysTakes() throws IOException {
        MemoryStore store = newStore();
        MemoryStore fresh = newStore();
        List<SubvolumeId> victims = new ArrayList<>();
        Map<SubvolumeId, Map<String, Long>> kept = new TreeMap<>();
        try (Pool pool = Pool.open(store, PoolOptions.defaults());
                Pool other = Pool.open(fresh, PoolOptions.defaults())) {
            Map<String, Long> yesterday = Map.of();
            Map<String, Long> lastKept = Map.of();
            for (int day = 1; day <= DAYS; day++) {
                change(day);
                Map<String, Long> today = new TreeMap<>(tree);
                SubvolumeId id = commit(pool, today, yesterday, day);
                yesterday = today;
                if (isKept(day)) {
                    kept.put(id, today);
                    commit(other, today, lastKept, day);
                    lastKept = today;
                } else {
                    victims.add(id);
                }
            }
            try (WriteTransaction tx = pool.begin()) {
                for (SubvolumeId id : victims) {
                    tx.deleteSubvolume(id, false);
                }
                tx.commit();
            }
            long before = bytes(store);
            ReclaimResult result =
                    pool.reclaim(ReclaimOptions.defaults().withGrace(Duration.ZERO), _ -> {});
            double ratio = (double) bytes(store) / bytes(fresh);
            String told = "%.3f of a fresh pool, %d before: %s".formatted(ratio, before, result);
            assertTrue(ratio < 1.05, told);
            assertTrue(result.copiedBytes() < before, told);
            for (Map.Entry<SubvolumeId, Map<String, Long>> day : kept.entrySet()) {
                compare(pool, day.getKey(), day.getValue());
            }
            assertTrue(
                    Pool.check(
                                    store,
                                    CheckOptions.defaults().withReadData(true),
                                    finding -> {
                                        throw new AssertionError(finding.message());
                                    },
                                    _ -> {})
                            .isSound());
        }
    }
}
