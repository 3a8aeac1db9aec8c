package dev.varve.engine.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.commit.Commit;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.ContentItem;
import dev.varve.engine.format.EntryFormat;
import dev.varve.engine.format.ExtentFormat;
import dev.varve.engine.format.FileKey;
import dev.varve.engine.format.InodeFormat;
import dev.varve.engine.format.PackItem;
import dev.varve.engine.format.RootKey;
import dev.varve.engine.format.SubvolumeFormat;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.format.SubvolumeRecord.Named;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.tree.TreeCursor;
import dev.varve.engine.tree.TreeWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Blocks that are what was written, but should never have been: each disagreement is named where
/// it is, and nowhere else.
class CheckItemsTest {
    private static final Attributes PLAIN = Attributes.of(0644, new Timestamp(1000, 5));
    private static final byte[] NOTHING = {};

    private final MemoryStore store = new MemoryStore();
    private final PoolSettings settings = PoolSettings.defaults();
    private final SubvolumeId docs = new SubvolumeId(256);
    private final SubvolumeId snap = new SubvolumeId(257);
    private final SubvolumeId nested = new SubvolumeId(258);
    private final Surgery surgery = new Surgery(store, settings.poolId());
    private long dir;
    private long inner;
    private long file;
    private long small;
    private long link;

    /// `/docs` with `dir/inner/small`, `file` (two extents, one preallocated behind), `link`, and
    /// the subvolume `nested`; and before the files `pad0 .. pad299`; `/snap` is a snapshot of it.
    @BeforeEach
    void makePool() throws IOException {
        Pool.create(store, settings, PoolOptions.defaults());
        try (Pool pool = Pool.open(store, PoolOptions.defaults());
                WriteTransaction tx = pool.begin()) {
            assertEquals(docs, tx.createSubvolume(place(SubvolumeId.TOP_LEVEL, "docs")).id());
            SubvolumeWriter tree = tx.edit(docs);
            for (int i = 0; i < 300; i++) {
                long pad = tree.createFile(Inode.ROOT, name("pad" + i), PLAIN);
                tree.write(pad, 0, ByteBuffer.wrap(random(300, i)));
            }
            dir = tree.createDirectory(Inode.ROOT, name("dir"), PLAIN);
            inner = tree.createDirectory(dir, name("inner"), PLAIN);
            file = tree.createFile(Inode.ROOT, name("file"), PLAIN);
            tree.write(file, 0, ByteBuffer.wrap(random(200_000, 1)));
            tree.allocate(file, 300_000, 50_000, true);
            small = tree.createFile(inner, name("small"), PLAIN);
            tree.write(small, 0, ByteBuffer.wrap(random(100, 2)));
            link = tree.createSymlink(Inode.ROOT, name("link"), random(5, 3), PLAIN);
            tree.setXattr(file, XattrName.of("user.a"), random(10, 4));
            tx.snapshot(
                    docs, place(SubvolumeId.TOP_LEVEL, "snap"), new SnapshotOptions(true, false));
            tx.createSubvolume(place(docs, "nested"));
            tx.commit();
        }
        assertEquals(List.of(), messages());
    }

    @AfterEach
    void close() {
        surgery.close();
    }

