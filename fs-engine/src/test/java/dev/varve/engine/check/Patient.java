package dev.varve.engine.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolCare;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.ReadView;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.TestKeys;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.commit.WriterNumbers;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.HeadFormat;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.ReclaimOptions;
import dev.varve.engine.model.RepairResult;
import dev.varve.engine.model.RepairStep;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SealCipher;
import dev.varve.engine.model.Sealing;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.pack.Sealer;
import dev.varve.engine.seal.PoolKeys;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.function.Executable;

/// A pool to be damaged.
///
/// ```
/// generation 1: the top level    2: /docs dir/small0 .. small299 big    /snap of it
/// generation 3: /docs new
/// ```
final class Patient {
    private static final Attributes PLAIN = Attributes.of(0644, new Timestamp(1000, 5));
    private static final int FILES = 300;

    /// What the repair leaves.
    enum Outcome {
        /// Nothing is lost.
        SOUND,
        /// Files are lost, and named; all others are as before.
        LOST,
        /// The last commit is lost.
        OLDER,
        /// Only a rescue helps, and then nothing is lost.
        RESCUED,
        /// Only a rescue helps, and then the last commit is lost.
        RESCUED_OLDER
    }

    /// Which pool it is.
    enum Kind {
        PLAIN,
        SEALED,
        /// Sealed, and the files are in a subvolume with its own key.
        OWN_KEY
    }

    final MemoryStore store = new MemoryStore();
    final PoolSettings settings = PoolSettings.defaults();
    final PoolCare care = new PoolCare(store, Clock.systemUTC());
    final SubvolumeId docs;
    private final Kind kind;

    /// Opened before anything is damaged.
    private final Sealer sealer;

    long big;

    Patient(Kind kind) throws IOException {
        this.kind = kind;
        create(store, settings);
        try (Pool pool = open()) {
            try (WriteTransaction tx = pool.begin()) {
                tx.setDefaultSubvolume(SubvolumeId.TOP_LEVEL);
                tx.commit();
            }
            try (WriteTransaction tx = pool.begin()) {
                docs =
                        kind == Kind.OWN_KEY
                                ? tx.createSubvolumeWithOwnKey(place("docs")).id()
                                : tx.createSubvolume(place("docs")).id();
                SubvolumeWriter tree = tx.edit(docs);
                long dir = tree.createDirectory(Inode.ROOT, name("dir"), PLAIN);
                for (int i = 0; i < FILES; i++) {
                    long file = tree.createFile(dir, name("small" + i), PLAIN);
                    tree.write(file, 0, ByteBuffer.wrap(random(500, i)));
                }
                big = tree.createFile(Inode.ROOT, name("big"), PLAIN);
                tree.write(big, 0, ByteBuffer.wrap(random(500_000, 1)));
                tx.snapshot(docs, place("snap"), new SnapshotOptions(true, false));
                tx.commit();
            }
            try (WriteTransaction tx = pool.begin()) {
                SubvolumeWriter tree = tx.edit(docs);
                long file = tree.createFile(Inode.ROOT, name("new"), PLAIN);
                tree.write(file, 0, ByteBuffer.wrap(random(300_000, 3)));
                tx.commit();
            }
        }
        this.sealer =
                kind == Kind.PLAIN
                        ? Sealer.PLAIN
                        : PoolKeys.open(store, settings.poolId(), unlocking()).sealer();
    }

    private void create(ObjectStore where, PoolSettings what) throws IOException {
        if (kind == Kind.PLAIN) {
            Pool.create(where, what, PoolOptions.defaults());
            return;
        }
        Sealing sealing =
                new Sealing(
                        SealCipher.AES_256_GCM,
                        List.of(
                                TestKeys.way(TestKeys.keyFile(1), "one"),
                                TestKeys.way(TestKeys.keyFile(2), "two")));
        Pool.createSealed(where, what, sealing, PoolOptions.defaults());
    }

    private Pool open() throws IOException {
        return Pool.open(store, PoolOptions.defaults().withUnlocking(unlocking()));
    }

    /// Two key files: either will do.
    private Unlocking unlocking() {
        return kind == Kind.PLAIN
                ? Unlocking.NONE
                : (_, _) -> List.of(TestKeys.keyFile(1), TestKeys.keyFile(2));
    }

