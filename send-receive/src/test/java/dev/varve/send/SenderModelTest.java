package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.FileTree;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random trees, sent and played: the result is the tree that was sent.
class SenderModelTest {
    private static final int SEEDS = 60;
    private static final int INCREMENTS = 3;

    static List<Long> seeds() {
        Long chosen = Long.getLong("seed");
        return chosen != null
                ? List.of(chosen)
                : new Random(20_260_101)
                        .longs(Integer.getInteger("seeds", SEEDS), 0, 1 << 30)
                        .boxed()
                        .toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsPlayedIsWhatWasSent(long seed) throws IOException {
        Random random = new Random(seed);
        SendOptions options = SendOptions.ofProtocol(1 + random.nextInt(2));
        if (options.protocol() == 2 && random.nextBoolean()) {
            options = options.withCompressedData();
        }
        TestTree live = TestTree.empty();
        new RandomChanges(random, live).apply(60);
        TestTree before = live.snapshot("s0");
        check(SendJob.full(before), options, live.emptyBeside(), Map.of());
        for (int i = 1; i <= INCREMENTS; i++) {
            new RandomChanges(random, live).apply(1 + random.nextInt(60));
            TestTree after = live.snapshot("s" + i);
            Map<UUID, FileTree> sources = new HashMap<>(Map.of(before.info().uuid(), before));
            check(SendJob.incremental(before, after), options, before.copy(), sources);
            SendJob full = SendJob.full(after).withCloneSources(List.of(before));
            check(full, options, live.emptyBeside(), sources);
            before = after;
        }
    }

    static void check(SendJob job, SendOptions options, TestTree start, Map<UUID, FileTree> sources)
            throws IOException {
        byte[] stream = send(job, options);
        assertArrayEquals(stream, send(job, options), "the same pair, other bytes");
        StreamReader reader =
                new StreamReader(new ByteArrayInputStream(stream), StreamReader.Options.defaults());
        Player player = new Player(start, sources);
        while (reader.advance()) {
            player.play(reader.current());
        }
        String expected = TreeText.of(job.tree());
        String actual = TreeText.of(start);
        assertEquals(expected, actual, () -> TreeText.difference(expected, actual));
    }

    static byte[] send(SendJob job, SendOptions options) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Sender sender = new Sender(new StreamWriter(bytes), options, new TestDiffer());
        sender.send(job);
        sender.finish();
        return bytes.toByteArray();
    }
}
