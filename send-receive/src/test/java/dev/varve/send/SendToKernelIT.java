package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.stream.StreamWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random snapshots of a pool, sent to a stock `btrfs receive`: what arrives is what was sent.
class SendToKernelIT {
    private static final int SEEDS = 12;
    private static final int INCREMENTS = 3;

    private static @Nullable BtrfsMount btrfs;

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
        Path target =
                Files.createDirectory(
                        Objects.requireNonNull(btrfs).directory().resolve("seed-" + seed));
        try (TestPool pool = TestPool.create()) {
            SubvolumeId before = pool.change(random, 60);
            try (ReadView view = pool.read()) {
                check(SendJob.full(view.open(before)), options, target);
            }
            for (int i = 1; i <= INCREMENTS; i++) {
                SubvolumeId after = pool.change(random, 1 + random.nextInt(60));
                try (ReadView view = pool.read()) {
                    FileTree parent = view.open(before);
                    FileTree tree = view.open(after);
                    check(SendJob.incremental(parent, tree), options, target);
                    Path again = Files.createDirectory(target.resolve("full-" + i));
                    SendJob full = SendJob.full(tree).withCloneSources(List.of(parent));
                    check(full, options, again);
                }
                before = after;
            }
        }
    }

    private void check(SendJob job, SendOptions options, Path target) throws IOException {
        Path stream = scratch.resolve("stream");
        try (FileChannel channel =
                FileChannel.open(
                        stream,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            Sender sender = new Sender(new StreamWriter(channel), options);
            sender.send(job);
            sender.finish();
        }
        BtrfsMount.run(
                List.of("btrfs", "receive", target.toString()),
                ProcessBuilder.Redirect.from(stream.toFile()));
        String expected = TreeText.of(job.tree());
        String actual = DirectoryText.of(target.resolve(job.name().toString()));
        assertEquals(expected, actual, () -> TreeText.difference(expected, actual));
    }
}
