package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random snapshots of a pool, sent and played: the result is the snapshot.
class SenderPoolTest {
    private static final int SEEDS = 20;
    private static final int INCREMENTS = 3;

    static List<Long> seeds() {
        Long chosen = Long.getLong("seed");
        int count = Integer.getInteger("seeds", SEEDS);
        return chosen != null
                ? List.of(chosen)
                : new Random(3).longs(count, 0, 1 << 30).boxed().toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsPlayedIsTheSnapshot(long seed) throws IOException {
        Random random = new Random(seed);
        SendOptions options = SendOptions.ofProtocol(1 + random.nextInt(2));
        if (options.protocol() == 2 && random.nextBoolean()) {
            options = options.withCompressedData();
        }
        TestTree received = TestTree.empty();
        Map<UUID, FileTree> sources = new HashMap<>();
        Optional<SubvolumeId> parent = Optional.empty();
        try (TestPool pool = TestPool.create()) {
            for (int i = 0; i <= INCREMENTS; i++) {
                SubvolumeId snapshot = pool.change(random, 1 + random.nextInt(60));
                try (ReadView view = pool.read()) {
                    FileTree tree = view.open(snapshot);
                    SendJob job = SendJob.full(tree);
                    if (parent.isPresent()) {
                        job = SendJob.incremental(view.open(parent.get()), tree);
                    }
                    TestTree next = received.copy();
                    play(send(job, options), next, sources);
                    assertSame(tree, next);
                    TestTree again = received.emptyBeside();
                    play(send(SendJob.full(tree), options), again, sources);
                    assertSame(tree, again);
                    received = next;
                    sources.put(tree.info().uuid(), next);
                }
                parent = Optional.of(snapshot);
            }
        }
    }

    private static byte[] send(SendJob job, SendOptions options) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Sender sender = new Sender(new StreamWriter(bytes), options);
        sender.send(job);
        sender.finish();
        return bytes.toByteArray();
    }

    private static void play(byte[] stream, TestTree target, Map<UUID, FileTree> sources)
            throws IOException {
        StreamReader reader =
                new StreamReader(new ByteArrayInputStream(stream), StreamReader.Options.defaults());
        Player player = new Player(target, sources);
        while (reader.advance()) {
            player.play(reader.current());
        }
    }

    private static void assertSame(FileTree sent, FileTree played) throws IOException {
        String expected = TreeText.of(sent);
        String actual = TreeText.of(played);
        assertEquals(expected, actual, () -> TreeText.difference(expected, actual));
    }
}
