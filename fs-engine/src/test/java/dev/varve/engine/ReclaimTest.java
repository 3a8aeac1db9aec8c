package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.DeletedSubvolume;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.PoolSpace;
import dev.varve.engine.model.ReclaimOptions;
import dev.varve.engine.model.ReclaimResult;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReclaimTest {
    private static final ReclaimOptions AT_ONCE =
            ReclaimOptions.defaults().withGrace(Duration.ZERO).withMaxUnusedPercent(0);

    private final MemoryStore store = new MemoryStore();
    private final FakeClock clock = new FakeClock();
    private Pool pool;

    @BeforeEach
    void makePool() throws IOException {
        Pool.create(store, PoolSettings.defaults(), options());
        pool = Pool.open(store, options());
        try (WriteTransaction tx = pool.begin()) {
            tx.commit();
        }
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    private PoolOptions options() {
        PoolOptions defaults = PoolOptions.defaults();
        return new PoolOptions(clock, Duration.ZERO, defaults.nodeCacheBytes(), 2);
    }

    private static byte[] content(int seed, int length) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    private void write(String name, byte[] content) throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeWriter top = tx.edit(SubvolumeId.TOP_LEVEL);
            FileName file = FileName.of(name);
            long inode =
                    top.lookup(Inode.ROOT, file).isPresent()
                            ? top.lookup(Inode.ROOT, file).get().target()
                            : top.createFile(
                                    Inode.ROOT, file, Attributes.of(0644, Timestamp.EPOCH));
            top.truncate(inode, 0);
            top.write(inode, 0, ByteBuffer.wrap(content));
            tx.commit();
        }
    }

    private SubvolumeId snapshot(String name) throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            Place place = new Place(SubvolumeId.TOP_LEVEL, Inode.ROOT, FileName.of(name));
            SubvolumeInfo made =
                    tx.snapshot(SubvolumeId.TOP_LEVEL, place, new SnapshotOptions(true, false));
            tx.commit();
            return made.id();
        }
    }

    private static byte[] read(FileTree tree, String name) throws IOException {
        long inode = tree.lookup(Inode.ROOT, FileName.of(name)).orElseThrow().target();
        ByteBuffer found = ByteBuffer.allocate((int) tree.inode(inode).sizeBytes());
        tree.read(inode, 0, found);
        return found.array();
    }

    private long storedBytes() throws IOException {
        long bytes = 0;
        for (Scan<StoredObject> all = store.list("packs/"); all.advance(); ) {
            bytes += all.current().sizeBytes();
        }
        return bytes;
    }

    private int objects() throws IOException {
        int count = 0;
        for (Scan<StoredObject> all = store.list("packs/"); all.advance(); ) {
            count++;
        }
        return count;
    }

    private void assertSound() throws IOException {
        List<Finding> findings = new ArrayList<>();
        Pool.check(store, CheckOptions.defaults().withReadData(true), findings::add, _ -> {});
        assertEquals(List.of(), findings.stream().map(Finding::message).toList());
        ReferenceAudit.audit(store, pool.settings());
    }

    private ReclaimResult reclaim(ReclaimOptions options) throws IOException {
        return pool.reclaim(options, _ -> {});
    }

    @Test
    void aReclaimedPoolTakesAboutWhatIsInUse() throws IOException {
        for (int i = 0; i < 30; i++) {
            write("f" + i % 3, content(i, 400_000));
        }
        assertTrue(storedBytes() > 12_000_000);
        ReclaimResult result = reclaim(AT_ONCE);
        assertSound();
        assertTrue(storedBytes() < 1_300_000, storedBytes() + " bytes after " + result);
        assertTrue(result.copiedBytes() < 1_400_000, result.toString());
        try (ReadView view = pool.read()) {
            for (int i = 27; i < 30; i++) {
                FileTree top = view.open(SubvolumeId.TOP_LEVEL);
                assertArrayEquals(content(i, 400_000), read(top, "f" + i % 3));
            }
        }
        try (Pool other = Pool.open(store, options());
                ReadView view = other.read()) {
            assertArrayEquals(content(29, 400_000), read(view.open(SubvolumeId.TOP_LEVEL), "f2"));
        }
    }

    @Test
    void smallCommitsAreMergedIntoFewObjects() throws IOException {
        for (int i = 0; i < 60; i++) {
            write("f" + i, content(i, 3000));
        }
        assertTrue(objects() > 120);
        reclaim(AT_ONCE);
        assertSound();
        assertTrue(objects() < 10, objects() + " objects");
        try (Pool other = Pool.open(store, options());
                ReadView view = other.read()) {
            for (int i = 0; i < 60; i++) {
                assertArrayEquals(
                        content(i, 3000), read(view.open(SubvolumeId.TOP_LEVEL), "f" + i));
            }
        }
    }

    @Test
    void whollyUsedObjectsAreMergedOnlyIfTinyOrAskedFor() throws IOException {
        for (int i = 0; i < 12; i++) {
            write("f" + i, content(i, 600_000));
        }
        reclaim(AT_ONCE);
        int before = objects();
        ReclaimResult left = reclaim(AT_ONCE);
        assertTrue(before > 12, before + " objects");
        assertTrue(left.copiedBytes() < 600_000, left.toString());
        ReclaimResult merged = reclaim(AT_ONCE.withRepackSmall(true));
        assertTrue(merged.copiedBytes() >= 12 * 600_000, merged.toString());
        assertTrue(objects() < 5, objects() + " objects");
        assertSound();
        ReclaimResult again = reclaim(AT_ONCE.withRepackSmall(true));
        assertTrue(again.copiedBytes() < 600_000, again.toString());
        try (ReadView view = pool.read()) {
            for (int i = 0; i < 12; i++) {
                assertArrayEquals(
                        content(i, 600_000), read(view.open(SubvolumeId.TOP_LEVEL), "f" + i));
            }
        }
    }

    @Test
    void nothingGoesBeforeTheGraceHasEnded() throws IOException {
        for (int i = 0; i < 10; i++) {
            write("f", content(i, 200_000));
        }
        long before = storedBytes();
        ReclaimResult first = reclaim(ReclaimOptions.defaults());
        assertEquals(0, first.deletedObjects());
        assertTrue(first.waitingObjects() > 0);
        assertTrue(storedBytes() > before);
        assertSound();
        assertEquals(0, reclaim(ReclaimOptions.defaults()).deletedObjects());
        clock.advance(Duration.ofHours(25));
        ReclaimResult later = reclaim(ReclaimOptions.defaults());
        assertTrue(later.deletedObjects() >= first.waitingObjects());
        assertTrue(storedBytes() < before / 2);
        assertSound();
    }

    @Test
    void aPinnedReaderGoesOnAndAnotherProcessFindsWhatWasMoved() throws IOException {
        for (int i = 0; i < 10; i++) {
            write("f", content(i, 200_000));
        }
        SubvolumeId snapshot = snapshot("s");
        try (Pool other = Pool.open(store, options());
                ReadView elsewhere = other.read()) {
            FileTree old = elsewhere.open(snapshot);
            try (ReadView then = pool.read()) {
                write("f", content(99, 200_000));
                assertEquals(0, reclaim(AT_ONCE).deletedObjects(), "a reader holds them");
                assertArrayEquals(content(9, 200_000), read(then.open(SubvolumeId.TOP_LEVEL), "f"));
            }
            assertTrue(reclaim(AT_ONCE).deletedObjects() > 0);
            // Still needed by the snapshot, so still there, though elsewhere.
            assertArrayEquals(content(9, 200_000), read(old, "f"));
        }
        assertSound();
    }

    @Test
    void aCloneOfWhatWasDroppedCopiesItsBytes() throws IOException {
        write("f", content(1, 300_000));
        try (ReadView then = pool.read()) {
            write("f", content(2, 300_000));
            reclaim(AT_ONCE);
            try (WriteTransaction tx = pool.begin()) {
                SubvolumeWriter top = tx.edit(SubvolumeId.TOP_LEVEL);
                long inode =
                        top.createFile(
                                Inode.ROOT,
                                FileName.of("back"),
                                Attributes.of(0600, Timestamp.EPOCH));
                FileTree old = then.open(SubvolumeId.TOP_LEVEL);
                long from = old.lookup(Inode.ROOT, FileName.of("f")).orElseThrow().target();
                top.cloneRange(old, from, 0, 300_000, new SubvolumeWriter.CloneTarget(inode, 0));
                tx.commit();
            }
        }
        reclaim(AT_ONCE);
        assertSound();
        try (ReadView view = pool.read()) {
            assertArrayEquals(content(1, 300_000), read(view.open(SubvolumeId.TOP_LEVEL), "back"));
        }
    }

    @Test
    void whatAnInterruptedWriterLeftIsSweptOnlyAfterTheGrace() throws IOException {
        write("f", content(1, 100_000));
        store.create("packs/7fffff-000001", List.of(ByteBuffer.wrap(content(3, 5000))));
        assertEquals(1, reclaim(ReclaimOptions.defaults()).strayObjects());
        assertEquals(0, reclaim(ReclaimOptions.defaults()).strayObjects());
        assertTrue(store.list("packs/7fffff").advance());
        clock.advance(Duration.ofDays(2));
        reclaim(ReclaimOptions.defaults());
        assertTrue(!store.list("packs/7fffff").advance());
        assertSound();
    }

    private List<DeletedSubvolume> deleted() throws IOException {
        List<DeletedSubvolume> deleted = new ArrayList<>();
        try (ReadView view = pool.read()) {
            for (Scan<DeletedSubvolume> all = view.deletedSubvolumes(); all.advance(); ) {
                deleted.add(all.current());
            }
        }
        return deleted;
    }

    private void delete(SubvolumeId id) throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            tx.deleteSubvolume(id, true);
            tx.commit();
        }
    }

    @Test
    void aDeletedSubvolumeComesBackUntilItsGraceHasEnded() throws IOException {
        write("f", content(1, 300_000));
        SubvolumeId snapshot = snapshot("s");
        write("f", content(2, 300_000));
        delete(snapshot);
        assertEquals("/s", deleted().getFirst().path());
        assertEquals(1, reclaim(ReclaimOptions.defaults()).keptSubvolumes());
        assertSound();
        try (WriteTransaction tx = pool.begin()) {
            assertEquals("/again", tx.undelete(snapshot, topLevel("again")).path());
            tx.commit();
        }
        assertEquals(List.of(), deleted());
        try (ReadView view = pool.read()) {
            assertArrayEquals(content(1, 300_000), read(view.open(snapshot), "f"));
        }
        assertSound();
        delete(snapshot);
        clock.advance(Duration.ofHours(25));
        assertEquals(0, reclaim(ReclaimOptions.defaults()).keptSubvolumes());
        assertEquals(List.of(), deleted());
        assertSound();
        try (WriteTransaction tx = pool.begin()) {
            assertThrows(NoSuchFileException.class, () -> tx.undelete(snapshot, topLevel("late")));
        }
    }

    @Test
    void nestedSubvolumesComeBackWithTheirParent() throws IOException {
        SubvolumeId outer;
        SubvolumeId inner;
        try (WriteTransaction tx = pool.begin()) {
            outer = tx.createSubvolume(topLevel("outer")).id();
            inner = tx.createSubvolume(new Place(outer, Inode.ROOT, FileName.of("inner"))).id();
            tx.catalog(inner, "c").put(new byte[] {1}, new byte[] {2});
            tx.commit();
        }
        delete(outer);
        assertEquals(2, deleted().size());
        assertSound();
        try (WriteTransaction tx = pool.begin()) {
            tx.undelete(outer, topLevel("back"));
            tx.commit();
        }
        try (WriteTransaction tx = pool.begin()) {
            assertEquals("/back/inner", tx.find(inner).orElseThrow().path());
            assertArrayEquals(
                    new byte[] {2}, tx.catalog(inner, "c").get(new byte[] {1}).orElseThrow());
        }
        assertSound();
    }

    @Test
    void aSubvolumeDeletedJustBeforeItsParentComesBackByItself() throws IOException {
        SubvolumeId outer;
        SubvolumeId inner;
        try (WriteTransaction tx = pool.begin()) {
            outer = tx.createSubvolume(topLevel("outer")).id();
            inner = tx.createSubvolume(new Place(outer, Inode.ROOT, FileName.of("inner"))).id();
            tx.commit();
        }
        try (WriteTransaction tx = pool.begin()) {
            tx.deleteSubvolume(inner, false);
            tx.deleteSubvolume(outer, true);
            tx.commit();
        }
        try (WriteTransaction tx = pool.begin()) {
            tx.undelete(outer, topLevel("back"));
            tx.commit();
        }
        assertEquals(List.of("/outer/inner"), deleted().stream().map(d -> d.path()).toList());
        assertSound();
        try (WriteTransaction tx = pool.begin()) {
            Place inside = new Place(outer, Inode.ROOT, FileName.of("inner"));
            assertEquals("/back/inner", tx.undelete(inner, inside).path());
            tx.commit();
        }
        assertSound();
    }

    private static Place topLevel(String name) {
        return new Place(SubvolumeId.TOP_LEVEL, Inode.ROOT, FileName.of(name));
    }

    @Test
    void whatDeletingSnapshotsFreesIsWhatWasPredicted() throws IOException {
        List<SubvolumeId> snapshots = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            write("f" + i % 4, content(i, 300_000 + i));
            snapshots.add(snapshot("s" + i));
        }
        reclaim(AT_ONCE);
        List<SubvolumeId> victims = snapshots.subList(2, 9);
        long predicted;
        long before;
        try (ReadView view = pool.read()) {
            SpaceReport space = view.space();
            predicted = space.freedByDeleting(victims);
            before = space.pool().data().usedBytes() + space.pool().metadata().usedBytes();
            long alone = 0;
            for (SubvolumeId id : victims) {
                alone += space.of(id).exclusiveBytes();
                assertTrue(space.of(id).totalBytes() >= 300_000);
            }
            assertTrue(alone < predicted, "together they free what they share as well");
        }
        assertTrue(predicted > 1_000_000, predicted + " bytes");
        for (SubvolumeId id : victims) {
            delete(id);
        }
        reclaim(AT_ONCE);
        try (ReadView view = pool.read()) {
            PoolSpace after = view.space().pool();
            assertEquals(0, after.data().unusedBytes());
            long freed = before - after.data().usedBytes() - after.metadata().usedBytes();
            assertTrue(Math.abs(freed - predicted) < 5_000, freed + ", predicted " + predicted);
        }
        assertSound();
    }

    @Test
    void aDryRunChangesNothingAndSaysWhatIsToBeDone() throws IOException {
        for (int i = 0; i < 10; i++) {
            write("f", content(i, 200_000));
        }
        long before = storedBytes();
        int objects = objects();
        ReclaimResult told = reclaim(AT_ONCE.withDryRun(true));
        assertTrue(told.unusedBytes() > 1_500_000);
        assertEquals(before, storedBytes());
        assertEquals(objects, objects());
        ReclaimResult done = reclaim(AT_ONCE);
        assertEquals(told.rewrittenObjects(), done.rewrittenObjects());
        assertEquals(told.emptyObjects(), done.emptyObjects());
    }

    @Test
    void aSecondReclaimHasNothingToDo() throws IOException {
        for (int i = 0; i < 20; i++) {
            write("f" + i % 5, content(i, 100_000));
        }
        ReclaimOptions usual = ReclaimOptions.defaults().withGrace(Duration.ZERO);
        reclaim(usual);
        reclaim(usual);
        ReclaimResult idle = reclaim(usual);
        assertEquals(idle.generation(), reclaim(usual).generation());
    }
}
