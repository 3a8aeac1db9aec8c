package dev.varve.engine.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [ObjectStore], wrapper or medium, must do. A test class extends this and says how to
/// make an empty store and what the medium can.
public abstract class ObjectStoreContract {
    private ObjectStore store;

    /// An empty store.
    protected abstract ObjectStore newStore() throws Exception;

    /// Whether [ObjectStore#lock] keeps a second writer out.
    protected boolean locks() {
        return true;
    }

    /// Whether of several creations of one name exactly one wins.
    protected boolean createsAtomically() {
        return true;
    }

    @BeforeEach
    final void makeStore() throws Exception {
        store = newStore();
    }

    @AfterEach
    final void closeStore() throws IOException {
        // None where the test is skipped for want of a server.
        if (store != null) {
            store.close();
        }
    }

    private static List<ByteBuffer> bytes(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
    }

    private String read(String name, ByteRange range) throws IOException {
        return new String(store.get(name, range).bytes(), ISO_8859_1);
    }

    private List<String> names(String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        for (Scan<StoredObject> scan = store.list(prefix); scan.advance(); ) {
            names.add(scan.current().name());
        }
        return names;
    }

    @Test
    void anObjectIsReadBackInParts() throws IOException {
        store.create("heads/1", bytes("0123456789"));
        assertEquals("0123456789", read("heads/1", new ByteRange.From(0, 10)));
        assertEquals("345", read("heads/1", new ByteRange.From(3, 3)));
        assertEquals("89", read("heads/1", new ByteRange.Last(2)));
        assertEquals("", read("heads/1", new ByteRange.From(2, 0)));
        assertEquals(10, store.get("heads/1", new ByteRange.Last(1)).objectSizeBytes());
    }

    @Test
    void rangesBeyondTheEndGiveWhatThereIs() throws IOException {
        store.create("heads/1", bytes("0123456789"));
        assertEquals("789", read("heads/1", new ByteRange.From(7, 100)));
        assertEquals("", read("heads/1", new ByteRange.From(10, 1)));
        assertEquals("", read("heads/1", new ByteRange.From(1L << 40, 1)));
        assertEquals("0123456789", read("heads/1", new ByteRange.Last(100)));
        assertEquals(10, store.get("heads/1", new ByteRange.From(50, 1)).objectSizeBytes());
    }

    /// What of the caller's memory, full of dots, a part is read to, in two places.
    private String readInto(ByteRange range) throws IOException {
        byte[] memory = ".".repeat(14).getBytes(ISO_8859_1);
        ByteBuffer first = ByteBuffer.wrap(memory, 1, 3);
        ByteBuffer second = ByteBuffer.wrap(memory, 6, 4).slice();
        assertEquals(
                10, store.read("heads/1", range, List.of(first, ByteBuffer.allocate(0), second)));
        assertEquals(1, first.position());
        assertEquals(4, first.limit());
        assertEquals(0, second.position());
        return new String(memory, ISO_8859_1);
    }

    @Test
    void aPartIsReadIntoMemoryOfTheCaller() throws IOException {
        store.create("heads/1", bytes("0123456789"));
        assertEquals(".234..5678....", readInto(new ByteRange.From(2, 7)));
        assertEquals(".23...........", readInto(new ByteRange.From(2, 2)));
        assertEquals(".678..9.......", readInto(new ByteRange.Last(4)));
        assertEquals(".89...........", readInto(new ByteRange.From(8, 7)));
        assertEquals("..............", readInto(new ByteRange.From(50, 7)));
        assertEquals("..............", readInto(new ByteRange.From(3, 0)));
        assertThrows(
                NoSuchFileException.class,
                () ->
                        store.read(
                                "heads/2",
                                new ByteRange.From(0, 1),
                                List.of(ByteBuffer.allocate(1))));
    }

    @Test
    void contentIsThePartsInOrderAndTheBuffersStayAsTheyWere() throws IOException {
        ByteBuffer middle = ByteBuffer.wrap("xxmiddlexx".getBytes(ISO_8859_1), 2, 6);
        ByteBuffer last = ByteBuffer.allocateDirect(3).put((byte) '!').put((byte) '?').flip();
        store.create("a/b", List.of(ByteBuffer.allocate(0), middle, last.asReadOnlyBuffer()));
        assertEquals("middle!?", read("a/b", new ByteRange.From(0, 99)));
        assertEquals(2, middle.position());
        assertEquals(8, middle.limit());
        assertEquals(0, last.position());
    }

