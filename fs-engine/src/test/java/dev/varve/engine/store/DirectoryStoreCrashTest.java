package dev.varve.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Cuts the power between any two steps that a [DirectoryStore] asks of its medium.
class DirectoryStoreCrashTest {
    private static final int IMAGES_PER_POINT = 2;

    /// @param begun the first point at which it might show
    /// @param ended the point from which it must show
    private record Done(String name, byte[] content, boolean deletes, int begun, int ended) {}

    @TempDir Path directory;

    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);

    private List<Done> work(Path root, RecordingMedium medium) throws IOException {
        List<Done> done = new ArrayList<>();
        try (DirectoryStore store = new DirectoryStore(root, medium)) {
            for (int i = 0; i < 8; i++) {
                String name = i % 3 == 0 ? "heads/" + i : "packs/000001-%06x".formatted(i * 60);
                byte[] content = new byte[1 + random.nextInt(3000)];
                random.nextBytes(content);
                int split = random.nextInt(content.length);
                int begun = medium.points();
                store.create(
                        name,
                        List.of(
                                ByteBuffer.wrap(content, 0, split),
                                ByteBuffer.wrap(content, split, content.length - split)));
                done.add(new Done(name, content, false, begun, medium.points()));
                assertThrows(FileAlreadyExistsException.class, () -> store.create(name, List.of()));
                if (i % 4 == 3) {
                    begun = medium.points();
                    store.delete(name);
                    done.add(new Done(name, content, true, begun, medium.points()));
                }
            }
            // Of two directories.
            List<String> last = List.of("packs/000001-00003c", "packs/000001-00012c");
            int begun = medium.points();
            store.deleteAll(last);
            for (String name : last) {
                done.add(new Done(name, new byte[0], true, begun, medium.points()));
            }
            // Once more in the one that is gone.
            String again = "packs/000001-00012d";
            byte[] content = {1, 2, 3};
            begun = medium.points();
            store.create(again, List.of(ByteBuffer.wrap(content)));
            done.add(new Done(again, content, false, begun, medium.points()));
        }
        assertFalse(Files.exists(root.resolve("packs/000001-0003XX")));
        return done;
    }

    /// The first promise that an image breaks, or nothing.
    private String firstBroken(boolean links, boolean syncs) throws IOException {
        Path from = Files.createDirectory(directory.resolve("from-" + links + syncs));
        RecordingMedium medium = new RecordingMedium(links, syncs);
        List<Done> done = work(from.resolve("pool"), medium);
        for (int point = 0; point <= medium.points(); point++) {
            for (int i = 0; i < IMAGES_PER_POINT; i++) {
                Path to = Files.createDirectory(directory.resolve("image"));
                medium.imageAt(point, random, from, to);
                String broken = firstBroken(to.resolve("pool"), done, point);
                delete(to);
                if (!broken.isEmpty()) {
                    return "point " + point + ": " + broken + ", -Dseed=" + seed;
                }
            }
        }
        return "";
    }

    private static String firstBroken(Path root, List<Done> done, int point) throws IOException {
        try (DirectoryStore store = new DirectoryStore(root)) {
            TreeMap<String, String> state = new TreeMap<>();
            for (Done one : done) {
                if (one.begun() < point) {
                    boolean certain = one.ended() <= point;
                    state.put(
                            one.name(),
                            (certain ? "" : "maybe ") + (one.deletes() ? "gone" : "there"));
                }
            }
            for (Done one : done) {
                if (!one.deletes()) {
                    String expected = state.getOrDefault(one.name(), "gone");
                    String found = find(store, one);
                    if ((!expected.startsWith("maybe") && !expected.equals(found))
                            || found.equals("damaged")) {
                        return one.name() + " should be " + expected + " and is " + found;
                    }
                }
            }
            store.lock(Duration.ZERO).close();
            for (Scan<StoredObject> all = store.list(""); all.advance(); ) {
                assertTrue(state.containsKey(all.current().name()));
            }
            return "";
        }
    }

    private static String find(DirectoryStore store, Done one) throws IOException {
        try {
            byte[] found = store.get(one.name(), new ByteRange.Last(1 << 20)).bytes();
            return Arrays.equals(found, one.content()) ? "there" : "damaged";
        } catch (NoSuchFileException _) {
            return "gone";
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void whatReturnedIsThereAndTheRestIsWholeOrAbsent() throws IOException {
        assertEquals("", firstBroken(true, true));
    }

    @Test
    void theSameHoldsWhereThereAreNoHardLinks() throws IOException {
        assertEquals("", firstBroken(false, true));
    }

    @Test
    void aStoreThatForgetsToSyncIsFoundOut() throws IOException {
        assertTrue(firstBroken(true, false).contains("damaged"));
    }
}
