package dev.varve.engine;

import dev.varve.engine.store.CrashDirectory;
import dev.varve.engine.store.CrashStore;
import dev.varve.engine.store.DirectoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Cuts the power everywhere.
class EngineCrashTest {
    private static final int RUNS = Integer.getInteger("varve.crash.runs", 1);

    private final long seed = Long.getLong("seed", new Random().nextLong());

    /// Every creation and deletion of an object, whole or not at all, as any store promises.
    @Test
    void theLastCommitIsThereAfterACutBetweenAnyTwoStepsOfTheStore() throws IOException {
        for (int run = 0; run < RUNS; run++) {
            Random random = new Random(seed + run);
            CrashStore store = new CrashStore();
            CrashWorkload workload = new CrashWorkload(random);
            workload.run(store, store::points, 40, 30);
            for (int point = workload.firstPoint(); point <= store.points(); point++) {
                try {
                    workload.check(store.imageAt(point, random), point);
                } catch (IOException | RuntimeException | AssertionError e) {
                    throw broken(run, point, e);
                }
            }
        }
    }

    /// Every write, name and sync in a directory; what was not synced is torn, lost and reordered.
    @Test
    void theLastCommitIsThereAfterACutBetweenAnyTwoStepsOfTheDisk() throws IOException {
        for (int run = 0; run < RUNS; run++) {
            Random random = new Random(seed + run);
            Path directory = onTemporaryFiles();
            Path from = Files.createDirectory(directory.resolve("from"));
            CrashDirectory disk = new CrashDirectory(from);
            CrashWorkload workload = new CrashWorkload(random);
            try (DirectoryStore store = disk.store()) {
                workload.run(store, disk::points, 20, 55);
            }
            Path image = directory.resolve("image");
            for (int point = workload.firstPoint(); point <= disk.points(); point++) {
                try (DirectoryStore left = disk.imageAt(point, random, image)) {
                    workload.check(left, point);
                } catch (IOException | RuntimeException | AssertionError e) {
                    throw broken(run, point, e);
                }
                delete(image);
            }
            delete(directory);
        }
    }

    /// In memory where the system can: it is not the disk that is to be tested.
    private static Path onTemporaryFiles() throws IOException {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "varve-crash")
                : Files.createTempDirectory("varve-crash");
    }

    private AssertionError broken(int run, int point, Throwable cause) {
        return new AssertionError("-Dseed=" + (seed + run) + ", point " + point, cause);
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