    /// Content that comes in parts of some length, and fails when there should be more of them.
    private record Slices(ByteBuffer content, int bytes, boolean fails)
            implements ObjectStore.Growing {
        @Override
        public @Nullable ByteBuffer next() throws ExecutionException {
            if (!content.hasRemaining()) {
                if (fails) {
                    throw new ExecutionException(new IllegalStateException("no more"));
                }
                return null;
            }
            int length = Math.min(bytes, content.remaining());
            ByteBuffer part = content.slice(content.position(), length);
            content.position(content.position() + length);
            return part;
        }
    }

    @Test
    void aGrowingObjectIsThereWhenItHasEnded() throws Exception {
        byte[] content = new byte[3 << 20];
        new Random(5).nextBytes(content);
        ObjectStore.Growing slices = new Slices(ByteBuffer.wrap(content), 200_001, false);
        boolean _ =
                store.createGrowing(
                        "packs/000001-000001",
                        () -> {
                            assertThrows(
                                    NoSuchFileException.class,
                                    () -> store.get("packs/000001-000001", new ByteRange.Last(1)));
                            return slices.next();
                        });
        ByteRange all = new ByteRange.Last(content.length);
        assertArrayEquals(content, store.get("packs/000001-000001", all).bytes());
    }

    @Test
    void aGrowingObjectThatFailsIsNone() throws Exception {
        Slices slices = new Slices(ByteBuffer.wrap(new byte[2 << 20]), 100_000, true);
        assertThrows(
                ExecutionException.class, () -> store.createGrowing("packs/000001-000001", slices));
        assertEquals(List.of(), names(""));
        store.create("packs/000001-000001", bytes("x"));
        Slices other = new Slices(ByteBuffer.wrap(new byte[9]), 5, false);
        assertThrows(
                FileAlreadyExistsException.class,
                () -> store.createGrowing("packs/000001-000001", other));
        assertEquals("x", read("packs/000001-000001", new ByteRange.From(0, 99)));
    }

    @Test
    void anEmptyObjectIsAnObject() throws IOException {
        store.create("claims/7", List.of());
        assertEquals(0, store.get("claims/7", new ByteRange.Last(10)).objectSizeBytes());
        assertEquals(List.of("claims/7"), names(""));
    }

    @Test
    void aLargeObjectSurvives() throws IOException {
        byte[] large = new byte[5_000_001];
        new Random(1).nextBytes(large);
        store.create("packs/000001-000001", List.of(ByteBuffer.wrap(large)));
        ObjectPart part = store.get("packs/000001-000001", new ByteRange.Last(large.length));
        assertArrayEquals(large, part.bytes());
    }

    @Test
    void anExistingObjectIsNeverReplaced() throws IOException {
        store.create("heads/1", bytes("first"));
        assertThrows(
                FileAlreadyExistsException.class, () -> store.create("heads/1", bytes("second")));
        assertEquals("first", read("heads/1", new ByteRange.From(0, 10)));
    }

    @Test
    void whatDoesNotExistIsNotFound() throws IOException {
        store.create("heads/1", bytes("x"));
        assertThrows(NoSuchFileException.class, () -> store.get("heads/2", new ByteRange.Last(1)));
        assertThrows(NoSuchFileException.class, () -> store.get("nothing", new ByteRange.Last(1)));
    }

    @Test
    void whatIsDeletedIsGoneAndDeletingAgainIsNoError() throws IOException {
        store.create("heads/1", bytes("x"));
        store.get("heads/1", new ByteRange.Last(1));
        store.delete("heads/1");
        store.delete("heads/1");
        store.delete("never/was");
        store.create("packs/000001-000001", List.of(ByteBuffer.wrap(new byte[1])));
        store.create("heads/2", List.of(ByteBuffer.wrap(new byte[1])));
        store.deleteAll(List.of("packs/000001-000001", "never/was", "heads/2"));
        assertFalse(store.list("packs/").advance());
        assertFalse(store.list("heads/2").advance());
        assertThrows(NoSuchFileException.class, () -> store.get("heads/1", new ByteRange.Last(1)));
        assertEquals(List.of(), names(""));
        store.create("heads/1", bytes("new"));
        assertEquals("new", read("heads/1", new ByteRange.Last(9)));
    }

    @Test
    void ofManyDeletedTogetherThoseThatAreThereGoAndAllElseStays() throws IOException {
        List<String> names = new ArrayList<>();
        for (int number = 0; number < 1_234; number++) {
            names.add("packs/%06x".formatted(number));
        }
        for (int there : new int[] {0, 1, 999, 1_000, 1_233, 1_234}) {
            store.create("packs/%06x".formatted(there), bytes("x"));
        }
        store.deleteAll(names);
        assertEquals(List.of("packs/0004d2"), names(""));
        store.deleteAll(List.of());
    }

