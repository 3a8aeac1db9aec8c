package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.SubvolumeWriter.CloneTarget;
import dev.varve.engine.SubvolumeWriter.RenameMode;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.commit.Heads;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.inspect.Inspection;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.pack.Sealer;
import dev.varve.engine.store.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Mistakes that [EngineModelTest] or its writing found, each with its story.
class TransactionTest {
    private static final Attributes PLAIN = Attributes.of(0644, new Timestamp(1000, 5));
    private static final SubvolumeId TOP = SubvolumeId.TOP_LEVEL;
    private static final SnapshotOptions FLAT = new SnapshotOptions(false, false);

    private final MemoryStore store = new MemoryStore();
    private Pool pool;

    @BeforeEach
    void makePool() throws IOException {
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        pool = Pool.open(store, PoolOptions.defaults());
    }

    @AfterEach
    void closePool() throws IOException {
        pool.close();
        ReferenceAudit.audit(store, pool.settings());
    }

    private static Place place(String name) {
        return new Place(TOP, Inode.ROOT, FileName.of(name));
    }

    private SubvolumeId committedSubvolume() throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId id = tx.createSubvolume(place("docs")).id();
            tx.commit();
            return id;
        }
    }

    /// A transaction read what it had not edited from the commit below it, so a subvolume that it
    /// had just deleted could still be opened, and one made read-only still said it was not.
    @Test
    void openingShowsWhatTheTransactionDidToTheSubvolumeItself() throws IOException {
        SubvolumeId docs = committedSubvolume();
        try (WriteTransaction tx = pool.begin()) {
            tx.setReadOnly(docs, true);
            assertTrue(tx.open(docs).info().readOnly());
            tx.setReadOnly(docs, false);
            assertFalse(tx.edit(docs).info().readOnly());
            tx.deleteSubvolume(docs, false);
            assertThrows(NoSuchFileException.class, () -> tx.open(docs));
            tx.commit();
        }
    }

    /// The new subvolume was made and named before the directory was looked for.
    @Test
    void aRefusedDirectorySnapshotLeavesNothingBehind() throws IOException {
        SubvolumeId docs = committedSubvolume();
        try (WriteTransaction tx = pool.begin()) {
            long file = tx.edit(docs).createFile(Inode.ROOT, FileName.of("f"), PLAIN);
            assertThrows(
                    NotDirectoryException.class,
                    () ->
                            tx.snapshotDirectory(
                                    docs, file, place("s"), new SnapshotOptions(true, false)));
            assertTrue(tx.open(TOP).lookup(Inode.ROOT, FileName.of("s")).isEmpty());
            tx.commit();
        }
    }

    /// It was named in its source before the source was copied.
    @Test
    void aDirectorySnapshotTakenInsideItsSourceDoesNotContainItself() throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId taken =
                    tx.snapshotDirectory(
                                    TOP,
                                    Inode.ROOT,
                                    place("inside"),
                                    new SnapshotOptions(false, false))
                            .id();
            assertFalse(tx.open(taken).list(Inode.ROOT).advance());
            tx.commit();
        }
    }

    /// A snapshot of the top level has a placeholder of `docs`; turned into a directory, it leaves
    /// two entries in one subvolume that name `docs`. Moving the placeholder moved `docs`.
    @Test
    void movingAPlaceholderDoesNotMoveItsSubvolume() throws IOException {
        SubvolumeId docs = committedSubvolume();
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId snapshot = tx.snapshot(TOP, place("s"), FLAT).id();
            tx.subvolumeToDirectory(snapshot);
            SubvolumeWriter top = tx.edit(TOP);
            long dir = top.lookup(Inode.ROOT, FileName.of("s")).orElseThrow().target();
            FileName docsName = FileName.of("docs");
            FileName moved = FileName.of("moved");
            top.rename(dir, docsName, Inode.ROOT, moved, RenameMode.NO_REPLACE);
            assertEquals("/docs", tx.find(docs).orElseThrow().path());
            top.rename(Inode.ROOT, docsName, Inode.ROOT, moved, RenameMode.EXCHANGE);
            assertEquals("/moved", tx.find(docs).orElseThrow().path());
            DirEntry placeholder = top.lookup(Inode.ROOT, docsName).orElseThrow();
            assertTrue(tx.child(top, Inode.ROOT, placeholder).isEmpty());
            tx.commit();
        }
    }

    /// Deleting the default subvolume was refused, turning it into a directory was not.
    @Test
    void theDefaultSubvolumeStaysASubvolume() throws IOException {
        SubvolumeId docs = committedSubvolume();
        try (WriteTransaction tx = pool.begin()) {
            tx.setDefaultSubvolume(docs);
            assertThrows(FileSystemException.class, () -> tx.subvolumeToDirectory(docs));
            tx.commit();
        }
    }

    /// A symlink has a size and no extents: a clone of it came out as a hole.
    @Test
    void onlyRegularFilesCanBeCloned() throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeWriter top = tx.edit(TOP);
            long link = top.createSymlink(Inode.ROOT, FileName.of("l"), new byte[] {'x'}, PLAIN);
            long file = top.createFile(Inode.ROOT, FileName.of("f"), PLAIN);
            CloneTarget target = new CloneTarget(file, 0);
            assertThrows(FileSystemException.class, () -> top.cloneRange(top, link, 0, 1, target));
            tx.commit();
        }
    }

    /// A reader of an older commit still holds a file whose blocks were freed since. Cloned from
    /// there, they were referred to again and stayed marked as free.
    @Test
    void whatIsClonedFromAnOlderCommitIsInUseAgain() throws IOException {
        byte[] data = new byte[50_000];
        new Random(1).nextBytes(data);
        FileName name = FileName.of("f");
        long file;
        try (WriteTransaction tx = pool.begin()) {
            file = tx.edit(TOP).createFile(Inode.ROOT, name, PLAIN);
            tx.edit(TOP).write(file, 0, ByteBuffer.wrap(data));
            tx.commit();
        }
        try (ReadView older = pool.read()) {
            try (WriteTransaction tx = pool.begin()) {
                tx.edit(TOP).unlink(Inode.ROOT, name);
                cloneFrom(tx, older, file, "same transaction");
                tx.commit();
            }
            try (WriteTransaction tx = pool.begin()) {
                tx.edit(TOP).unlink(Inode.ROOT, FileName.of("same transaction"));
                tx.commit();
            }
            for (String later : List.of("later", "once more")) {
                try (WriteTransaction tx = pool.begin()) {
                    cloneFrom(tx, older, file, later);
                    tx.commit();
                }
                ReferenceAudit.audit(store, pool.settings());
            }
        }
        try (ReadView view = pool.read()) {
            FileTree top = view.open(TOP);
            ByteBuffer read = ByteBuffer.allocate(data.length);
            top.read(top.lookup(Inode.ROOT, FileName.of("later")).orElseThrow().target(), 0, read);
            assertArrayEquals(data, read.array());
        }
    }

    private static void cloneFrom(WriteTransaction tx, ReadView older, long file, String name)
            throws IOException {
        SubvolumeWriter top = tx.edit(TOP);
        long copy = top.createFile(Inode.ROOT, FileName.of(name), PLAIN);
        top.cloneRange(older.open(TOP), file, 0, 50_000, new CloneTarget(copy, 0));
    }

    /// The place inside an extent was taken for an int; a preallocated one may be longer.
    @Test
    void bytesFarInsideAPreallocatedExtentAreZeros() throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeWriter top = tx.edit(TOP);
            long file = top.createFile(Inode.ROOT, FileName.of("f"), PLAIN);
            top.allocate(file, 0, 1L << 40, false);
            ByteBuffer read = ByteBuffer.allocate(10);
            assertEquals(10, top.read(file, 1L << 35, read));
            assertArrayEquals(new byte[10], read.array());
            tx.commit();
        }
    }

    /// The contents tree stood between the nodes that lead to every file and the table of their
    /// pack, so a cold read of one file from a bucket asked once more. A snapshot in the same
    /// transaction writes the subvolume's tree before the commit does.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theContentsTreeStandsBeforeTheNodesThatLeadToFiles(boolean snapshot) throws IOException {
        SubvolumeId docs = committedSubvolume();
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeWriter tree = tx.edit(docs);
            long file = tree.createFile(Inode.ROOT, FileName.of("f"), PLAIN);
            tree.write(file, 0, ByteBuffer.allocate(100_000));
            if (snapshot) {
                tx.snapshot(docs, place("s"), FLAT);
            }
            tx.commit();
        }
        Heads heads = new Heads(store, pool.settings().poolId(), Sealer.PLAIN);
        long contents = heads.newest().contents().address();
        long docsRoot;
        try (WriteTransaction tx = pool.begin()) {
            docsRoot = ((Transaction) tx).record(docs).root().address();
        }
        assertEquals(BlockAddress.packOf(docsRoot), BlockAddress.packOf(contents));
        assertTrue(contents < docsRoot, contents + " " + docsRoot);
    }

    /// A cold read of one file from a bucket asked for each directory on the way, wherever in the
    /// packs their entries happened to stand.
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void entriesThatLeadToManyFilesStandLastOfTheLeaves(int steps) throws IOException {
        SubvolumeId docs = committedSubvolume();
        long busy = 0;
        for (int step = 0; step < steps; step++) {
            try (WriteTransaction tx = pool.begin()) {
                SubvolumeWriter tree = tx.edit(docs);
                if (step == 0) {
                    busy = tree.createDirectory(Inode.ROOT, FileName.of("busy"), PLAIN);
                }
                for (int i = 0; i < 2000 / steps; i++) {
                    tree.createFile(busy, FileName.of(step + "-" + i), PLAIN);
                }
                if (step + 1 < steps) {
                    tx.commitStep();
                } else {
                    tx.commit();
                }
            }
        }
        List<BlockAddress> leaves = new ArrayList<>();
        List<BlockAddress> leading = new ArrayList<>();
        try (Inspection inspection = Inspection.of(store, Unlocking.NONE)) {
            inspection.tree(
                    docs.toString(),
                    line -> {
                        if (line.kind().equals("leaf")) {
                            String block = line.fields().get("block");
                            leaves.add(new BlockAddress(BlockAddress.parse(block)));
                        } else if (line.text().matches("item .*type ENTRY .*name busy")) {
                            leading.add(leaves.getLast());
                        }
                    });
        }
        assertTrue(leaves.size() > 5, "leaves: " + leaves.size());
        long last = leaves.stream().mapToLong(BlockAddress::value).max().orElseThrow();
        assertEquals(List.of(new BlockAddress(last)), leading);
    }

    /// What a step had counted was gone on with on top of another writer's commit: a directory
    /// stood below itself, as far as the counts knew, and counting went round for ever.
    @Test
    void anotherWriterMayMoveDirectoriesBetweenTwoSteps() throws IOException {
        SubvolumeId docs = committedSubvolume();
        FileName first = FileName.of("a");
        FileName second = FileName.of("b");
        long a;
        long b;
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeWriter tree = tx.edit(docs);
            a = tree.createDirectory(Inode.ROOT, first, PLAIN);
            b = tree.createDirectory(a, second, PLAIN);
            tx.commitStep();
        }
        try (Pool other = Pool.open(store, PoolOptions.defaults());
                WriteTransaction tx = other.begin()) {
            tx.edit(docs).rename(a, second, Inode.ROOT, second, RenameMode.NO_REPLACE);
            tx.commit();
        }
        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> {
                    try (WriteTransaction tx = pool.begin()) {
                        SubvolumeWriter tree = tx.edit(docs);
                        tree.rename(Inode.ROOT, first, b, first, RenameMode.NO_REPLACE);
                        tree.createFile(a, FileName.of("f"), PLAIN);
                        tx.commit();
                    }
                });
    }

    /// The snapshot writes the catalogs, the commit does so again. The second time a catalog was
    /// compared with what it had been when it was opened, so one emptied in between kept the root
    /// that the snapshot had stored, whose nodes were free.
    @Test
    void aCatalogEmptiedAfterASnapshotIsEmpty() throws IOException {
        SubvolumeId docs = committedSubvolume();
        byte[] key = {1};
        try (WriteTransaction tx = pool.begin()) {
            tx.edit(docs).createFile(Inode.ROOT, FileName.of("f"), PLAIN);
            Catalog catalog = tx.catalog(docs, "c");
            catalog.put(key, new byte[] {2});
            tx.snapshot(docs, place("s"), FLAT);
            catalog.clear();
            tx.commit();
        }
        try (WriteTransaction tx = pool.begin()) {
            assertTrue(tx.catalogItem(docs, "c", key).isEmpty());
        }
    }
}
