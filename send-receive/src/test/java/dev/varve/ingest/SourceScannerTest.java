package dev.varve.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.local.PathFilter;
import dev.varve.local.TreePath;
import dev.varve.posix.Directory;
import dev.varve.posix.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class SourceScannerTest {
    private static final int THREADS = 2;

    /// More than may lie ready.
    private static final int DIRECTORIES = 600;

    private static final int MOST_READY = 256;

    @TempDir private Path temp;

    @BeforeEach
    void makeDirectories() throws IOException {
        for (int i = 0; i < DIRECTORIES / 2; i++) {
            Path below = Files.createDirectories(temp.resolve("d%03d/below".formatted(i)));
            Files.createFile(below.resolve("file" + i));
        }
    }

    @Test
    void theWalkFindsEveryDirectoryOnceAndInOrder() throws Exception {
        List<String> walked = new ArrayList<>();
        SourceDirectory root = root();
        try (SourceScanner scanner = new SourceScanner(root, THREADS, false)) {
            walk(scanner, scanner.takeRoot(), walked);
        }
        root.release();
        List<String> expected = new ArrayList<>(List.of("."));
        for (int i = 0; i < DIRECTORIES / 2; i++) {
            expected.add("d%03d".formatted(i));
            expected.add("d%03d/below".formatted(i));
        }
        assertLinesMatch(expected, walked);
        requireNoneOpenBelow();
    }

    private static void walk(SourceScanner scanner, SourceDirectory at, List<String> walked)
            throws IOException {
        walked.add(at.path().toString());
        for (SourceEntry entry : at.chunk()) {
            SourceScanner.Listing listing = at.listings().remove(entry.name());
            if (listing != null) {
                walk(scanner, scanner.take(listing), walked);
            }
        }
        at.release();
    }

    @Test
    @Timeout(60)
    void whatLiesReadyIsBounded() throws Exception {
        SourceDirectory root = root();
        try (SourceScanner scanner = new SourceScanner(root, THREADS, false)) {
            SourceDirectory taken = scanner.takeRoot();
            while (openBelow() < MOST_READY / 2) {
                Thread.sleep(10);
            }
            long before = -1;
            for (long now = openBelow(); now != before; now = openBelow()) {
                before = now;
                Thread.sleep(100);
            }
            assertTrue(before <= MOST_READY + THREADS + 1, "as many as " + before);
            taken.release();
        }
        root.release();
    }

    @Test
    void whatTheWalkDoesNotEnterIsLetGo() throws Exception {
        SourceDirectory root = root();
        try (SourceScanner scanner = new SourceScanner(root, THREADS, false)) {
            SourceDirectory taken = scanner.takeRoot();
            scanner.drop(taken.listings().values());
            taken.release();
            assertEquals(1, openBelow(), "only the root");
        }
        root.release();
        requireNoneOpenBelow();
    }

    /// Closed while the threads are at work, again and again: each time at another moment.
    @RepeatedTest(20)
    void closingLetsGoOfAllThatWasListed() throws Exception {
        SourceDirectory root = root();
        SourceScanner scanner = new SourceScanner(root, THREADS, false);
        scanner.takeRoot().release();
        while (openBelow() < 20) {
            Thread.onSpinWait();
        }
        scanner.close();
        root.release();
        requireNoneOpenBelow();
    }

    private void requireNoneOpenBelow() throws Exception {
        // A thread may still be about to find that it is too late, or to let go of the root.
        for (int i = 0; openBelow() > 0 && i < 100; i++) {
            Thread.sleep(20);
        }
        assertEquals(0, openBelow());
    }

    private SourceDirectory root() throws IOException {
        Directory directory = Directory.open(temp);
        FileStatus status = directory.file().status();
        var region = new SourceDirectory.Region(0, status.device(), status.mountId());
        return new SourceDirectory(
                directory, TreePath.ROOT, region, PathFilter.of(List.<String>of()));
    }

    /// How many files this process has open at and below the temporary directory.
    private long openBelow() throws IOException {
        long count = 0;
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
                if (isBelow(descriptor)) {
                    count++;
                }
            }
        }
        return count;
    }

    private boolean isBelow(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(temp);
        } catch (NoSuchFileException e) {
            return false; // closed since it was listed
        }
    }
}
