package dev.varve.engine.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest extends ObjectStoreContract {
    @TempDir Path directory;

    @Override
    protected ObjectStore newStore() {
        return new DirectoryStore(directory.resolve("deep/pool"));
    }

    private static List<ByteBuffer> bytes(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }

    @Test
    void packsFanOutAndOtherObjectsAreFilesOfTheirName() throws IOException {
        try (DirectoryStore store = new DirectoryStore(directory)) {
            store.create("packs/000001-00a3c7", bytes("p"));
            store.create("heads/12", bytes("h"));
        }
        assertTrue(Files.exists(directory.resolve("packs/000001-00a3XX/000001-00a3c7")));
        assertTrue(Files.exists(directory.resolve("heads/12")));
    }

    @Test
    void whatTheMediumDidNotKeepIsFoundBeforeItHasAName() throws IOException {
        byte[] content = new byte[3 << 20];
        for (long at : new long[] {0, 1_000_000, content.length - 1}) {
            try (DirectoryStore store = new DirectoryStore(directory, new FlippingMedium(at))) {
                ByteBuffer rest = ByteBuffer.allocate(100_000);
                var parts =
                        List.of(ByteBuffer.wrap(content, 0, content.length - 100_000), rest)
                                .iterator();
                CorruptionException e =
                        assertThrows(
                                CorruptionException.class,
                                () ->
                                        store.createGrowing(
                                                "packs/000001-000001",
                                                () -> parts.hasNext() ? parts.next() : null));
                assertTrue(e.getMessage().contains("offset " + at), e.getMessage());
            }
            try (var files = Files.walk(directory)) {
                assertEquals(List.of(), files.filter(Files::isRegularFile).toList());
            }
        }
    }

    @Test
    void whoDeletesTheLastPackOfADirectoryRemovesIt() throws IOException {
        Path fanOut = directory.resolve("packs/000001-00a3XX");
        try (DirectoryStore store = new DirectoryStore(directory)) {
            List<String> names = List.of("packs/000001-00a3c7", "packs/000001-00a3c8");
            for (String name : names) {
                store.create(name, bytes("p"));
            }
            store.create("heads/12", bytes("h"));
            store.delete(names.getFirst());
            assertTrue(Files.exists(fanOut));
            store.deleteAll(List.of(names.getLast(), "heads/12"));
            assertFalse(Files.exists(fanOut));
            assertTrue(Files.exists(directory.resolve("packs")));
            assertTrue(Files.exists(directory.resolve("heads")));
            store.create(names.getFirst(), bytes("p"));
            assertTrue(Files.exists(fanOut));
        }
    }

    @Test
    void aDirectoryRemovedAllTheTimeIsInNobodysWay() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        try (DirectoryStore ours = new DirectoryStore(directory);
                DirectoryStore others = new DirectoryStore(directory)) {
            FutureTask<Integer> remover =
                    new FutureTask<>(() -> {
                        int rounds = 0;
                        for (; !ended.get(); rounds++) {
                            others.create("packs/000001-0000ff", bytes("x"));
                            others.delete("packs/000001-0000ff");
                        }
                        return rounds;
                    });
            Thread.ofPlatform().start(remover);
            for (int i = 0; i < 200; i++) {
                String name = "packs/000001-%06x".formatted(i);
                ours.create(name, bytes("p"));
                ours.delete(name);
            }
            ended.set(true);
            assertTrue(remover.get() > 0);
        }
    }

    @Test
    void aLinkToNowhereIsAFailure() throws IOException {
        Files.createSymbolicLink(directory.resolve("heads"), directory.resolve("unmounted"));
        try (DirectoryStore store = new DirectoryStore(directory)) {
            assertThrows(StoreFailedException.class, () -> store.create("heads/1", bytes("h")));
        }
    }

    @Test
    void nothingStaysInTmp() throws IOException {
        try (DirectoryStore store = new DirectoryStore(directory)) {
            store.create("heads/1", bytes("h"));
            assertThrows(
                    FileAlreadyExistsException.class, () -> store.create("heads/1", bytes("h")));
        }
        try (Stream<Path> left = Files.list(directory.resolve("tmp"))) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void takingTheLockRemovesWhatKilledWritersLeft() throws IOException {
        Path dead = directory.resolve("tmp/4194999-1-0"); // beyond the kernel's largest pid
        Path living = directory.resolve("tmp/1-1-0");
        Files.createDirectory(directory.resolve("tmp"));
        Files.createFile(dead);
        Files.createFile(living);
        try (DirectoryStore store = new DirectoryStore(directory)) {
            store.lock(Duration.ZERO).close();
        }
        assertFalse(Files.exists(dead));
        assertTrue(Files.exists(living));
    }

    @Test
    void aSecondStoreInTheProcessIsKeptOutAndDoesNotDropTheLock() throws Exception {
        Path otherPath = directory.resolve("../" + directory.getFileName());
        try (DirectoryStore one = new DirectoryStore(directory);
                DirectoryStore two = new DirectoryStore(otherPath)) {
            WriterLock lock = one.lock(Duration.ZERO);
            PoolBusyException busy =
                    assertThrows(PoolBusyException.class, () -> two.lock(Duration.ZERO));
            assertTrue(busy.toString().contains("in this process"), busy.toString());
            assertFalse(canBeLockedFromOutside());
            lock.close();
            assertTrue(canBeLockedFromOutside());
        }
    }

    @Test
    void anotherProcessIsNamed() throws Exception {
        String script =
                "import fcntl,sys,os\nf=open('lock','w')\nfcntl.lockf(f,fcntl.LOCK_EX)\n"
                        + "f.write(str(os.getpid()));f.flush();print(flush=True)\n"
                        + "sys.stdin.read()\n";
        Process other =
                new ProcessBuilder("python3", "-c", script).directory(directory.toFile()).start();
        try (DirectoryStore store = new DirectoryStore(directory)) {
            assertEquals('\n', other.getInputStream().read());
            PoolBusyException busy =
                    assertThrows(PoolBusyException.class, () -> store.lock(Duration.ZERO));
            assertTrue(busy.toString().contains("process " + other.pid()), busy.toString());
            other.destroyForcibly().waitFor();
            store.lock(Duration.ofSeconds(10)).close();
        } finally {
            other.destroyForcibly();
        }
    }

    /// Whether another process can take the lock.
    private boolean canBeLockedFromOutside() throws Exception {
        String script =
                "import fcntl,sys\nf=open('lock','r+')\n"
                        + "try: fcntl.lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB)\n"
                        + "except OSError: sys.exit(1)\n";
        Process python =
                new ProcessBuilder("python3", "-c", script).directory(directory.toFile()).start();
        return python.waitFor() == 0;
    }

    @Test
    void aFileWhereADirectoryShouldBeIsAFailureNotAMissingObject() throws IOException {
        Files.writeString(directory.resolve("heads"), "no directory");
        try (DirectoryStore store = new DirectoryStore(directory)) {
            StoreFailedException failed =
                    assertThrows(
                            StoreFailedException.class, () -> store.create("heads/1", bytes("x")));
            assertTrue(failed.toString().contains("heads/1"), failed.toString());
        }
    }

    @Test
    void filesOfStrangersAreNotListed() throws IOException {
        Files.createDirectories(directory.resolve("heads"));
        Files.writeString(directory.resolve("heads/README.txt"), "hello");
        Files.writeString(directory.resolve("heads/.hidden"), "hello");
        try (DirectoryStore store = new DirectoryStore(directory)) {
            Scan<StoredObject> scan = store.list("");
            assertFalse(scan.advance());
        }
    }

    @Test
    void anInterruptedReaderDoesNotDisturbOthers() throws Exception {
        try (DirectoryStore store = new DirectoryStore(directory)) {
            store.create("heads/1", bytes("x"));
            store.get("heads/1", new ByteRange.Last(1));
            Thread.currentThread().interrupt();
            assertThrows(
                    StoreFailedException.class, () -> store.get("heads/1", new ByteRange.Last(1)));
            assertTrue(Thread.interrupted());
            assertEquals(1, store.get("heads/1", new ByteRange.Last(1)).bytes().length);
        }
    }

    @Test
    void moreObjectsAreReadThanFilesMayBeOpen() throws IOException {
        try (DirectoryStore store = new DirectoryStore(directory)) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 100; i++) {
                    if (round == 0) {
                        store.create("heads/" + i, bytes("head " + i));
                    }
                    byte[] head = store.get("heads/" + i, new ByteRange.Last(99)).bytes();
                    assertEquals("head " + i, new String(head, US_ASCII));
                }
            }
        }
    }
}
