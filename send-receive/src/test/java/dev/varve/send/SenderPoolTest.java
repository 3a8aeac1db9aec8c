package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.ReceivedSubvolume;
import dev.varve.receive.Receiver;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
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

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void otherPoolsReceiveTheSnapshotHopByHop(long seed) throws IOException {
        Random random = new Random(seed);
        SendOptions options = SendOptions.ofProtocol(2);
        List<FileName> directory = List.of(FileName.of("received"));
        Optional<SubvolumeId> parent = Optional.empty();
        try (TestPool first = TestPool.create();
                TestPool second = TestPool.create();
                TestPool third = TestPool.create()) {
            for (int i = 0; i <= INCREMENTS; i++) {
                SubvolumeId snapshot = first.change(random, 1 + random.nextInt(60));
                byte[] stream = send(first, snapshot, parent, options);
                SubvolumeId there = receive(second, stream, directory);
                assertSame(first, snapshot, second, there);
                Optional<SubvolumeId> parentThere =
                        parent.isEmpty()
                                ? Optional.empty()
                                : Optional.of(received(second, uuid(first, parent.get())));
                byte[] onward = send(second, there, parentThere, options);
                assertSame(first, snapshot, third, receive(third, onward, directory));
                parent = Optional.of(snapshot);
            }
        }
    }

    @Test
    void aCopyOfAFileFarAwayInTheParentCostsACommand() throws IOException {
        byte[] content = new byte[400_000];
        new Random(8).nextBytes(content);
        long[] made = new long[2];
        Attributes attributes = Attributes.of(0700, Timestamp.EPOCH);
        try (TestPool pool = TestPool.create()) {
            SubvolumeId first =
                    pool.change(tree -> {
                        made[0] = tree.createDirectory(Inode.ROOT, FileName.of("z"), attributes);
                        long here = tree.createDirectory(Inode.ROOT, FileName.of("a"), attributes);
                        for (int i = 0; i < 300; i++) {
                            long file = tree.createFile(here, FileName.of("f" + i), attributes);
                            content[0] = (byte) i;
                            tree.write(file, 0, ByteBuffer.wrap(content, 0, 3000));
                        }
                        made[1] = tree.createFile(made[0], FileName.of("original"), attributes);
                        tree.write(made[1], 0, ByteBuffer.wrap(content));
                    });
            SubvolumeId second =
                    pool.change(tree -> {
                        long here =
                                tree.lookup(Inode.ROOT, FileName.of("a")).orElseThrow().target();
                        long copy = tree.createFile(here, FileName.of("copy"), attributes);
                        tree.cloneRange(
                                tree,
                                made[1],
                                0,
                                content.length,
                                new SubvolumeWriter.CloneTarget(copy, 0));
                    });
            SendOptions options = SendOptions.ofProtocol(2);
            byte[] stream = send(pool, second, Optional.of(first), options);
            assertTrue(stream.length < 2000, stream.length + " bytes");
        }
    }

    @Test
    void nestedSubvolumesAreNotSentAndTheirNamesAreFree() throws IOException {
        FileName name = FileName.of("n");
        SendOptions options = SendOptions.ofProtocol(2);
        try (TestPool pool = TestPool.create()) {
            SubvolumeId first = pool.commit((t, live) -> nest(t, live, name));
            SubvolumeId second =
                    pool.commit((t, live) -> {
                        DirEntry entry = t.edit(live).lookup(Inode.ROOT, name).orElseThrow();
                        t.deleteSubvolume(new SubvolumeId(entry.target()), true);
                        t.edit(live)
                                .createFile(Inode.ROOT, name, Attributes.of(0600, Timestamp.EPOCH));
                    });
            SubvolumeId third =
                    pool.commit((t, live) -> {
                        t.edit(live).unlink(Inode.ROOT, name);
                        nest(t, live, name);
                    });
            assertEquals(
                    List.of(), CommandText.names(send(pool, first, Optional.empty(), options)));
            assertEquals(
                    List.of("mkfile n"),
                    CommandText.names(send(pool, second, Optional.of(first), options)));
            assertEquals(
                    List.of("unlink n"),
                    CommandText.names(send(pool, third, Optional.of(second), options)));
        }
    }

    @Test
    void whatHappensDuringASendDoesNotChangeIt() throws IOException {
        SendOptions options = SendOptions.ofProtocol(2);
        try (TestPool pool = TestPool.create()) {
            SubvolumeId first = pool.change(t -> new Scene(new TreeGround(t), 1).touch("f", "g"));
            SubvolumeId second =
                    pool.change(t ->
                            new Scene(new TreeGround(t), 9)
                                    .noise("f", 0, 3 << 20)
                                    .noise("g", 0, 3 << 20));
            byte[] expected = send(pool, second, Optional.of(first), options);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            List<Integer> moments = new ArrayList<>();
            OutputStream disturbed =
                    new OutputStream() {
                        @Override
                        public void write(int single) throws IOException {
                            write(new byte[] {(byte) single}, 0, 1);
                        }

                        @Override
                        public void write(byte[] chunk, int offset, int length) throws IOException {
                            if (moments.size() < 3) {
                                disturb(pool, moments.size(), List.of(first, second));
                                moments.add(bytes.size());
                            }
                            bytes.write(chunk, offset, length);
                        }
                    };
            try (ReadView view = pool.read()) {
                Sender sender = new Sender(new StreamWriter(disturbed), options);
                sender.send(SendJob.incremental(view.open(first), view.open(second)));
                sender.finish();
            }
            assertEquals(3, moments.size());
            assertTrue(moments.getLast() > 0 && moments.getLast() < bytes.size());
            assertArrayEquals(expected, bytes.toByteArray());
        }
    }

    /// New data and a snapshot, then both of the snapshots that are being sent go, then all that
    /// nobody holds is cleaned.
    private static void disturb(TestPool pool, int moment, List<SubvolumeId> sent)
            throws IOException {
        switch (moment) {
            case 0 -> pool.change(t -> new Scene(new TreeGround(t), 50).noise("f", 0, 1 << 20));
            case 1 ->
                    pool.commit((transaction, _) -> {
                        for (SubvolumeId id : sent) {
                            transaction.deleteSubvolume(id, false);
                        }
                    });
            default -> pool.commit((transaction, _) -> transaction.clean(10_000));
        }
    }

    @Test
    void aCloneWithinAStreamMeansWhatIsReceivedThoughOneLikeItIsHere() throws IOException {
        SendOptions options = SendOptions.ofProtocol(2);
        try (TestPool pool = TestPool.create();
                TestPool other = TestPool.create()) {
            SubvolumeId snapshot =
                    pool.change(t ->
                            new Scene(new TreeGround(t), 1)
                                    .touch("f", "g")
                                    .noise("f", 0, 100_000)
                                    .reflink("f", 0, 100_000, "g", 0));
            byte[] stream = send(pool, snapshot, Optional.empty(), options);
            assertTrue(CommandText.contents(stream).toString().contains("clone g"));
            SubvolumeId copy = receive(other, stream, List.of(FileName.of("a")));
            other.commit((transaction, _) -> {
                transaction.setReadOnly(copy, false);
                new Scene(new TreeGround(transaction.edit(copy)), 70).noise("f", 0, 100_000);
            });
            assertSame(pool, snapshot, other, receive(other, stream, List.of(FileName.of("b"))));
        }
    }

    @Test
    void aPathThatNoKernelCanNameIsRefused() throws IOException {
        String path = "n".repeat(250) + ("/" + "n".repeat(250)).repeat(20);
        try (TestPool pool = TestPool.create()) {
            SubvolumeId snapshot =
                    pool.change(t -> {
                        Scene scene = new Scene(new TreeGround(t), 1);
                        for (int end = 250; end < path.length(); end += 251) {
                            scene.mkdir(path.substring(0, end));
                        }
                    });
            FileSystemException refused =
                    assertThrows(
                            FileSystemException.class,
                            () ->
                                    send(
                                            pool,
                                            snapshot,
                                            Optional.empty(),
                                            SendOptions.ofProtocol(2)));
            assertTrue(path.startsWith(refused.getFile()), refused.getFile());
            assertTrue(String.valueOf(refused.getReason()).contains("4095"), refused.getReason());
        }
    }

    private static void nest(WriteTransaction transaction, SubvolumeId parent, FileName name)
            throws IOException {
        transaction.createSubvolume(new WriteTransaction.Place(parent, Inode.ROOT, name));
    }

    private static byte[] send(
            TestPool pool, SubvolumeId snapshot, Optional<SubvolumeId> parent, SendOptions options)
            throws IOException {
        try (ReadView view = pool.read()) {
            FileTree tree = view.open(snapshot);
            SendJob job =
                    parent.isEmpty()
                            ? SendJob.full(tree)
                            : SendJob.incremental(view.open(parent.get()), tree);
            return send(job, options);
        }
    }

    private static SubvolumeId receive(TestPool pool, byte[] stream, List<FileName> directory)
            throws IOException {
        StreamReader reader =
                new StreamReader(new ByteArrayInputStream(stream), StreamReader.Options.defaults());
        List<ReceivedSubvolume> published =
                new Receiver(pool.pool(), ReceiveOptions.with(Clock.systemUTC()))
                        .receive(reader, directory, _ -> {});
        assertEquals(1, published.size());
        return received(pool, published.getFirst().uuid());
    }

    private static SubvolumeId received(TestPool pool, UUID uuid) throws IOException {
        try (ReadView view = pool.read()) {
            Scan<SubvolumeInfo> found = view.findByReceivedUuid(uuid);
            assertTrue(found.advance(), "nothing received as " + uuid);
            return found.current().id();
        }
    }

    private static UUID uuid(TestPool pool, SubvolumeId id) throws IOException {
        try (ReadView view = pool.read()) {
            return view.find(id).orElseThrow().uuid();
        }
    }

    private static void assertSame(
            TestPool sender, SubvolumeId sent, TestPool receiver, SubvolumeId received)
            throws IOException {
        try (ReadView here = sender.read();
                ReadView there = receiver.read()) {
            assertSame(here.open(sent), there.open(received));
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