    private static FileName name(String text) {
        return FileName.of(text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Place place(SubvolumeId parent, String name) {
        return new Place(parent, Inode.ROOT, name(name));
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private List<String> messages() throws IOException {
        List<Finding> findings = new ArrayList<>();
        Pool.check(store, CheckOptions.defaults(), findings::add, _ -> {});
        return findings.stream().map(Finding::message).toList();
    }

    /// Changes items of `/docs` and expects these findings.
    private void expect(Surgery.Operation<TreeWriter> change, String... findings)
            throws IOException {
        surgery.tree(docs, change);
        assertMessages(findings);
    }

    private void assertMessages(String... findings) throws IOException {
        List<String> messages = messages();
        assertEquals(findings.length, messages.size(), messages::toString);
        for (int i = 0; i < findings.length; i++) {
            assertTrue(
                    messages.get(i).contains(findings[i]),
                    "expected " + findings[i] + " in " + messages);
        }
    }

    private static byte[] entry(long directory, String name) {
        return FileKey.named(directory, FileKey.ENTRY, bytes(name));
    }

    private static byte[] link(long inode, long directory, String name) {
        return FileKey.link(inode, directory, bytes(name));
    }

    private Inode inode(long number) throws IOException {
        return surgery.items(docs).inode(number);
    }

    private static void putInode(TreeWriter tree, Inode inode) throws IOException {
        tree.put(FileKey.of(inode.number(), FileKey.INODE), InodeFormat.write(inode));
    }

    private static Inode with(Inode i, int mode, long links, long sizeBytes) {
        return new Inode(
                i.number(),
                mode,
                i.uid(),
                i.gid(),
                links,
                sizeBytes,
                i.rdev(),
                i.flags(),
                i.accessTime(),
                i.modifyTime(),
                i.changeTime(),
                i.birthTime(),
                i.generation(),
                i.origin());
    }

    @Test
    void anInodeWithoutEntry() throws IOException {
        expect(
                tree -> tree.remove(entry(inner, "small")),
                "/docs: /dir/inner/small: its directory does not have this name");
    }

    @Test
    void anEntryWithoutLink() throws IOException {
        expect(
                tree -> tree.remove(link(file, Inode.ROOT, "file")),
                "/docs: /file: inode %d does not know of this name".formatted(file),
                "/inode %d: link count 1, but names: 0".formatted(file));
    }

    @Test
    void anEntryForNoInode() throws IOException {
        expect(
                tree ->
                        tree.put(
                                entry(dir, "ghost"), EntryFormat.write(9999, FileType.FIFO, false)),
                "/docs: /dir/ghost: names inode 9999, which is not there");
    }

    @Test
    void anEntryOfAnotherType() throws IOException {
        expect(
                tree ->
                        tree.put(
                                entry(Inode.ROOT, "file"),
                                EntryFormat.write(file, FileType.FIFO, false)),
                "/docs: /file: is a REGULAR, but named as a FIFO");
    }

    @Test
    void anEntryThatLeadsToAnotherInode() throws IOException {
        expect(
                tree ->
                        tree.put(
                                entry(Inode.ROOT, "file"),
                                EntryFormat.write(small, FileType.REGULAR, false)),
                "/docs: /file: inode %d does not know of this name".formatted(small),
                "/docs: /file: its directory does not have this name");
    }

    @Test
    void aWrongLinkCount() throws IOException {
        Inode was = inode(file);
        expect(
                tree -> putInode(tree, with(was, was.mode(), 2, was.sizeBytes())),
                "/docs: /file: link count 2, but names: 1");
    }

    @Test
    void itemsWithoutInode() throws IOException {
        expect(
                tree -> tree.remove(FileKey.of(small, FileKey.INODE)),
                "/docs: /dir/inner/small: names inode %d, which is not there".formatted(small),
                "/docs: /dir/inner/small: has items, but no inode");
    }

    @Test
    void anInodeThatDoesNotDecode() throws IOException {
        expect(
                tree -> tree.put(FileKey.of(link, FileKey.INODE), random(20, 1)),
                "/docs: /link: inode %d".formatted(link),
                "/docs: /link",
                "/docs: /link");
    }

    @Test
    void anItemOfUnknownType() throws IOException {
        expect(
                tree -> tree.put(FileKey.of(small, 9), random(20, 1)),
                "/docs: /dir/inner/small: key: expected one of an inode");
    }

    @Test
    void aKeyThatIsNone() throws IOException {
        expect(tree -> tree.put(new byte[] {1, 2, 3}, NOTHING), "/docs: /…: key: expected");
    }

    @Test
    void overlappingExtents() throws IOException {
        expect(
                tree ->
                        tree.put(
                                FileKey.extent(file, 320_000),
                                ExtentFormat.write(new Extent.Preallocated(320_000, 10))),
                "/docs: /file: extents overlap at offset 320000");
    }

    @Test
    void anExtentLongerThanItsBlock() throws IOException {
        expect(
                tree -> {
                    byte[] key = FileKey.extent(file, 131_072);
                    byte[] value = Objects.requireNonNull(tree.get(key));
                    value[13]++;
                    value[17]++;
                    tree.put(key, value);
                },
                "/docs: /file: lost:");
    }

    @Test
    void inlineContentBesideExtents() throws IOException {
        expect(
                tree ->
                        tree.put(
                                FileKey.extent(small, 5000),
                                ExtentFormat.write(new Extent.Preallocated(5000, 10))),
                "/docs: /dir/inner/small: inline content beside other extents");
    }

    @Test
    void moreInlineContentThanTheSize() throws IOException {
        Inode was = inode(small);
        expect(
                tree -> putInode(tree, with(was, was.mode(), 1, 50)),
                "/docs: /dir/inner/small: size 50, but 100 bytes inline");
    }

    @Test
    void extentsOfADirectory() throws IOException {
        expect(
                tree -> tree.put(FileKey.extent(dir, 0), ExtentFormat.inline(new byte[3])),
                "/docs: /dir: a DIRECTORY with extents");
    }

    @Test
    void entriesOfAFile() throws IOException {
        expect(
                tree -> {
                    tree.put(entry(small, "x"), EntryFormat.write(link, FileType.SYMLINK, false));
                    tree.put(link(link, small, "x"), NOTHING);
                    Inode was = inode(link);
                    putInode(tree, with(was, was.mode(), 2, was.sizeBytes()));
                },
                "/docs: /dir/inner/small: a REGULAR with directory entries");
    }

    @Test
    void aSymlinkWithoutTargetOrOfAnotherSize() throws IOException {
        expect(
                tree -> tree.put(FileKey.of(link, FileKey.TARGET), random(6, 1)),
                "/docs: /link: size 5, but a target of 6 bytes");
        expect(
                tree -> tree.remove(FileKey.of(link, FileKey.TARGET)),
                "/docs: /link: a SYMLINK without a link target");
    }

    @Test
    void aDirectoryInsideItself() throws IOException {
        expect(
                tree -> {
                    tree.remove(entry(Inode.ROOT, "dir"));
                    tree.remove(link(dir, Inode.ROOT, "dir"));
                    tree.put(
                            entry(inner, "dir"), EntryFormat.write(dir, FileType.DIRECTORY, false));
                    tree.put(link(dir, inner, "dir"), NOTHING);
                },
                "is inside itself");
    }

    @Test
    void aLoopOfSharedDirectoriesInOneTreeOfMany() throws IOException {
        // The upward name is written in one tree and shared; only the other tree closes the loop.
        surgery.tree(
                docs,
                tree -> {
                    tree.remove(entry(dir, "inner"));
                    tree.remove(link(inner, dir, "inner"));
                    tree.put(
                            entry(Inode.ROOT, "inner"),
                            EntryFormat.write(inner, FileType.DIRECTORY, false));
                    tree.put(link(inner, Inode.ROOT, "inner"), NOTHING);
                    tree.remove(entry(Inode.ROOT, "dir"));
                    tree.remove(link(dir, Inode.ROOT, "dir"));
                    tree.put(
                            entry(inner, "dir"), EntryFormat.write(dir, FileType.DIRECTORY, false));
                    tree.put(link(dir, inner, "dir"), NOTHING);
                });
        assertMessages();
        surgery.tree(
                docs,
                tree -> {
                    tree.remove(entry(Inode.ROOT, "inner"));
                    tree.remove(link(inner, Inode.ROOT, "inner"));
                    tree.put(
                            entry(dir, "inner"),
                            EntryFormat.write(inner, FileType.DIRECTORY, false));
                    tree.put(link(inner, dir, "inner"), NOTHING);
                });
        assertMessages("is inside itself");
    }

    @Test
    void aRootThatIsMissing() throws IOException {
        expect(
                tree -> tree.remove(FileKey.of(Inode.ROOT, FileKey.INODE)),
                "/docs: /: has items, but no inode",
                "/docs: /: there is no root directory");
    }

    @Test
    void anInodeThatWasNeverGivenOut() throws IOException {
        SubvolumeRecord record = surgery.record(docs);
        surgery.commit(
                commit -> commit.subvolumes().put(docs, record.withRoot(record.root(), small)));
        assertMessages(
                "/docs: /dir/inner/small: inode %d was never given out".formatted(small),
                "/docs: /link: inode %d was never given out".formatted(link));
    }

    @Test
    void whatIsWrongInTwoTreesIsNamedInBoth() throws IOException {
        surgery.tree(docs, tree -> tree.remove(entry(inner, "small")));
        SubvolumeRecord source = surgery.record(docs);
        surgery.commit(commit -> {
            commit.sharing().retain(source.root().address());
            SubvolumeRecord old = commit.subvolumes().subvolumes().find(snap).orElseThrow();
            commit.subvolumes().put(snap, old.withRoot(source.root(), source.nextInode()));
            commit.subvolumes().putDropped(new SubvolumeId(77), Subvolumes.treeRoot(old.root()));
        });
        assertMessages("/docs: /dir/inner/small", "/snap: /dir/inner/small");
    }

    // --- the root tree ---

    private void expectRoots(Surgery.Operation<TreeWriter> change, String... findings)
            throws IOException {
        surgery.roots(change);
        assertMessages(findings);
    }

    @Test
    void aSubvolumeThatIsNotIndexed() throws IOException {
        SubvolumeRecord record = surgery.record(nested);
        expectRoots(
                tree -> tree.remove(RootKey.uuid(record.uuid())),
                "subvolume 258: is not indexed by its UUID");
        expectRoots(
                tree -> tree.remove(RootKey.child(docs, nested)),
                "is not indexed by its UUID",
                "is not indexed by its parent");
    }

    @Test
    void anIndexThatNamesOthers() throws IOException {
        expectRoots(
                tree -> {
                    tree.put(RootKey.uuid(new UUID(1, 2)), bytes("\0\1\0\0\0\0\0\0"));
                    tree.put(RootKey.received(new UUID(1, 2), docs), NOTHING);
                    tree.put(RootKey.child(snap, nested), NOTHING);
                    tree.put(RootKey.of(RootKey.DEFAULT), new byte[] {0, 2, 0, 0, 0, 0, 0, 0});
                },
                "child index: names subvolume 258",
                "UUID index: names subvolume 256",
                "received UUID index: names subvolume 256",
                "default subvolume: there is no subvolume 512");
    }

    @Test
    void aRecordThatDoesNotDecode() throws IOException {
        surgery.roots(tree -> tree.put(RootKey.of(RootKey.SUBVOLUME, snap), random(30, 1)));
        List<String> messages = messages();
        assertTrue(messages.getFirst().contains("item of type 1 of 257"), messages::toString);
    }

    @Test
    void aSubvolumeWithoutEntryInItsParent() throws IOException {
        expect(
                tree -> tree.remove(entry(Inode.ROOT, "nested")),
                "subvolume 258: no entry nested leads there");
    }

    @Test
    void subvolumesInsideEachOther() throws IOException {
        SubvolumeRecord record = surgery.record(docs);
        surgery.commit(commit -> {
            Named inside = new Named(nested.value(), Inode.ROOT, bytes("docs"));
            commit.subvolumes().put(docs, record.withPlace(inside));
        });
        List<String> messages = messages();
        assertTrue(
                messages.stream().anyMatch(line -> line.contains("is nested in itself")),
                messages::toString);
    }

    @Test
    void anItemOfNoKnownType() throws IOException {
        expectRoots(tree -> tree.put(new byte[] {99}, NOTHING), "expected a known type of item");
    }

    @Test
    void aSubvolumeWithTheIdOfNone() throws IOException {
        SubvolumeRecord record = surgery.record(nested);
        expectRoots(
                tree ->
                        tree.put(
                                RootKey.of(RootKey.SUBVOLUME, new SubvolumeId(5000)),
                                SubvolumeFormat.write(record)),
                "subvolume 5000: its id was never given out",
                "subvolume 5000: is not indexed by its UUID",
                "subvolume 5000: is not indexed by its parent",
                "subvolume 5000: no entry nested leads there",
                "references");
    }

    // --- contents ---

    @Test
    void aContentThatNamesAnotherBlocksId() throws IOException {
        surgery.contents(tree -> {
            TreeCursor at = tree.cursor();
            assertTrue(at.seekFirst());
            byte[] value = at.value();
            assertTrue(tree.remove(at.key()));
            tree.put(ContentItem.key(new ContentId(1, 2)), value);
        });
        assertMessages("content ids are not those of its table");
    }

    @Test
    void aBlockWithTwoContents() throws IOException {
        surgery.contents(tree -> {
            TreeCursor at = tree.cursor();
            assertTrue(at.seekFirst());
            tree.put(ContentItem.key(new ContentId(-1, 2)), at.value());
        });
        assertMessages("which has another id too");
    }

    @Test
    void aContentOfNoBlock() throws IOException {
        surgery.contents(tree -> {
            TreeCursor at = tree.cursor();
            assertTrue(at.seekFirst());
            long pack = BlockAddress.packOf(ContentItem.address(new ContentId(1, 1), at.value()));
            byte[] beyond = ContentItem.value(BlockAddress.of(pack, 60_000));
            tree.put(ContentItem.key(new ContentId(1, 1)), beyond);
            tree.put(new byte[] {1}, new byte[8]);
        });
        assertMessages("no data block", "a content id");
    }

    // --- packs ---

    @Test
    void aPackListedWithOtherSlots() throws IOException {
        surgery.commit(_ -> {});
        surgery.packs(tree -> {
            TreeCursor at = tree.cursor();
            assertTrue(at.seekFirst());
            long number = PackItem.packNumber(at.key());
            PackItem was = PackItem.read(number, at.value());
            PackItem now =
                    new PackItem(
                            was.kind(),
                            was.slots() + 1,
                            was.storedBytes(),
                            was.rawBytes(),
                            was.changed(),
                            was.object(),
                            was.dropped(),
                            was.free());
            tree.put(at.key(), now.write());
        });
        assertMessages("listed with");
    }

    @Test
    void aPackThatIsNotListed() throws IOException {
        surgery.commit(_ -> {});
        surgery.packs(tree -> {
            TreeCursor at = tree.cursor();
            assertTrue(at.seekFirst());
            tree.remove(at.key());
        });
        List<String> messages = messages();
        assertTrue(messages.getFirst().contains("packs tree: packs/"), messages::toString);
        assertTrue(messages.getFirst().contains("not listed"), messages::toString);
    }

    @Test
    void aPackItemThatDoesNotDecode() throws IOException {
        surgery.packs(tree -> tree.put(PackItem.key(1), random(3, 1)));
        assertTrue(messages().getFirst().startsWith("packs tree: "));
    }

    // --- seams ---

    @Test
    void anInodeWhoseItemsStandInManyNodesIsChecked() throws IOException {
        long pad = Inode.ROOT + 100;
        surgery.commit(commit -> fragment(commit, pad));
        assertMessages("extents overlap at offset 500000");
    }

    /// Gives a file so many extents that they fill several leaves, the last one overlapping.
    private void fragment(Commit commit, long inode) throws IOException {
        SubvolumeRecord record = surgery.record(docs);
        TreeWriter tree = commit.openTree(Subvolumes.treeRoot(record.root()), FileItems.REFERENCES);
        for (Scan<Extent> all = surgery.items(docs).extents(inode, 0); all.advance(); ) {
            tree.remove(FileKey.extent(inode, all.current().offset()));
        }
        for (int i = 0; i < 5000; i++) {
            Extent extent = new Extent.Preallocated(i * 1000L, i == 499 ? 1001 : 1000);
            tree.put(FileKey.extent(inode, extent.offset()), ExtentFormat.write(extent));
        }
        commit.subvolumes()
                .put(
                        docs,
                        record.withRoot(Subvolumes.storedRoot(tree.flush()), record.nextInode()));
    }
}
