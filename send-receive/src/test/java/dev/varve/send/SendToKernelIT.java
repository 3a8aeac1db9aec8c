package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random trees, sent to a stock `btrfs receive`: what arrives is what was sent.
class SendToKernelIT {
    private static final int SEEDS = 12;
    private static final int INCREMENTS = 3;

    private static BtrfsMount btrfs;

    @TempDir private Path scratch;

    @BeforeAll
    static void mount() throws IOException {
        BtrfsMount.require();
        btrfs = BtrfsMount.create();
    }

    @AfterAll
    static void unmount() {
        if (btrfs != null) {
            btrfs.close();
        }
    }

    static List<Long> seeds() {
        Long chosen = Long.getLong("seed");
        int count = Integer.getInteger("seeds", SEEDS);
        return chosen != null
                ? List.of(chosen)
                : new Random(7).longs(count, 0, 1 << 30).boxed().toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatTheKernelReceivesIsWhatWasSent(long seed) throws IOException {
        Random random = new Random(seed);
        SendOptions options = SendOptions.ofProtocol(1 + random.nextInt(2));
        if (options.protocol() == 2 && random.nextBoolean()) {
            options = options.withCompressedData();
        }
        Path target = Files.createDirectory(btrfs.directory().resolve("seed-" + seed));
        TestTree live = TestTree.empty(seed);
        new RandomChanges(random, live).apply(60);
        TestTree before = live.snapshot("s0");
        check(SendJob.full(before), options, target);
        for (int i = 1; i <= INCREMENTS; i++) {
            new RandomChanges(random, live).apply(1 + random.nextInt(60));
            TestTree after = live.snapshot("s" + i);
            check(SendJob.incremental(before, after), options, target);
            Path again = Files.createDirectory(target.resolve("full-" + i));
            check(SendJob.full(after).withCloneSources(List.of(before)), options, again);
            before = after;
        }
    }

    private void check(SendJob job, SendOptions options, Path target) throws IOException {
        Path stream = scratch.resolve("stream");
        Files.write(stream, SenderModelTest.send(job, options));
        BtrfsMount.run(
                List.of("btrfs", "receive", target.toString()),
                ProcessBuilder.Redirect.from(stream.toFile()));
        String expected = TreeText.of(job.tree());
        String actual = DirectoryText.of(target.resolve(job.name().toString()));
        assertEquals(expected, actual, () -> TreeText.difference(expected, actual));
    }
}
