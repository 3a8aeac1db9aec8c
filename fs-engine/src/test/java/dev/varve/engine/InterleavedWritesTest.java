package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.SubvolumeWriter.CloneTarget;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Content is named by other threads while its writer goes on, here with several files at once and
/// with what changes, clones, cuts or removes a file whose last bytes are still on their way.
class InterleavedWritesTest {
    private static final Attributes PLAIN = Attributes.of(0644, new Timestamp(1000, 5));
    private static final SubvolumeId TOP = SubvolumeId.TOP_LEVEL;
    private static final int FILES = 4;
    private static final int STEPS = 400;
    private static final int MOST_BYTES = 700_000;

    private final MemoryStore store = new MemoryStore();
    private final Map<String, byte[]> expected = new TreeMap<>();

    @ParameterizedTest
    @CsvSource({"1,auto", "2,auto", "3,auto", "4,cdc", "5,cdc", "6,cdc", "7,fixed"})
    void everyFileHoldsWhatWasWrittenLast(long seed, String chunking) throws IOException {
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        Random random = new Random(seed);
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            try (WriteTransaction tx = pool.begin()) {
                tx.setProperty(TOP, Property.CHUNKING, chunking);
                tx.commit();
            }
            try (WriteTransaction tx = pool.begin()) {
                for (int step = 0; step < STEPS; step++) {
                    step(tx.edit(TOP), random);
                }
                compare(tx.edit(TOP));
                tx.commit();
            }
            try (ReadView view = pool.read()) {
                compare(view.open(TOP));
            }
            ReferenceAudit.audit(store, pool.settings());
        }
    }

    private void step(SubvolumeWriter top, Random random) throws IOException {
        String name = "f" + random.nextInt(FILES);
        byte[] before = expected.get(name);
        if (before == null) {
            top.createFile(Inode.ROOT, FileName.of(name), PLAIN);
            before = new byte[0];
            expected.put(name, before);
        }
        long file = inode(top, name);
        switch (random.nextInt(20)) {
            case 0 -> {
                top.unlink(Inode.ROOT, FileName.of(name));
                expected.remove(name);
            }
            case 1 -> {
                int size = random.nextInt(before.length + 1);
                top.truncate(file, size);
                expected.put(name, Arrays.copyOf(before, size));
            }
            case 2 -> {
                String copy = "c" + random.nextInt(FILES);
                if (!expected.containsKey(copy)) {
                    top.createFile(Inode.ROOT, FileName.of(copy), PLAIN);
                }
                top.truncate(inode(top, copy), 0);
                top.cloneRange(top, file, 0, before.length, new CloneTarget(inode(top, copy), 0));
                expected.put(copy, before);
            }
            case 3 -> {
                byte[] read = new byte[before.length];
                assertEquals(read.length, top.read(file, 0, ByteBuffer.wrap(read)));
                assertArrayEquals(before, read);
            }
            default -> write(top, file, name, random);
        }
    }

    /// Mostly behind what is there, sometimes over it; one content in four is written often.
    private void write(SubvolumeWriter top, long file, String name, Random random)
            throws IOException {
        byte[] before = expected.get(name);
        int offset = random.nextInt(4) > 0 ? before.length : random.nextInt(before.length + 1);
        byte[] data = new byte[1 + random.nextInt(random.nextBoolean() ? 3_000 : 200_000)];
        new Random(random.nextInt(4) == 0 ? 1 : random.nextLong()).nextBytes(data);
        if (offset + data.length > MOST_BYTES) {
            return;
        }
        top.write(file, offset, ByteBuffer.wrap(data));
        byte[] after = Arrays.copyOf(before, Math.max(before.length, offset + data.length));
        System.arraycopy(data, 0, after, offset, data.length);
        expected.put(name, after);
    }

    private static long inode(FileTree top, String name) throws IOException {
        return top.lookup(Inode.ROOT, FileName.of(name)).orElseThrow().target();
    }

    private void compare(FileTree top) throws IOException {
        for (Map.Entry<String, byte[]> file : expected.entrySet()) {
            byte[] read = new byte[file.getValue().length + 1];
            int length = top.read(inode(top, file.getKey()), 0, ByteBuffer.wrap(read));
            assertEquals(file.getValue().length, Math.max(length, 0), file.getKey());
            assertArrayEquals(file.getValue(), Arrays.copyOf(read, read.length - 1), file.getKey());
        }
    }
}
