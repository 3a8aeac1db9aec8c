package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.format.HeadFormat;
import dev.varve.engine.format.PoolFormat;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.KeySlot;
import dev.varve.engine.model.KeyWay;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SealCipher;
import dev.varve.engine.model.Sealing;
import dev.varve.engine.model.Secret;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.model.WrongKeyException;
import dev.varve.engine.seal.X25519;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sealed pools: what opens them, what nobody can read or change, and what changing keys does.
class SealedPoolTest {
    private static final String NAME = "quarterly-accounts";
    private static final String CONTENT = "the secret of the lake is in its layers; ";
    private static final String LABEL = "label-of-the-pool";

    private final MemoryStore store = new MemoryStore();
    private final PoolOptions options = PoolOptions.defaults().withUnlocking(TestKeys.with(1));

    private void create() throws IOException {
        TestKeys.create(store, settings(), options);
    }

    private static PoolSettings settings() {
        PoolSettings some = PoolSettings.defaults();
        return new PoolSettings(some.poolId(), some.checksum(), 0, LABEL);
    }

    private PoolOptions with(Unlocking unlocking) {
        return options.withUnlocking(unlocking);
    }

    /// Writes a file in the top level, or in a subvolume.
    private static long write(Pool pool, SubvolumeId subvolume, String name, byte[] bytes)
            throws IOException {
        try (WriteTransaction transaction = pool.begin()) {
            SubvolumeWriter tree = transaction.edit(subvolume);
            long file =
                    tree.createFile(
                            Inode.ROOT,
                            FileName.of(name),
                            Attributes.of(0644, new Timestamp(1, 0)));
            tree.write(file, 0, ByteBuffer.wrap(bytes));
            transaction.commit();
            return file;
        }
    }

    private static byte[] content() {
        return CONTENT.repeat(5000).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] read(Pool pool, SubvolumeId subvolume, String name) throws IOException {
        try (ReadView view = pool.read()) {
            FileTree tree = view.open(subvolume);
            Inode file =
                    tree.inode(tree.lookup(Inode.ROOT, FileName.of(name)).orElseThrow().target());
            ByteBuffer all = ByteBuffer.allocate((int) file.sizeBytes());
            while (all.hasRemaining() && tree.read(file.number(), all.position(), all) > 0) {
                // Until all is there.
            }
            return all.array();
        }
    }

    private void fill() throws IOException {
        create();
        try (Pool pool = Pool.open(store, options)) {
            write(pool, SubvolumeId.TOP_LEVEL, NAME, content());
        }
    }

    private void assertReads(Unlocking unlocking) throws IOException {
        try (Pool pool = Pool.open(store, with(unlocking))) {
            assertArrayEquals(content(), read(pool, SubvolumeId.TOP_LEVEL, NAME));
        }
    }

    private Map<String, byte[]> objects(String prefix) throws IOException {
        Map<String, byte[]> objects = new TreeMap<>();
        for (Scan<StoredObject> scan = store.list(prefix); scan.advance(); ) {
            String name = scan.current().name();
            objects.put(name, store.get(name, new ByteRange.From(0, 1 << 30)).bytes());
        }
        return objects;
    }

    private void replace(String name, byte[] bytes) throws IOException {
        store.delete(name);
        store.create(name, List.of(ByteBuffer.wrap(bytes)));
    }

    private List<Finding> check(Unlocking unlocking) throws IOException {
        List<Finding> findings = new ArrayList<>();
        CheckOptions how = CheckOptions.defaults().withReadData(true).withUnlocking(unlocking);
        Pool.check(store, how, findings::add, _ -> {});
        return findings;
    }

    @ParameterizedTest
    @EnumSource
    void whatWasWrittenIsReadAgainAndChecked(SealCipher cipher) throws IOException {
        List<KeyWay> ways = List.of(TestKeys.way(TestKeys.keyFile(1), ""));
        Pool.createSealed(store, settings(), new Sealing(cipher, ways), options);
        try (Pool pool = Pool.open(store, options)) {
            write(pool, SubvolumeId.TOP_LEVEL, NAME, content());
            assertEquals(LABEL, pool.settings().label());
            assertEquals(cipher, pool.keys().cipher());
        }
        assertReads(TestKeys.with(1));
        assertEquals(List.of(), check(TestKeys.with(1)));
    }