    @Test
    void aListingIsSortedByNameAndKeepsToThePrefix() throws IOException {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "a",
                                "a-b",
                                "a.b/c",
                                "a/b",
                                "a/b-c",
                                "a0",
                                "heads/10",
                                "heads/9",
                                "packs/000001-0000",
                                "packs/000001-000001",
                                "packs/000001-0000010",
                                "packs/000001-0000ff",
                                "packs/000001-0000fz",
                                "packs/000001-000100",
                                "packs/000002-000001",
                                "packs/zz"));
        List<String> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(5));
        for (String name : shuffled) {
            if (!name.equals("a")) { // beside a/b no file system can keep it
                store.create(name, bytes(name));
            }
        }
        all.remove("a");
        Collections.sort(all);
        assertEquals(all, names(""));
        for (String prefix :
                List.of("a", "a/", "heads/", "heads/1", "packs/000001-0000", "p", "x")) {
            assertEquals(
                    all.stream().filter(name -> name.startsWith(prefix)).toList(), names(prefix));
        }
    }

    @Test
    void aListingTellsSizes() throws IOException {
        store.create("heads/1", bytes("12345"));
        Scan<StoredObject> scan = store.list("heads/");
        assertThrows(IllegalStateException.class, scan::current);
        assertTrue(scan.advance());
        assertEquals(new StoredObject("heads/1", 5), scan.current());
        assertFalse(scan.advance());
        assertThrows(IllegalStateException.class, scan::current);
    }

    @Test
    void anEmptyStoreListsNothing() throws IOException {
        assertEquals(List.of(), names(""));
        assertEquals(List.of(), names("heads/"));
    }

    @Test
    void namesOutsideTheAlphabetAreRefused() {
        for (String name :
                List.of(
                        "",
                        "/a",
                        "a/",
                        "a//b",
                        "A",
                        "a b",
                        "..",
                        "a/../b",
                        ".a",
                        "ä",
                        "tmp/a",
                        "lock",
                        "x".repeat(201))) {
            assertThrows(
                    IllegalArgumentException.class, () -> store.create(name, bytes("x")), name);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> store.get(name, new ByteRange.Last(1)),
                    name);
            assertThrows(IllegalArgumentException.class, () -> store.delete(name), name);
        }
        assertThrows(IllegalArgumentException.class, () -> store.list("../"));
    }

    @Test
    void ofConcurrentCreationsOneWins() throws Exception {
        if (!createsAtomically()) {
            return;
        }
        for (int round = 0; round < 20; round++) {
            String name = "heads/" + round;
            List<Callable<String>> creations = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String text = "writer " + i;
                creations.add(() -> {
                    store.create(name, bytes(text));
                    return text;
                });
            }
            assertEquals(
                    List.of(read(name, creations)), List.of(read(name, new ByteRange.Last(99))));
        }
    }

    /// Runs all at once and returns the one that did not find the name taken.
    private static String read(String name, List<Callable<String>> creations)
            throws InterruptedException {
        List<String> winners = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(creations.size())) {
            for (Future<String> future : threads.invokeAll(creations)) {
                try {
                    winners.add(future.get());
                } catch (ExecutionException e) {
                    assertInstanceOf(FileAlreadyExistsException.class, e.getCause(), name);
                }
            }
        }
        assertEquals(1, winners.size(), name);
        return winners.getFirst();
    }

    @Test
    void manyThreadsReadAndWriteAtOnce() throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String mine = "t" + i + "/";
            tasks.add(() -> {
                for (int n = 0; n < 25; n++) {
                    store.create(mine + n, bytes(mine + n));
                    assertEquals(mine + n, read(mine + n, new ByteRange.Last(99)));
                    assertEquals(mine + n / 2, read(mine + n / 2, new ByteRange.Last(99)));
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            for (Future<Void> future : threads.invokeAll(tasks)) {
                future.get();
            }
        }
        assertEquals(200, names("t").size());
    }

    @Test
    void theLockIsExclusiveAndComesBack() throws IOException {
        if (!locks()) {
            store.lock(Duration.ZERO).close();
            return;
        }
        WriterLock lock = store.lock(Duration.ZERO);
        assertThrows(PoolBusyException.class, () -> store.lock(Duration.ZERO));
        assertThrows(PoolBusyException.class, () -> store.lock(Duration.ofMillis(50)));
        lock.close();
        lock.close();
        store.lock(Duration.ZERO).close();
    }

    @Test
    void aWaitingWriterGetsTheLockWhenItIsFree() throws Exception {
        if (!locks()) {
            return;
        }
        WriterLock lock = store.lock(Duration.ZERO);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> waiting =
                    thread.submit(() -> {
                        store.lock(Duration.ofSeconds(30)).close();
                        return null;
                    });
            Thread.sleep(30);
            assertFalse(waiting.isDone());
            lock.close();
            waiting.get();
        }
    }
}
