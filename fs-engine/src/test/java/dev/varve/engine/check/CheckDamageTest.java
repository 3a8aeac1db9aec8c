package dev.varve.engine.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.HeadFormat;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.format.PoolFormat;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CheckResult;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import dev.varve.engine.pack.BlockKind;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Objects that are not what was written: each is named, with the files it takes away.
class CheckDamageTest {
    private static final Attributes PLAIN = Attributes.of(0644, new Timestamp(1000, 5));
    private static final int FILES = 400;

    private final MemoryStore store = new MemoryStore();
    private final PoolSettings settings = PoolSettings.defaults();
    private SubvolumeId docs = SubvolumeId.TOP_LEVEL;
    private long big;

    /// ```
    /// generation 1:  /docs  dir/  small0 .. small399  big  hard (= big)    /snap: a snapshot
    /// generation 2:  /docs  dir/  ...                 big  hard  new
    /// ```
    @BeforeEach
    void makePool() throws IOException {
        Pool.create(store, settings, PoolOptions.defaults());
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            try (WriteTransaction tx = pool.begin()) {
                docs = tx.createSubvolume(place("docs")).id();
                SubvolumeWriter tree = tx.edit(docs);
                long dir = tree.createDirectory(Inode.ROOT, name("dir"), PLAIN);
                for (int i = 0; i < FILES; i++) {
                    long file = tree.createFile(dir, name("small" + i), PLAIN);
                    tree.write(file, 0, ByteBuffer.wrap(random(500, i)));
                }
                big = tree.createFile(Inode.ROOT, name("big"), PLAIN);
                tree.write(big, 0, ByteBuffer.wrap(random(500_000, 1)));
                tree.setXattr(big, XattrName.of("user.large"), random(9000, 2));
                tree.link(big, Inode.ROOT, name("hard"));
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
        assertEquals(List.of(), check(true));
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

    private List<Finding> check(boolean readData) throws IOException {
        List<Finding> findings = new ArrayList<>();
        CheckOptions options = CheckOptions.defaults().withReadData(readData);
        CheckResult result = Pool.check(store, options, findings::add, _ -> {});
        long warnings = findings.stream().filter(Finding::isWarning).count();
        assertEquals(warnings, result.warnings());
        assertEquals(findings.size() - warnings, result.errors());
        findings.forEach(finding -> assertFalse(finding.message().contains("\n")));
        return findings;
    }

    private List<String> packs(int kind) throws IOException {
        List<String> packs = new ArrayList<>();
        try (Surgery surgery = new Surgery(store, settings.poolId())) {
            for (Scan<StoredObject> all = store.list("packs/"); all.advance(); ) {
                String name = all.current().name();
                long number = PackFormat.packNumber(name);
                PackSlot slot = surgery.blocks().openPack(name).table(number).slot(0);
                if (slot.kind() == kind) {
                    packs.add(name);
                }
            }
        }
        return packs;
    }

    /// The one finding of a kind.
    private static <T extends Finding> T only(Class<T> kind, List<Finding> findings) {
        List<T> all = all(kind, findings);
        assertEquals(1, all.size(), findings::toString);
        return all.getFirst();
    }

    private static <T extends Finding> List<T> all(Class<T> kind, List<Finding> findings) {
        return findings.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static List<String> lost(List<Finding> findings) {
        return all(Finding.LostFile.class, findings).stream()
                .map(file -> file.subvolume() + " " + file.path())
                .toList();
    }

    @Test
    void anEmptyStoreIsNoPool() {
        MemoryStore empty = new MemoryStore();
        assertThrows(
                NoPoolException.class,
                () -> Pool.check(empty, CheckOptions.defaults(), _ -> {}, _ -> {}));
    }

    @Test
    void aPoolWithoutCommitsIsSound() throws IOException {
        MemoryStore fresh = new MemoryStore();
        Pool.create(fresh, PoolSettings.defaults(), PoolOptions.defaults());
        List<Finding> findings = new ArrayList<>();
        CheckResult result = Pool.check(fresh, CheckOptions.defaults(), findings::add, _ -> {});
        assertEquals(List.of(), findings);
        assertEquals(0, result.generation());
    }

    @Test
    void aDamagedPoolObjectIsTheOnlyFinding() throws IOException {
        byte[] sound = Surgery.get(store, PoolFormat.NAME);
        for (byte[] damaged :
                List.of(flipped(sound, 3), flipped(sound, 30), Arrays.copyOf(sound, 20))) {
            Surgery.replace(store, PoolFormat.NAME, damaged);
            List<Finding> findings = check(true);
            assertEquals(1, findings.size(), findings::toString);
            assertEquals("pool", only(Finding.DamagedObject.class, findings).object());
        }
        store.delete(PoolFormat.NAME);
        assertEquals("pool", only(Finding.DamagedObject.class, check(true)).object());
    }

    private static byte[] flipped(byte[] bytes, int offset) {
        byte[] copy = bytes.clone();
        copy[offset] ^= 4;
        return copy;
    }

    @Test
    void aPoolObjectOfAnotherPoolIsFound() throws IOException {
        MemoryStore other = new MemoryStore();
        Pool.create(other, PoolSettings.defaults(), PoolOptions.defaults());
        Surgery.replace(store, PoolFormat.NAME, Surgery.get(other, PoolFormat.NAME));
        List<Finding> findings = check(true);
        assertEquals(1, findings.size(), findings::toString);
        assertEquals("pool", only(Finding.DamagedObject.class, findings).object());
    }

    @Test
    void behindADamagedNewestHeadTheOlderOneIsChecked() throws IOException {
        Surgery.flip(store, HeadFormat.name(2), 60);
        List<Finding> findings = check(true);
        assertEquals(HeadFormat.name(2), only(Finding.DamagedObject.class, findings).object());
        assertEquals(1, only(Finding.OlderHead.class, findings).generation());
        assertEquals(2, findings.size(), findings::toString);
    }

    @Test
    void aDamagedOlderHeadIsTheOnlyFinding() throws IOException {
        Surgery.flip(store, HeadFormat.name(1), 60);
        List<Finding> findings = check(true);
        assertEquals(HeadFormat.name(1), only(Finding.DamagedObject.class, findings).object());
        assertEquals(1, findings.size(), findings::toString);
    }

    @Test
    void swappedHeadsAreBothFound() throws IOException {
        Surgery.swap(store, HeadFormat.name(1), HeadFormat.name(2));
        List<Finding> findings = check(false);
        assertEquals(2, all(Finding.DamagedObject.class, findings).size(), findings::toString);
        assertEquals(1, all(Finding.Unchecked.class, findings).size());
    }

    @Test
    void aHeadMissingBetweenOthersIsFound() throws IOException {
        try (Pool pool = Pool.open(store, PoolOptions.defaults());
                WriteTransaction tx = pool.begin()) {
            tx.setReadOnly(docs, true);
            tx.commit();
        }
        store.delete(HeadFormat.name(2));
        List<Finding> findings = check(false);
        assertEquals(1, findings.size(), findings::toString);
        assertEquals(HeadFormat.name(2), only(Finding.DamagedObject.class, findings).object());
    }

    @Test
    void aDamagedPackHeaderTakesNothingAway() throws IOException {
        String pack = packs(PackFormat.DATA).getFirst();
        Surgery.flip(store, pack, 20);
        List<Finding> findings = check(false);
        assertEquals(1, findings.size(), findings::toString);
        assertEquals(pack, only(Finding.DamagedObject.class, findings).object());
    }

    @Test
    void aDamagedDataBlockNamesItsFilesInEverySnapshot() throws IOException {
        flipBlockOf(131072);
        assertEquals(List.of(), check(false));
        List<Finding> findings = check(true);
        assertTrue(only(Finding.DamagedBlock.class, findings).inUse());
        assertEquals(
                List.of("/docs /big", "/docs /hard", "/snap /big", "/snap /hard"), lost(findings));
        assertTrue(findings.getLast().message().contains("131072 bytes"), findings::toString);
        assertEquals(5, findings.size(), findings::toString);
    }

    @Test
    void aDamagedLargeXattrNamesItsFile() throws IOException {
        flipBlockOf(9000);
        List<Finding> findings = check(true);
        assertEquals(
                List.of("/docs /big", "/docs /hard", "/snap /big", "/snap /hard"), lost(findings));
        assertTrue(findings.getLast().message().endsWith("attribute user.large"));
    }

    /// Flips a bit in the first data block of this length.
    private void flipBlockOf(int rawLength) throws IOException {
        try (Surgery surgery = new Surgery(store, settings.poolId())) {
            for (String pack : packs(PackFormat.DATA)) {
                long number = PackFormat.packNumber(pack);
                var table = surgery.blocks().openPack(pack).table(number);
                for (int slot = 0; slot < table.slots(); slot++) {
                    if (table.slot(slot).rawLength() == rawLength) {
                        Surgery.flip(store, pack, table.slot(slot).offset() + 1);
                        return;
                    }
                }
            }
        }
        throw new AssertionError("no block of " + rawLength + " bytes");
    }

    @Test
    void aPackWithoutItsTableOrGoneTakesItsFilesAway() throws IOException {
        String pack = packs(PackFormat.DATA).getFirst();
        byte[] sound = Surgery.get(store, pack);
        for (byte[] damaged :
                List.of(
                        Arrays.copyOf(sound, sound.length / 2),
                        new byte[0],
                        flipped(sound, sound.length - 1),
                        flipped(sound, sound.length - 20),
                        flipped(sound, sound.length - 60))) {
            Surgery.replace(store, pack, damaged);
            assertLost(pack, check(false));
        }
        store.delete(pack);
        assertLost(pack, check(false));
    }

    private static void assertLost(String pack, List<Finding> findings) {
        assertEquals(pack, only(Finding.DamagedObject.class, findings).object());
        assertEquals(
                List.of("/docs /big", "/docs /hard", "/snap /big", "/snap /hard"),
                lost(findings).stream().distinct().toList());
        assertEquals(9, findings.size(), findings::toString);
    }

    @Test
    void swappedPacksAreBothFound() throws IOException {
        List<String> packs = packs(PackFormat.DATA);
        Surgery.swap(store, packs.get(0), packs.get(1));
        List<Finding> findings = check(false);
        assertEquals(2, all(Finding.DamagedObject.class, findings).size());
        assertTrue(lost(findings).containsAll(List.of("/docs /new", "/docs /big", "/snap /big")));
    }

    @Test
    void aDamagedNodeNamesTheFilesItHeld() throws IOException {
        long leaf = leafOf(docs, fileInode(200));
        flipBlock(leaf);
        List<Finding> findings = check(true);
        String block = new BlockAddress(leaf).toString();
        assertEquals(block, only(Finding.DamagedNode.class, findings).block());
        List<Finding.LostInodes> ranges = all(Finding.LostInodes.class, findings);
        assertEquals(
                List.of("/docs", "/snap"),
                ranges.stream().map(Finding.LostInodes::subvolume).toList());
        assertTrue(ranges.getFirst().first() <= fileInode(200));
        assertTrue(ranges.getFirst().last() >= fileInode(200));
        List<String> lost = lost(findings);
        assertTrue(lost.contains("/docs /dir/small200"), lost::toString);
        assertTrue(lost.contains("/snap /dir/small200"), lost::toString);
        assertFalse(lost.contains("/snap /dir/small0"), lost::toString);
        assertEquals(List.of(), all(Finding.BrokenFile.class, findings));
        assertEquals(List.of(), all(Finding.WrongCount.class, findings));
    }

    private long fileInode(int number) {
        return Inode.ROOT + 2 + number;
    }

    /// The address of the leaf that holds an inode's item.
    private long leafOf(SubvolumeId subvolume, long inode) throws IOException {
        try (Surgery surgery = new Surgery(store, settings.poolId())) {
            SubvolumeRecord record = surgery.record(subvolume);
            return Leaves.of(surgery.nodes(), record, inode);
        }
    }

    private void flipBlock(long address) throws IOException {
        long number = BlockAddress.packOf(address);
        String pack = PackFormat.objectName(number);
        try (Surgery surgery = new Surgery(store, settings.poolId())) {
            PackSlot slot =
                    surgery.blocks()
                            .openPack(pack)
                            .table(number)
                            .slot(BlockAddress.slotOf(address));
            Surgery.flip(store, pack, slot.offset() + slot.storedLength() / 2);
        }
    }

    @Test
    void aDamagedRootNodeOfASnapshotLosesTheWholeSnapshot() throws IOException {
        SubvolumeId snapshot = new SubvolumeId(docs.value() + 1);
        try (Surgery surgery = new Surgery(store, settings.poolId())) {
            flipBlock(surgery.record(snapshot).root().address());
        }
        List<Finding> findings = check(false);
        assertEquals("/snap", only(Finding.DamagedNode.class, findings).tree());
        assertEquals("/snap", only(Finding.LostInodes.class, findings).subvolume());
        assertTrue(findings.stream().noneMatch(f -> f.message().startsWith("/docs")));
    }

    @Test
    void eachOfThePoolsOwnTreesMayBeDamaged() throws IOException {
        List<SubvolumeRecord.Root> roots;
        try (Surgery surgery = new Surgery(store, settings.poolId())) {
            var head = surgery.head();
            roots = List.of(head.roots(), head.counts(), head.packs(), head.contents());
        }
        List<String> names = List.of("root tree", "counts tree", "packs tree", "contents tree");
        for (int i = 0; i < roots.size(); i++) {
            flipBlock(roots.get(i).address());
            List<Finding> findings = check(false);
            assertEquals(names.get(i), only(Finding.DamagedNode.class, findings).tree());
            assertEquals(
                    List.of(),
                    findings.stream()
                            .filter(f -> !f.isWarning() && !(f instanceof Finding.DamagedNode))
                            .toList());
            flipBlock(roots.get(i).address());
            assertEquals(List.of(), check(false));
        }
    }

    @Test
    void damageInFreeSpaceIsAWarning() throws IOException {
        try (Pool pool = Pool.open(store, PoolOptions.defaults());
                WriteTransaction tx = pool.begin()) {
            SubvolumeWriter tree = tx.edit(docs);
            tree.unlink(Inode.ROOT, name("new"));
            tx.commit();
        }
        Surgery.flip(store, packs(PackFormat.DATA).get(1), PackFormat.HEADER_BYTES + 9);
        List<Finding> findings = check(true);
        assertEquals(1, findings.size(), findings::toString);
        assertFalse(only(Finding.DamagedBlock.class, findings).inUse());
    }

    @Test
    void aPackThatNoCommitKnowsIsAWarning() throws IOException {
        String copy = "packs/000777-000001";
        store.create(copy, List.of(ByteBuffer.wrap(random(99, 1))));
        assertEquals(copy, only(Finding.StrayPack.class, check(true)).object());
    }

    @Test
    void aLostClaimOfAWritersNumberIsFound() throws IOException {
        for (Scan<StoredObject> all = store.list("writers/"); all.advance(); ) {
            store.delete(all.current().name());
        }
        assertEquals("writers", only(Finding.DamagedObject.class, check(false)).object());
    }

    @Test
    void aBlockWithAWrongCountIsFound() throws IOException {
        long block = blockOf(big);
        try (Surgery surgery = new Surgery(store, settings.poolId())) {
            surgery.commit(commit -> commit.sharing().retain(block));
        }
        List<Finding> findings = check(false);
        Finding.WrongCount wrong = only(Finding.WrongCount.class, findings);
        assertEquals(new BlockAddress(block).toString(), wrong.block());
        assertEquals(wrong.found() + 1, wrong.recorded());
        assertEquals(1, findings.size(), findings::toString);
    }

    private long blockOf(long file) throws IOException {
        try (Surgery surgery = new Surgery(store, settings.poolId())) {
            Scan<Extent> extents = surgery.items(docs).extents(file, 0);
            assertTrue(extents.advance());
            return ((Extent.Data) extents.current()).block();
        }
    }

    @Test
    void aCountThatIsMissingIsFound() throws IOException {
        long root;
        try (Surgery surgery = new Surgery(store, settings.poolId())) {
            root = surgery.record(new SubvolumeId(docs.value() + 1)).root().address();
            long shared = leafOf(docs, fileInode(200));
            surgery.commit(commit -> {
                while (commit.sharing().isShared(shared)) {
                    commit.sharing().release(shared);
                }
            });
            assertTrue(root != shared);
        }
        Finding.WrongCount wrong = only(Finding.WrongCount.class, check(false));
        assertEquals(1, wrong.recorded());
        assertEquals(2, wrong.found());
    }

    @Test
    void aBlockInUseThatIsMarkedFreeIsFound() throws IOException {
        long block = blockOf(big + 1);
        try (Surgery surgery = new Surgery(store, settings.poolId())) {
            surgery.commit(commit -> commit.sharing().release(block));
        }
        List<Finding> findings = check(false);
        assertEquals(
                new BlockAddress(block).toString(),
                only(Finding.FreeInUse.class, findings).block());
        assertEquals(1, findings.size(), findings::toString);
    }

    @Test
    void aBlockThatNobodyFreedIsAWarning() throws IOException {
        try (Surgery surgery = new Surgery(store, settings.poolId())) {
            surgery.commit(commit -> commit.blocks().append(BlockKind.DATA, random(5000, 1)));
        }
        List<Finding> findings = check(true);
        assertEquals(1, only(Finding.Leak.class, findings).blocks());
        assertEquals(1, findings.size(), findings::toString);
    }
}
