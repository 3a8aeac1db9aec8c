package dev.varve.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.PropertyValue;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whose value holds, and what the values do to what is written.
class PropertiesTest {
    private static final SubvolumeId TOP = SubvolumeId.TOP_LEVEL;

    private final MemoryStore store = new MemoryStore();
    private Pool pool;

    @BeforeEach
    void make() throws IOException {
        Pool.create(store, PoolSettings.defaults(), EngineModelTest.options());
        pool = Pool.open(store, EngineModelTest.options());
    }

    @AfterEach
    void close() throws IOException {
        ReferenceAudit.audit(store, pool.settings());
        pool.close();
    }

    private static Place place(SubvolumeId parent, String name) {
        return new Place(parent, Inode.ROOT, FileName.of(name));
    }

    private static String value(ReadView view, SubvolumeId id, Property property)
            throws IOException {
        return view.property(id, property).value();
    }

    /// The top level, `a` in it, `b` in that; which has a value, and what holds for `b`.
    @ParameterizedTest
    @CsvSource({
        // property, top, a, b -> holds for b, set on
        "COMPRESSION, , , , auto, ",
        "COMPRESSION, zstd:3, , , zstd:3, top",
        "COMPRESSION, zstd:3, none, , none, a",
        "COMPRESSION, zstd:3, none, zstd, zstd, b",
        "COMPRESSION, , , auto, auto, b",
        "DEDUP, off, , , off, top",
        "DEDUP, off, , verify, verify, b",
        "CHUNKING, , fixed, , fixed, a",
        "CHECKSUM, sha256, , , sha256, top",
        "NOSUID, true, , , true, top",
        "NOSUID, true, false, , false, a",
        "RETENTION, , weekly, , weekly, a",
        "LABEL, top, inner, , , ",
        "LABEL, top, inner, mine, mine, b",
    })
    void theNearestValueHolds(
            Property property, String top, String a, String b, String holds, String setOn)
            throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId idA = tx.createSubvolume(place(TOP, "a")).id();
            SubvolumeId idB = tx.createSubvolume(place(idA, "b")).id();
            set(tx, TOP, property, top);
            set(tx, idA, property, a);
            set(tx, idB, property, b);
            Optional<SubvolumeId> expected =
                    switch (setOn == null ? "" : setOn) {
                        case "top" -> Optional.of(TOP);
                        case "a" -> Optional.of(idA);
                        case "b" -> Optional.of(idB);
                        default -> Optional.empty();
                    };
            String value = holds == null ? "" : holds;
            PropertyValue found = new PropertyValue(property, value, expected);
            assertEquals(found, tx.property(idB, property));
            tx.commit();
            try (ReadView view = pool.read()) {
                assertEquals(found, view.property(idB, property));
            }
        }
    }

    private static void set(WriteTransaction tx, SubvolumeId id, Property property, String value)
            throws IOException {
        if (value != null) {
            tx.setProperty(id, property, value);
        }
    }

    @Test
    void aClearedValueIsInheritedAgainAndADeletedSubvolumeTakesItsOwnAlong() throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId a = tx.createSubvolume(place(TOP, "a")).id();
            tx.setProperty(TOP, Property.DEDUP, "off");
            tx.setProperty(a, Property.DEDUP, "verify");
            tx.clearProperty(a, Property.DEDUP);
            tx.clearProperty(a, Property.DEDUP);
            assertEquals("off", value(tx, a, Property.DEDUP));
            tx.setProperty(a, Property.DEDUP, "on");
            tx.deleteSubvolume(a, false);
            assertThrows(NoSuchFileException.class, () -> tx.property(a, Property.DEDUP));
            assertThrows(NoSuchFileException.class, () -> tx.setProperty(a, Property.DEDUP, "on"));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> tx.setProperty(TOP, Property.DEDUP, "maybe"));
            tx.commit();
        }
    }

    @Test
    void aSnapshotTakesValuesAlongAndIsNotTrustedUnlessToldSo() throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId a = tx.createSubvolume(place(TOP, "a")).id();
            SubvolumeId b = tx.createSubvolume(place(a, "b")).id();
            tx.setProperty(a, Property.COMPRESSION, "zstd:7");
            tx.setProperty(a, Property.NOSUID, "false");
            tx.setProperty(b, Property.NODEV, "false");
            SubvolumeId plain =
                    tx.snapshot(a, place(TOP, "s1"), new SnapshotOptions(true, true)).id();
            SubvolumeId trusted =
                    tx.snapshot(a, place(TOP, "s2"), new SnapshotOptions(true, true, true)).id();
            SubvolumeId inPlain = nested(tx, plain);
            SubvolumeId inTrusted = nested(tx, trusted);
            assertEquals("zstd:7", value(tx, plain, Property.COMPRESSION));
            assertEquals("zstd:7", value(tx, inPlain, Property.COMPRESSION));
            for (Property flag :
                    new Property[] {Property.NODEV, Property.NOEXEC, Property.NOSUID}) {
                assertTrue(tx.property(plain, flag).isTrue());
                assertTrue(tx.property(inPlain, flag).isTrue());
                assertEquals("false", value(tx, trusted, flag));
                assertEquals("false", value(tx, inTrusted, flag));
            }
            assertEquals("false", value(tx, plain, Property.NOATIME));
            tx.commit();
        }
    }

    private static SubvolumeId nested(ReadView view, SubvolumeId in) throws IOException {
        return new SubvolumeId(
                view.open(in).lookup(Inode.ROOT, FileName.of("b")).orElseThrow().target());
    }

    /// What the pool's objects grow by when this is written to a new subvolume.
    private long growth(Property property, String value, byte[]... files) throws IOException {
        long before = storedBytes();
        try (WriteTransaction tx = pool.begin()) {
            tx.createSubvolume(place(TOP, "s" + before));
            tx.commit();
        }
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId id = new SubvolumeId(last(tx));
            tx.setProperty(id, property, value);
            SubvolumeWriter tree = tx.edit(id);
            for (int i = 0; i < files.length; i++) {
                Attributes attributes = Attributes.of(0600, Timestamp.EPOCH);
                long inode = tree.createFile(Inode.ROOT, FileName.of("f" + i), attributes);
                tree.write(inode, 0, ByteBuffer.wrap(files[i]));
            }
            tx.commit();
        }
        return storedBytes() - before;
    }

    private long storedBytes() throws IOException {
        long sum = 0;
        for (Scan<StoredObject> objects = store.list("packs/"); objects.advance(); ) {
            sum += objects.current().sizeBytes();
        }
        return sum;
    }

    private static long last(ReadView view) throws IOException {
        long last = 0;
        for (var all = view.subvolumes(); all.advance(); ) {
            last = all.current().id().value();
        }
        return last;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    @Test
    void dedupOffStoresTwiceWhatOnAndVerifyStoreOnce() throws IOException {
        byte[] content = random(1 << 20);
        assertTrue(growth(Property.DEDUP, "off", content, content) > 2 << 20);
        assertTrue(growth(Property.DEDUP, "on", content, content) < 1.1 * (1 << 20));
        assertTrue(growth(Property.DEDUP, "verify", content, content) < 1 << 17);
        assertTrue(growth(Property.DEDUP, "off", content, content) > 2 << 20);
    }

    @Test
    void compressionIsTheSubvolumesOwn() throws IOException {
        byte[] content = "some text that comes again and again; ".repeat(20_000).getBytes(UTF_8);
        assertTrue(growth(Property.COMPRESSION, "none", content) > content.length);
        byte[] other = "another text that comes again, and again: ".repeat(20_000).getBytes(UTF_8);
        assertTrue(growth(Property.COMPRESSION, "zstd:5", other) < content.length / 10);
    }

    @Test
    void contentCutByItsOwnBordersIsFoundAgainBehindAnInsertion() throws IOException {
        byte[] content = random(8 << 20);
        byte[] longer = new byte[content.length + 1];
        System.arraycopy(content, 0, longer, 1, content.length);
        assertTrue(growth(Property.CHUNKING, "cdc", content, longer) < 10 << 20);
        assertTrue(growth(Property.CHUNKING, "fixed", content, longer) > 16 << 20);
    }
}
