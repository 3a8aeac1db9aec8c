package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoolTest {
    private static final Attributes PLAIN = Attributes.of(0644, new Timestamp(1000, 5));
    private static final SubvolumeId TOP = SubvolumeId.TOP_LEVEL;

    private final MemoryStore store = new MemoryStore();
    private Pool pool;

    @BeforeEach
    void makePool() throws IOException {
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        pool = Pool.open(store, PoolOptions.defaults());
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    private static FileName name(String text) {
        return FileName.of(text);
    }

    private static Place place(String name) {
        return new Place(TOP, Inode.ROOT, name(name));
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] content(FileTree tree, long inode) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) tree.inode(inode).sizeBytes());
        while (buffer.hasRemaining()) {
            assertTrue(tree.read(inode, buffer.position(), buffer) > 0);
        }
        return buffer.array();
    }

    private static List<Change> changes(FileTree older, FileTree newer) throws IOException {
        List<Change> changes = new ArrayList<>();
        for (Scan<Change> scan = SnapshotDiff.between(older, newer); scan.advance(); ) {
            changes.add(scan.current());
        }
        return changes;
    }

    @Test
    void anEmptyStoreIsNoPool() {
        assertThrows(
                NoPoolException.class, () -> Pool.open(new MemoryStore(), PoolOptions.defaults()));
    }

    @Test
    void aPoolIsNotMadeTwice() {
        assertThrows(
                FileAlreadyExistsException.class,
                () -> Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults()));
    }

    @Test
    void whatIsCommittedIsThereAfterReopening() throws IOException {
        byte[] small = random(100, 1);
        byte[] large = random(1 << 20, 2);
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeWriter top = tx.edit(TOP);
            long dir = top.createDirectory(Inode.ROOT, name("d"), PLAIN);
            long a = top.createFile(dir, name("small"), PLAIN);
            top.write(a, 0, ByteBuffer.wrap(small));
            long b = top.createFile(dir, name("large"), PLAIN);
            top.write(b, 0, ByteBuffer.wrap(large));
            top.setXattr(b, XattrName.of("user.x"), random(50_000, 3));
            top.link(b, Inode.ROOT, name("hard"));
            assertEquals(1, tx.commit());
        }
        try (Pool again = Pool.open(store, PoolOptions.defaults());
                ReadView view = again.read()) {
            FileTree top = view.open(TOP);
            long dir = top.lookup(Inode.ROOT, name("d")).orElseThrow().target();
            long a = top.lookup(dir, name("small")).orElseThrow().target();
            long b = top.lookup(Inode.ROOT, name("hard")).orElseThrow().target();
            assertArrayEquals(small, content(top, a));
            assertArrayEquals(large, content(top, b));
            assertArrayEquals(
                    random(50_000, 3), top.xattr(b, XattrName.of("user.x")).orElseThrow());
            assertEquals(2, top.inode(b).links());
        }
    }

    @Test
    void whatIsNotCommittedIsGone() throws IOException {
        List<String> objects = packs();
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeWriter top = tx.edit(TOP);
            long a = top.createFile(Inode.ROOT, name("a"), PLAIN);
            top.write(a, 0, ByteBuffer.wrap(random(300_000, 1)));
        }
        assertEquals(objects, packs());
    }

    private List<String> packs() throws IOException {
        List<String> names = new ArrayList<>();
        for (Scan<StoredObject> all = store.list("packs/"); all.advance(); ) {
            names.add(all.current().name());
        }
        return names;
    }

    @Test
    void aSnapshotStaysWhatItWasAndTheDiffTellsTheExactBytes() throws IOException {
        byte[] data = random(1 << 20, 4);
        SubvolumeId snapshot;
        long file;
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId docs = tx.createSubvolume(place("docs")).id();
            SubvolumeWriter tree = tx.edit(docs);
            file = tree.createFile(Inode.ROOT, name("f"), PLAIN);
            tree.write(file, 0, ByteBuffer.wrap(data));
            snapshot = tx.snapshot(docs, place("s1"), new SnapshotOptions(true, false)).id();
            tree.write(file, 300_000, ByteBuffer.wrap(new byte[5000]));
            long other = tree.createFile(Inode.ROOT, name("g"), PLAIN);
            tree.rename(
                    Inode.ROOT,
                    name("g"),
                    Inode.ROOT,
                    name("h"),
                    SubvolumeWriter.RenameMode.REPLACE);
            tx.commit();
            assertEquals(file + 1, other);
        }
        try (ReadView view = pool.read()) {
            FileTree older = view.open(snapshot);
            assertArrayEquals(data, content(older, file));
            assertTrue(older.info().readOnly());
            assertEquals("/s1", older.info().path());
            SubvolumeInfo docs =
                    view.findByUuid(older.info().parentUuid().orElseThrow()).orElseThrow();
            FileTree newer = view.open(docs.id());
            List<Change> changes = changes(older, newer);
            assertEquals(new Change.DataChanged(file, 300_000, 5000), changes.get(0));
            assertTrue(changes.get(1) instanceof Change.Created);
            assertEquals(3, changes.size(), changes::toString);
        }
    }

    @Test
    void aReadOnlySnapshotCannotBeEdited() throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId docs = tx.createSubvolume(place("docs")).id();
            SubvolumeId s = tx.snapshot(docs, place("s"), new SnapshotOptions(true, false)).id();
            assertThrows(FileSystemException.class, () -> tx.edit(s));
        }
    }

    @Test
    void nestedSubvolumesComeAlongOnlyInARecursiveSnapshot() throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId docs = tx.createSubvolume(place("docs")).id();
            tx.createSubvolume(new Place(docs, Inode.ROOT, name("inner")));
            SubvolumeId flat =
                    tx.snapshot(docs, place("flat"), new SnapshotOptions(true, false)).id();
            SubvolumeId deep =
                    tx.snapshot(docs, place("deep"), new SnapshotOptions(true, true)).id();
            tx.commit();
            try (ReadView view = pool.read()) {
                FileTree placeholder = view.open(flat);
                var entry = placeholder.lookup(Inode.ROOT, name("inner")).orElseThrow();
                assertTrue(view.child(placeholder, Inode.ROOT, entry).isEmpty());
                FileTree whole = view.open(deep);
                var nested = whole.lookup(Inode.ROOT, name("inner")).orElseThrow();
                SubvolumeInfo child = view.child(whole, Inode.ROOT, nested).orElseThrow();
                assertEquals("/deep/inner", child.path());
                assertTrue(child.readOnly());
            }
        }
    }

    @Test
    void deletingFreesEverythingInSteps() throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId docs = tx.createSubvolume(place("docs")).id();
            SubvolumeWriter tree = tx.edit(docs);
            for (int i = 0; i < 2000; i++) {
                long f = tree.createFile(Inode.ROOT, name("file" + i), PLAIN);
                tree.write(f, 0, ByteBuffer.wrap(random(3000, i)));
            }
            tx.snapshot(docs, place("s"), new SnapshotOptions(true, false));
            tx.commit();
        }
        try (WriteTransaction tx = pool.begin()) {
            tx.deleteSubvolume(new SubvolumeId(256), false);
            tx.commit();
        }
        try (WriteTransaction tx = pool.begin()) {
            tx.deleteSubvolume(new SubvolumeId(257), false);
            while (tx.clean(1)) {
                assertFalse(Thread.interrupted());
            }
            tx.commit();
        }
    }

    @Test
    void aDirectoryBecomesASubvolumeAndADirectoryAgain() throws IOException {
        byte[] data = random(200_000, 9);
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeWriter top = tx.edit(TOP);
            long dir = top.createDirectory(Inode.ROOT, name("d"), PLAIN);
            long sub = top.createDirectory(dir, name("sub"), PLAIN);
            long file = top.createFile(sub, name("f"), PLAIN);
            top.write(file, 0, ByteBuffer.wrap(data));
            tx.createSubvolume(new Place(TOP, sub, name("nested")));
            SubvolumeInfo made = tx.directoryToSubvolume(place("d"));
            assertEquals("/d", made.path());
            FileTree inside = tx.open(made.id());
            long subInside = inside.lookup(Inode.ROOT, name("sub")).orElseThrow().target();
            long copy = inside.lookup(subInside, name("f")).orElseThrow().target();
            assertArrayEquals(data, content(inside, copy));
            assertEquals(List.of("/", "/d/sub/nested", "/d"), paths(tx));
            tx.subvolumeToDirectory(made.id());
            assertEquals(List.of("/", "/d/sub/nested"), paths(tx));
            tx.commit();
        }
    }

    private static List<String> paths(ReadView view) throws IOException {
        List<String> paths = new ArrayList<>();
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            paths.add(all.current().path());
        }
        return paths;
    }
}