    @Test
    void nothingInTheStoreShowsANameAContentOrALabel() throws IOException {
        fill();
        Map<String, byte[]> all = objects("");
        assertTrue(all.size() > 6);
        for (String secret : List.of(NAME, CONTENT, LABEL, "the first")) {
            for (Map.Entry<String, byte[]> object : all.entrySet()) {
                String text = new String(object.getValue(), StandardCharsets.ISO_8859_1);
                assertFalse(text.contains(secret), () -> object.getKey() + " shows " + secret);
            }
        }
    }

    /// The search above would find them.
    @Test
    void aPlainPoolShowsThemAll() throws IOException {
        Pool.create(store, settings(), options);
        try (Pool pool = Pool.open(store, options)) {
            write(pool, SubvolumeId.TOP_LEVEL, NAME, content());
        }
        StringBuilder all = new StringBuilder();
        objects("")
                .values()
                .forEach(bytes -> all.append(new String(bytes, StandardCharsets.ISO_8859_1)));
        for (String secret : List.of(NAME, CONTENT, LABEL)) {
            assertTrue(all.toString().contains(secret), secret);
        }
    }

    @Test
    void noKeyAndAWrongKeyDoNotOpen() throws IOException {
        fill();
        assertThrows(WrongKeyException.class, () -> Pool.open(store, with(Unlocking.NONE)));
        assertThrows(WrongKeyException.class, () -> Pool.open(store, with(TestKeys.with(2))));
        assertThrows(WrongKeyException.class, () -> Pool.open(store, with(TestKeys.with("x"))));
        assertThrows(WrongKeyException.class, () -> check(TestKeys.with(2)));
        assertReads(TestKeys.with(1));
    }

    /// Somebody puts a plain pool where a sealed one was, to be given tomorrow's data.
    @Test
    void aPlainPoolIsRefusedWhereAKeyWasNamed() throws IOException {
        Pool.create(store, settings(), options);
        Unlocking insisting =
                new Unlocking() {
                    @Override
                    public List<Secret> secrets(java.util.UUID poolId, String location) {
                        return List.of(TestKeys.keyFile(1));
                    }

                    @Override
                    public boolean insists() {
                        return true;
                    }
                };
        assertThrows(WrongKeyException.class, () -> Pool.open(store, with(insisting)));
    }

    @Test
    void everyKindOfWayInOpens() throws IOException {
        fill();
        byte[] identity = new byte[32];
        Arrays.fill(identity, (byte) 9);
        try (Pool pool = Pool.open(store, options)) {
            pool.keys().add(TestKeys.way(TestKeys.phrase("correct horse"), "a phrase"));
            KeyWay.Recipient to = new KeyWay.Recipient(X25519.publicKey(identity));
            pool.keys().add(new KeyWay(to, "a recipient"));
            assertEquals(
                    List.of("the first", "a phrase", "a recipient"),
                    pool.keys().slots().stream().map(KeySlot::name).toList());
        }
        assertReads(TestKeys.with("correct horse"));
        assertReads((_, _) -> List.of(new Secret.Identity(identity.clone())));
        assertEquals(List.of(), check(TestKeys.with(1)));
    }

    @Test
    void aRemovedWayInDoesNotOpenAndTheLastIsNotRemoved() throws IOException {
        fill();
        try (Pool pool = Pool.open(store, options)) {
            Keys keys = pool.keys();
            KeySlot second = keys.add(TestKeys.way(TestKeys.keyFile(2), ""));
            KeySlot first = keys.slots().getFirst();
            assertTrue(first.isInUse());
            keys.remove(first.id());
            assertThrows(FileSystemException.class, () -> keys.remove(second.id()));
        }
        assertThrows(WrongKeyException.class, () -> Pool.open(store, options));
        assertReads(TestKeys.with(2));
    }

