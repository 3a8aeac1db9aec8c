package dev.varve.engine.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.store.DirectoryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random appends, reads, flushes, commits, discards and kills against two maps.
class BlockStoreModelTest {
    private static final int STEPS = 1500;

    @TempDir Path directory;

    private final Map<Long, byte[]> committed = new HashMap<>();
    private final Map<Long, byte[]> appended = new HashMap<>();
    private final List<Long> gone = new ArrayList<>();
    private int writers;

    @Test
    void theStoreKeepsWhatIsCommittedAndForgetsTheRest() throws IOException {
        long seed = Long.getLong("seed", new Random().nextLong());
        try {
            run(new Random(seed));
        } catch (IOException | AssertionError e) {
            throw new AssertionError("-Dseed=" + seed, e);
        }
    }

    private BlockStore open(DirectoryStore store, Random random) {
        ChecksumKind kind = ChecksumKind.values()[random.nextInt(4)];
        BlockStoreOptions options =
                new BlockStoreOptions(
                        kind,
                        random.nextInt(5),
                        1 + random.nextInt(3),
                        random.nextBoolean(),
                        1 + random.nextInt(60_000),
                        random.nextInt(2000),
                        random.nextInt(20_000));
        return new BlockStore(
                store,
                new UUID(5, 5),
                options,
                () -> ++writers,
                PackLocator.FIRST_OBJECT,
                Sealer.PLAIN);
    }

    private void run(Random random) throws IOException {
        try (DirectoryStore store = new DirectoryStore(directory)) {
            BlockStore blocks = open(store, random);
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(100)) {
                    case 0 -> {
                        blocks.close();
                        // A killed process: what was flushed may be there, but nothing refers to
                        // it.
                        appended.clear();
                        blocks = open(store, random);
                    }
                    case 1, 2 -> {
                        blocks.discard();
                        gone.addAll(appended.keySet());
                        appended.clear();
                    }
                    case 3, 4, 5 -> {
                        blocks.flush();
                        blocks.committed();
                        committed.putAll(appended);
                        appended.clear();
                    }
                    case 6 -> blocks.flush();
                    case 7 -> readGone(blocks, random);
                    default -> appendAndRead(blocks, random);
                }
            }
            blocks.close();
            BlockStore fresh = open(store, random);
            for (Map.Entry<Long, byte[]> block : committed.entrySet()) {
                assertArrayEquals(block.getValue(), fresh.read(block.getKey()));
            }
            fresh.close();
        }
    }

    private void readGone(BlockStore blocks, Random random) {
        if (!gone.isEmpty()) {
            long address = gone.get(random.nextInt(gone.size()));
            assertThrows(CorruptionException.class, () -> blocks.read(address));
        }
    }

    private void appendAndRead(BlockStore blocks, Random random) throws IOException {
        byte[] raw = new byte[1 + random.nextInt(random.nextBoolean() ? 100 : 20_000)];
        if (random.nextBoolean()) {
            random.nextBytes(raw);
        }
        BlockKind kind = random.nextBoolean() ? BlockKind.DATA : BlockKind.METADATA;
        appended.put(blocks.append(kind, raw), raw);
        for (Map<Long, byte[]> known : List.of(appended, committed)) {
            List<Map.Entry<Long, byte[]>> entries = List.copyOf(known.entrySet());
            if (!entries.isEmpty()) {
                Map.Entry<Long, byte[]> any = entries.get(random.nextInt(entries.size()));
                assertArrayEquals(any.getValue(), blocks.read(any.getKey()));
                assertTrue(blocks.storedLength(any.getKey()) <= any.getValue().length);
            }
        }
    }
}