    private CheckOptions options() {
        return CheckOptions.defaults().withUnlocking(unlocking());
    }

    private static FileName name(String text) {
        return FileName.of(text);
    }

    private static Place place(String name) {
        return new Place(SubvolumeId.TOP_LEVEL, Inode.ROOT, name(name));
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    // --- damage ---

    String head(long generation) {
        return HeadFormat.name(generation);
    }

    String claim() throws IOException {
        return names("writers/").getFirst();
    }

    List<String> names(String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        for (Scan<StoredObject> all = store.list(prefix); all.advance(); ) {
            names.add(all.current().name());
        }
        return names;
    }

    String dataPack() throws IOException {
        return dataPacks().getFirst();
    }

    String otherDataPack() throws IOException {
        return dataPacks().get(1);
    }

    private List<String> dataPacks() throws IOException {
        List<String> data = new ArrayList<>();
        try (Surgery surgery = surgery()) {
            for (String name : names("packs/")) {
                long number = PackFormat.packNumber(name);
                PackSlot slot = surgery.blocks().openPack(name).table(number).slot(0);
                if (slot.kind() == PackFormat.DATA) {
                    data.add(name);
                }
            }
        }
        return data;
    }

    int blocksOf(String pack) throws IOException {
        try (Surgery surgery = surgery()) {
            return surgery.blocks().openPack(pack).table(PackFormat.packNumber(pack)).slots();
        }
    }

    String packOf(long address) {
        return PackFormat.objectName(BlockAddress.packOf(address));
    }

    Surgery surgery() {
        return new Surgery(store, settings.poolId(), sealer);
    }

    Head newest() throws IOException {
        try (Surgery surgery = surgery()) {
            return surgery.head();
        }
    }

    void flip(String name, long offset) throws IOException {
        Surgery.flip(store, name, offset);
    }

    void flipFromEnd(String name, int distance) throws IOException {
        flip(name, Surgery.get(store, name).length - distance);
    }

    void truncate(String name) throws IOException {
        byte[] bytes = Surgery.get(store, name);
        Surgery.replace(store, name, Arrays.copyOf(bytes, bytes.length / 2));
    }

    void swap(String a, String b) throws IOException {
        Surgery.swap(store, a, b);
    }

    void foreignPool() throws IOException {
        MemoryStore other = new MemoryStore();
        create(other, PoolSettings.defaults());
        Surgery.replace(store, "pool", Surgery.get(other, "pool"));
    }

    /// The same with a plain pool's object, of the same id.
    void plainPool() throws IOException {
        MemoryStore other = new MemoryStore();
        Pool.create(other, settings, PoolOptions.defaults());
        Surgery.replace(store, "pool", Surgery.get(other, "pool"));
    }

    /// The first key slot that is there, its twin with `.copy` behind.
    String slot() throws IOException {
        return names("keys/slot-").getFirst();
    }

    String otherSlot() throws IOException {
        return names("keys/slot-").get(2);
    }

    String ring() throws IOException {
        return names("keys/ring-").getFirst();
    }

    /// Does the same to an object and its twin.
    void both(String name, Surgery.Operation<String> damage) throws IOException {
        damage.on(name);
        damage.on(name + ".copy");
    }

    void foreign(String name) throws IOException {
        MemoryStore other = new MemoryStore();
        create(other, PoolSettings.defaults());
        List<String> names = new ArrayList<>();
        String prefix = name.substring(0, name.indexOf('-'));
        for (Scan<StoredObject> all = other.list(prefix); all.advance(); ) {
            names.add(all.current().name());
        }
        Surgery.replace(store, name, Surgery.get(other, names.getFirst()));
    }

    /// Another pool's pack of the same number.
    void foreignPack() throws IOException {
        String name = dataPack();
        Surgery.replace(store, name, Surgery.get(new Patient(kind).store, name));
    }

    /// Another pool's claim of the same number.
    void foreignClaim() throws IOException {
        MemoryStore other = new MemoryStore();
        new WriterNumbers(other, PoolSettings.defaults().poolId()).restore(1);
        Surgery.replace(store, claim(), Surgery.get(other, "writers/000001"));
    }

    void deleteSlots() throws IOException {
        for (String name : names("keys/slot-")) {
            store.delete(name);
        }
    }

    void flipHeads() throws IOException {
        for (String name : names("heads/")) {
            flip(name, 40);
        }
    }

    void deleteHeads() throws IOException {
        for (String name : names("heads/")) {
            store.delete(name);
        }
    }

    void deleteHeadsAndPool() throws IOException {
        deleteHeads();
        store.delete("pool");
    }

    /// The leaf that holds the files in the middle of the directory.
    long leaf() throws IOException {
        try (Surgery surgery = surgery()) {
            long inode = Inode.ROOT + 2 + FILES / 2;
            return Leaves.of(surgery.nodes(), surgery.record(docs), inode);
        }
    }

    void flipBlock(long address) throws IOException {
        long number = BlockAddress.packOf(address);
        String pack = PackFormat.objectName(number);
        try (Surgery surgery = surgery()) {
            PackSlot slot =
                    surgery.blocks()
                            .openPack(pack)
                            .table(number)
                            .slot(BlockAddress.slotOf(address));
            flip(pack, slot.offset() + slot.storedLength() / 2);
        }
    }

    void flipCountsAndLeaf() throws IOException {
        flipBlock(leaf());
        flipBlock(newest().counts().address());
    }

    private long blockOfBig() throws IOException {
        try (Surgery surgery = surgery()) {
            Scan<Extent> extents = surgery.items(docs).extents(big, 0);
            assertTrue(extents.advance());
            return ((Extent.Data) extents.current()).block();
        }
    }

    void count(int change) throws IOException {
        long block = change > 0 ? blockOfBig() : leaf();
        try (Surgery surgery = surgery()) {
            surgery.commit(commit -> {
                if (change > 0) {
                    commit.sharing().retain(block);
                } else {
                    while (commit.sharing().isShared(block)) {
                        commit.sharing().release(block);
                    }
                }
            });
        }
    }

    void markFree() throws IOException {
        long block = blockOfBig();
        try (Surgery surgery = surgery()) {
            surgery.commit(commit -> {
                while (commit.sharing().isShared(block)) {
                    commit.sharing().release(block);
                }
                commit.sharing().release(block);
            });
        }
    }

    // --- care ---

    List<Finding> check() throws IOException {
        List<Finding> findings = new ArrayList<>();
        Pool.check(store, options().withReadData(true), findings::add, _ -> {});
        return findings;
    }

    void requireSaid(String text) throws IOException {
        if (!text.isEmpty()) {
            List<Finding> findings = check();
            assertTrue(
                    findings.stream().anyMatch(f -> f.message().contains(text)),
                    () -> "'" + text + "' in " + findings);
        }
    }

    void dryRunChangesNothing() throws IOException {
        Map<String, Integer> before = hashes();
        try {
            care.repair(options(), true, _ -> {}, _ -> {}, _ -> {});
        } finally {
            assertEquals(before, hashes());
        }
    }

    private Map<String, Integer> hashes() throws IOException {
        Map<String, Integer> hashes = new TreeMap<>();
        for (String name : names("")) {
            hashes.put(name, Arrays.hashCode(Surgery.get(store, name)));
        }
        return hashes;
    }

    void repair(String step) throws IOException {
        List<RepairStep> steps = new ArrayList<>();
        RepairResult result = care.repair(options(), false, _ -> {}, steps::add, _ -> {});
        assertEquals(steps.size(), result.steps());
        if (step.isEmpty()) {
            assertEquals(List.of(), steps);
        } else {
            assertTrue(
                    steps.stream().anyMatch(s -> s.message().contains(step)),
                    () -> "'" + step + "' in " + steps);
        }
        List<RepairStep> again = new ArrayList<>();
        care.repair(options(), false, _ -> {}, again::add, _ -> {});
        assertEquals(List.of(), again);
    }

    /// Reads all data and mends; once more, to see that nothing is left to do.
    ///
    /// @return the steps
    List<String> repairData() throws IOException {
        List<String> steps = new ArrayList<>();
        CheckOptions all = options().withReadData(true);
        care.repair(all, false, _ -> {}, step -> steps.add(step.message()), _ -> {});
        care.repair(all, false, _ -> {}, step -> fail(step.message()), _ -> {});
        return steps;
    }

    /// Imports the content of `big` once more.
    void importAgain() throws IOException {
        try (Pool pool = open();
                WriteTransaction tx = pool.begin()) {
            SubvolumeWriter tree = tx.edit(docs);
            long file = tree.createFile(Inode.ROOT, name("again"), PLAIN);
            tree.write(file, 0, ByteBuffer.wrap(random(500_000, 1)));
            tx.commit();
        }
    }

    void reclaim() throws IOException {
        try (Pool pool = open()) {
            ReclaimOptions now = ReclaimOptions.defaults().withGrace(Duration.ZERO);
            pool.reclaim(now, _ -> {});
            pool.reclaim(now, _ -> {});
        }
    }

    List<String> errors() throws IOException {
        return check().stream().filter(f -> !f.isWarning()).map(Finding::message).toList();
    }

    void rescue() throws IOException {
        List<RepairStep> steps = new ArrayList<>();
        RepairResult result =
                care.rescue(
                        unlocking(), false, f -> assertTrue(f.isWarning(), f::message), steps::add);
        assertTrue(result.steps() > 0 && result.after() == 0, steps::toString);
        assertEquals(0, care.rescue(unlocking(), false, _ -> {}, _ -> {}).steps());
    }

    /// Neither opens the pool nor changes it.
    ///
    /// @param said by the error
    void requireShut(Class<? extends IOException> error, String said) throws IOException {
        Map<String, Integer> before = hashes();
        for (Executable way :
                List.<Executable>of(
                        () -> open().close(),
                        () -> care.repair(options(), false, _ -> {}, _ -> {}, _ -> {}),
                        () -> care.rescue(unlocking(), false, _ -> {}, _ -> {}))) {
            IOException thrown = assertThrows(error, way);
            assertTrue(String.valueOf(thrown.getMessage()).contains(said), thrown::getMessage);
        }
        assertEquals(before, hashes());
    }

    void requireOutcome(Outcome outcome, Map<String, byte[]> before) throws IOException {
        List<Finding> errors = check().stream().filter(finding -> !finding.isWarning()).toList();
        Map<String, byte[]> after = files();
        switch (outcome) {
            case SOUND, RESCUED -> {
                assertEquals(List.of(), errors);
                requireSame(before, after);
            }
            case OLDER, RESCUED_OLDER -> {
                assertEquals(List.of(), errors);
                before.remove("docs/new");
                requireSame(before, after);
            }
            case LOST -> {
                assertFalse(errors.isEmpty());
                for (Map.Entry<String, byte[]> file : after.entrySet()) {
                    assertTrue(
                            Arrays.equals(before.get(file.getKey()), file.getValue()),
                            file.getKey());
                }
                List<String> named = errors.stream().map(Finding::message).toList();
                for (String file : before.keySet()) {
                    boolean isNamed =
                            named.stream().anyMatch(m -> m.contains("/" + leafName(file)));
                    assertTrue(after.containsKey(file) || isNamed, file + " in " + named);
                }
            }
        }
    }

    private static String leafName(String file) {
        return file.substring(file.indexOf('/') + 1);
    }

    private static void requireSame(Map<String, byte[]> before, Map<String, byte[]> after) {
        assertEquals(before.keySet(), after.keySet());
        before.forEach((file, bytes) -> assertTrue(Arrays.equals(bytes, after.get(file)), file));
    }

    /// What can be read, by subvolume and path.
    Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Pool pool = open();
                ReadView view = pool.read()) {
            for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
                String path = all.current().path();
                PoolFiles.read(
                        view.open(all.current().id()), Inode.ROOT, path.replace("/", ""), files);
            }
        }
        return files;
    }

    /// The next writer finds a pool that it can go on with.
    void requireWritable() throws IOException {
        long errors = check().stream().filter(f -> !f.isWarning()).count();
        try (Pool pool = open();
                WriteTransaction tx = pool.begin()) {
            SubvolumeWriter tree = tx.edit(docs);
            long file = tree.createFile(Inode.ROOT, name("later"), PLAIN);
            tree.write(file, 0, ByteBuffer.wrap(random(200_000, 9)));
            tx.snapshot(docs, place("later"), new SnapshotOptions(true, false));
            tx.commit();
        }
        long after = check().stream().filter(f -> !f.isWarning()).count();
        assertTrue(after == 0 || errors > 0, "writing damaged the pool");
    }
}