    @Test
    void rotatingRewritesNoBlockAndKeepsWhoGaveASecretAndRecipients() throws IOException {
        fill();
        byte[] identity = new byte[32];
        identity[5] = 1;
        Map<String, byte[]> before = objects("packs/");
        try (Pool pool = Pool.open(store, options)) {
            pool.keys().add(TestKeys.way(TestKeys.keyFile(2), "left"));
            pool.keys().add(new KeyWay(new KeyWay.Recipient(X25519.publicKey(identity)), "r"));
            List<KeySlot> gone = pool.keys().rotate(List.of(TestKeys.keyFile(1)));
            assertEquals(List.of("left"), gone.stream().map(KeySlot::name).toList());
            // Whoever had the pool open must open it again before writing.
            assertThrows(WrongKeyException.class, pool::begin);
        }
        Map<String, byte[]> after = objects("packs/");
        assertEquals(before.keySet(), after.keySet());
        before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name)));
        assertThrows(WrongKeyException.class, () -> Pool.open(store, with(TestKeys.with(2))));
        assertReads(TestKeys.with(1));
        assertReads((_, _) -> List.of(new Secret.Identity(identity.clone())));
        try (Pool pool = Pool.open(store, options)) {
            assertEquals(2, pool.keys().epoch());
            write(pool, SubvolumeId.TOP_LEVEL, "later", content());
        }
        assertEquals(List.of(), check(TestKeys.with(1)));
    }

    /// Key objects of before the rotation, put back, open; but not what was written since.
    @Test
    void oldKeyObjectsPutBackDoNotOpenNewHeads() throws IOException {
        fill();
        Map<String, byte[]> old = objects("keys/");
        try (Pool pool = Pool.open(store, options)) {
            pool.keys().rotate(List.of(TestKeys.keyFile(1)));
        }
        try (Pool pool = Pool.open(store, options)) {
            write(pool, SubvolumeId.TOP_LEVEL, "later", content());
        }
        for (String name : objects("keys/").keySet()) {
            store.delete(name);
        }
        for (Map.Entry<String, byte[]> object : old.entrySet()) {
            store.create(object.getKey(), List.of(ByteBuffer.wrap(object.getValue())));
        }
        try (Pool pool = Pool.open(store, options)) {
            assertThrows(CorruptionException.class, pool::read);
        }
    }

    @Test
    void aRotationCutShortAnywhereLeavesAPoolThatOpens() throws IOException {
        for (int steps = 0; ; steps++) {
            MemoryStore medium = new MemoryStore();
            TestKeys.create(medium, settings(), options);
            CutStore cut = new CutStore(medium, steps);
            boolean done = false;
            try (Pool pool = Pool.open(medium, options)) {
                write(pool, SubvolumeId.TOP_LEVEL, NAME, content());
            }
            try (Pool pool = Pool.open(cut, options)) {
                pool.keys().rotate(List.of(TestKeys.keyFile(1)));
                done = true;
            } catch (CutStore.CutException _) {
                // As wanted.
            }
            try (Pool pool = Pool.open(medium, options)) {
                assertArrayEquals(content(), read(pool, SubvolumeId.TOP_LEVEL, NAME));
                // And a second one succeeds on top of what the first left behind.
                pool.keys().rotate(List.of(TestKeys.keyFile(1)));
            }
            try (Pool pool = Pool.open(medium, options)) {
                assertArrayEquals(content(), read(pool, SubvolumeId.TOP_LEVEL, NAME));
                assertEquals(1, pool.keys().slots().size());
            }
            if (done) {
                assertTrue(steps > 6, "cut at " + steps);
                return;
            }
        }
    }

    @Test
    void flippedTruncatedSwappedAndReplayedObjectsAreRefused() throws IOException {
        fill();
        Map<String, byte[]> sound = objects("");
        for (String name : sound.keySet()) {
            if (name.startsWith("writers/")) {
                continue;
            }
            byte[] bytes = sound.get(name);
            for (int at : Stream.iterate(0, at -> at < bytes.length, at -> at + 97).toList()) {
                byte[] flipped = bytes.clone();
                flipped[at] ^= 4;
                replace(name, flipped);
                assertFalse(check(TestKeys.with(1)).isEmpty(), name + " byte " + at);
                if (name.startsWith("packs/")) {
                    // A few are enough of a large one.
                    break;
                }
            }
            replace(name, Arrays.copyOf(bytes, bytes.length - 1));
            assertFalse(check(TestKeys.with(1)).isEmpty(), name + " truncated");
            replace(name, bytes);
        }
        assertEquals(List.of(), check(TestKeys.with(1)));
        String newest = HeadFormat.name(1);
        replace(HeadFormat.name(2), sound.get(newest));
        try (Pool pool = Pool.open(store, options)) {
            assertThrows(CorruptionException.class, pool::read);
        }
    }

    @Test
    void oneDamagedKeyObjectDoesNotLockAnyoneOut() throws IOException {
        fill();
        for (Map.Entry<String, byte[]> object : objects("keys/").entrySet()) {
            byte[] damaged = object.getValue().clone();
            damaged[damaged.length / 2] ^= 1;
            replace(object.getKey(), damaged);
            assertReads(TestKeys.with(1));
            assertEquals(1, check(TestKeys.with(1)).size(), object.getKey());
            store.delete(object.getKey());
            assertReads(TestKeys.with(1));
            replace(object.getKey(), object.getValue());
        }
    }

    @Test
    void aPoolWhoseOwnObjectIsDamagedIsStillChecked() throws IOException {
        fill();
        replace(PoolFormat.NAME, new byte[40]);
        assertEquals(1, check(TestKeys.with(1)).size());
    }

    @Test
    void aSubvolumeWithItsOwnKeyPassesItOnAndSharesNoBlockWithOthers() throws IOException {
        fill();
        SubvolumeId own;
        try (Pool pool = Pool.open(store, options);
                WriteTransaction transaction = pool.begin()) {
            own = transaction.createSubvolumeWithOwnKey(place(SubvolumeId.TOP_LEVEL, "own")).id();
            SubvolumeId nested = transaction.createSubvolume(place(own, "nested")).id();
            SubvolumeId plain =
                    transaction.createSubvolume(place(SubvolumeId.TOP_LEVEL, "plain")).id();
            assertTrue(transaction.hasOwnKey(own));
            assertTrue(transaction.hasOwnKey(nested));
            assertFalse(transaction.hasOwnKey(plain));
            FileTree top = transaction.open(SubvolumeId.TOP_LEVEL);
            long source = top.lookup(Inode.ROOT, FileName.of(NAME)).orElseThrow().target();
            SubvolumeWriter to = transaction.edit(own);
            long copy =
                    to.createFile(
                            Inode.ROOT,
                            FileName.of(NAME),
                            Attributes.of(0600, new Timestamp(1, 0)));
            SubvolumeWriter.CloneTarget target = new SubvolumeWriter.CloneTarget(copy, 0);
            to.cloneRange(top, source, 0, content().length, target);
            assertFalse(blocks(to, copy).stream().anyMatch(blocks(top, source)::contains));
            transaction.commit();
        }
        try (Pool pool = Pool.open(store, options)) {
            assertArrayEquals(content(), read(pool, own, NAME));
        }
        assertEquals(List.of(), check(TestKeys.with(1)));
    }

    @Test
    void anEmptySubvolumeIsGivenItsOwnKeyAndOneThatIsNotKeepsTheShared() throws IOException {
        fill();
        SubvolumeId own;
        try (Pool pool = Pool.open(store, options);
                WriteTransaction transaction = pool.begin()) {
            own = transaction.createSubvolume(place(SubvolumeId.TOP_LEVEL, "own")).id();
            transaction.commit();
        }
        try (Pool pool = Pool.open(store, options)) {
            try (WriteTransaction transaction = pool.begin()) {
                assertThrows(
                        FileSystemException.class,
                        () -> transaction.giveOwnKey(SubvolumeId.TOP_LEVEL));
                transaction.giveOwnKey(own);
                transaction.commit();
            }
            write(pool, own, NAME, content());
            try (ReadView view = pool.read()) {
                assertTrue(view.hasOwnKey(own));
                assertFalse(view.hasOwnKey(SubvolumeId.TOP_LEVEL));
                FileTree top = view.open(SubvolumeId.TOP_LEVEL);
                FileTree tree = view.open(own);
                long there = top.lookup(Inode.ROOT, FileName.of(NAME)).orElseThrow().target();
                long here = tree.lookup(Inode.ROOT, FileName.of(NAME)).orElseThrow().target();
                assertFalse(blocks(tree, here).stream().anyMatch(blocks(top, there)::contains));
            }
            assertArrayEquals(content(), read(pool, own, NAME));
        }
        assertEquals(List.of(), check(TestKeys.with(1)));
    }

    private static List<Long> blocks(FileTree tree, long inode) throws IOException {
        List<Long> blocks = new ArrayList<>();
        for (Scan<dev.varve.engine.model.Extent> all = tree.extents(inode, 0); all.advance(); ) {
            if (all.current() instanceof dev.varve.engine.model.Extent.Data data) {
                blocks.add(data.block());
            }
        }
        return blocks;
    }

    private static Place place(SubvolumeId parent, String name) {
        return new Place(parent, Inode.ROOT, FileName.of(name));
    }

    @Test
    void aPlainPoolHasNoKeys() throws IOException {
        Pool.create(store, settings(), options);
        try (Pool pool = Pool.open(store, options);
                WriteTransaction transaction = pool.begin()) {
            assertThrows(FileSystemException.class, pool::keys);
            Place place = place(SubvolumeId.TOP_LEVEL, "own");
            assertThrows(
                    FileSystemException.class, () -> transaction.createSubvolumeWithOwnKey(place));
        }
    }
}
