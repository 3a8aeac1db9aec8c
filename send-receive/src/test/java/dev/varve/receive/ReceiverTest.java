package dev.varve.receive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.varve.engine.FileTree;
import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.MemoryStore;
import dev.varve.receive.VerifiedCase.Step;
import dev.varve.stream.Corpus;
import dev.varve.stream.MalformedStreamException;
import dev.varve.stream.StreamCommand;
import dev.varve.stream.StreamException;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReceiverTest {
    private static final UUID ID = UUID.fromString("01020304-0506-0708-090a-0b0c0d0e0f10");
    private static final UUID OTHER = UUID.fromString("11121314-1516-1718-191a-1b1c1d1e1f20");
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000, 7);
    private static final ReceiveOptions OPTIONS =
            ReceiveOptions.with(Clock.fixed(NOW, ZoneOffset.UTC));

    private Pool pool;

    @BeforeEach
    void makePool() throws IOException {
        MemoryStore store = new MemoryStore();
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        pool = Pool.open(store, PoolOptions.defaults());
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<FileName> at(String... names) {
        List<FileName> path = new ArrayList<>();
        for (String name : names) {
            path.add(FileName.of(name));
        }
        return path;
    }

    private List<ReceivedSubvolume> receive(Path stream, String directory) throws IOException {
        try (FileChannel channel = FileChannel.open(stream)) {
            return new Receiver(pool, OPTIONS)
                    .receive(
                            new StreamReader(channel, StreamReader.Options.defaults()),
                            at(directory),
                            _ -> {});
        }
    }

    private static byte[] stream(StreamCommand... commands) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StreamWriter writer = new StreamWriter(bytes);
        writer.begin(2);
        for (StreamCommand command : commands) {
            writer.write(command);
        }
        writer.write(new StreamCommand.End());
        writer.flush();
        return bytes.toByteArray();
    }

    private List<ReceivedSubvolume> receive(StreamCommand... commands) throws IOException {
        return receive(OPTIONS, commands);
    }

    private List<ReceivedSubvolume> receive(ReceiveOptions options, StreamCommand... commands)
            throws IOException {
        StreamReader reader =
                new StreamReader(
                        new ByteArrayInputStream(stream(commands)),
                        StreamReader.Options.defaults());
        return new Receiver(pool, options).receive(reader, at(), _ -> {});
    }

    private static StreamCommand.Subvolume subvolume(String name, UUID uuid) {
        return new StreamCommand.Subvolume(bytes(name), uuid, 7);
    }

    private static StreamCommand.Snapshot snapshot(String name, UUID uuid, UUID parent) {
        return new StreamCommand.Snapshot(bytes(name), uuid, 9, parent, 7);
    }

    private static StreamCommand.MakeFile file(String path) {
        return new StreamCommand.MakeFile(bytes(path), 300);
    }

    private static StreamCommand.Write write(String path, String text) {
        return new StreamCommand.Write(bytes(path), 0, ByteBuffer.wrap(bytes(text)));
    }

    private static List<SubvolumeInfo> subvolumes(ReadView view) throws IOException {
        List<SubvolumeInfo> all = new ArrayList<>();
        for (Scan<SubvolumeInfo> scan = view.subvolumes(); scan.advance(); ) {
            if (!scan.current().id().equals(SubvolumeId.TOP_LEVEL)) {
                all.add(scan.current());
            }
        }
        return all;
    }

    private static SubvolumeInfo find(ReadView view, String path) throws IOException {
        return subvolumes(view).stream()
                .filter(info -> info.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no subvolume " + path));
    }

    private static Inode inode(FileTree tree, String... path) throws IOException {
        long inode = Inode.ROOT;
        for (String name : path) {
            inode = tree.lookup(inode, FileName.of(name)).map(DirEntry::target).orElseThrow();
        }
        return tree.inode(inode);
    }

    private static String content(FileTree tree, String... path) throws IOException {
        Inode inode = inode(tree, path);
        ByteBuffer bytes = ByteBuffer.allocate((int) inode.sizeBytes());
        tree.read(inode.number(), 0, bytes);
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    @Test
    void everyCaseBecomesTheTreeThatTheKernelMakes() throws IOException {
        int trees = 0;
        for (VerifiedCase verified : VerifiedCase.all()) {
            closePool();
            makePool();
            int number = 0;
            for (Step step : verified.steps()) {
                String directory = "step" + number++;
                List<ReceivedSubvolume> received = receive(step.stream(), directory);
                assertEquals(step.names().size(), received.size(), step.toString());
                for (int i = 0; i < step.trees().size(); i++) {
                    assertReceived(step, directory, i);
                    trees++;
                }
            }
        }
        assertTrue(trees > 15, trees + " trees");
    }

    private void assertReceived(Step step, String directory, int index) throws IOException {
        try (ReadView view = pool.read()) {
            SubvolumeInfo info = find(view, "/" + directory + "/" + step.names().get(index));
            assertTrue(info.readOnly());
            assertTrue(info.receivedUuid().isPresent());
            TreeSummary.assertEqual(
                    Step.lines(step.trees().get(index)),
                    TreeSummary.of(new PoolTree(view.open(info.id()))),
                    step.stream().toString());
        }
    }

    @Test
    void aStreamSentBackFindsItsParentByTheUuidItWasReceivedUnder() throws IOException {
        for (Path directory : Corpus.cases("16_resend")) {
            closePool();
            makePool();
            receive(directory.resolve("a1.stream"), "a");
            receive(directory.resolve("b2_from_B.stream"), "b");
            try (ReadView view = pool.read()) {
                SubvolumeInfo back = find(view, "/b/b2");
                assertEquals(Optional.of(find(view, "/a/a1").uuid()), back.parentUuid());
                TreeSummary.assertEqual(
                        Step.lines(directory.resolve("b2.tree")),
                        TreeSummary.of(new PoolTree(view.open(back.id()))),
                        "b2");
            }
        }
    }

    @Test
    void hostileStreamsAreRefusedAndLeaveNothing() throws IOException {
        for (Path stream : Corpus.files(".stream")) {
            String name = stream.getFileName().toString();
            if (!stream.toString().contains("90_hostile") || HandMade.isReceivable(name)) {
                continue;
            }
            try {
                receive(stream, "dest");
                fail(name + " was received");
            } catch (StreamException | MissingParentException e) {
                String path = "/dest/sv";
                try (ReadView view = pool.read()) {
                    List<String> paths =
                            subvolumes(view).stream().map(SubvolumeInfo::path).toList();
                    boolean published = HandMade.published(name).contains("sv");
                    assertEquals(published ? List.of(path) : List.of(), paths, name + ": " + e);
                }
            }
            closePool();
            makePool();
        }
    }

    @Test
    void oddButValidStreamsAreReceived() throws IOException {
        for (Path stream : Corpus.files(".stream")) {
            String name = stream.getFileName().toString();
            if (stream.toString().contains("90_hostile") && HandMade.isReceivable(name)) {
                assertFalse(receive(stream, "dest").isEmpty(), name);
                closePool();
                makePool();
            }
        }
    }

    @Test
    void streamsThatNoReceiverCanApplyFailWithTheirPlaceAndLeaveTheParent() throws IOException {
        for (Path directory : Corpus.cases("92_kernel_send_failures")) {
            closePool();
            makePool();
            receive(directory.resolve("minimal/s1.stream"), "dest");
            var refused =
                    assertThrows(
                            MalformedStreamException.class,
                            () -> receive(directory.resolve("minimal/s2.stream"), "dest"));
            assertEquals("o258-7-0/d3", refused.path());
            assertTrue(refused.position().command() > 1, refused.toString());
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("does not exist"),
                    refused.toString());
            try (ReadView view = pool.read()) {
                assertEquals(1, subvolumes(view).size());
            }
        }
    }

    @Test
    void aStreamWithoutDataIsRefused() throws IOException {
        UUID parent = ID;
        receive(subvolume("p", parent), file("f"));
        var refused =
                assertThrows(
                        StreamException.class,
                        () ->
                                receive(
                                        snapshot("s", OTHER, parent),
                                        new StreamCommand.UpdateExtent(bytes("f"), 0, 10)));
        assertTrue(String.valueOf(refused.getMessage()).contains("--no-data"));
    }

    @Test
    void theOldestOfSeveralCandidatesIsTheParent() throws IOException {
        for (Path directory : Corpus.cases("91_receive_semantics")) {
            closePool();
            makePool();
            receive(directory.resolve("s1.stream"), "a");
            receive(directory.resolve("s1.stream"), "b");
            receive(directory.resolve("s2.stream"), "a");
            receive(directory.resolve("s2.wrong_clone_ctransid.stream"), "c");
            try (ReadView view = pool.read()) {
                Optional<UUID> oldest = Optional.of(find(view, "/a/s1").uuid());
                assertEquals(oldest, find(view, "/a/s2").parentUuid());
                assertEquals(oldest, find(view, "/c/s2").parentUuid());
            }
            assertThrows(
                    FileAlreadyExistsException.class,
                    () -> receive(directory.resolve("s1.stream"), "a"));
            assertThrows(
                    MalformedStreamException.class,
                    () -> receive(directory.resolve("s1.cut.stream"), "d"));
            receive(directory.resolve("s1.stream"), "d");
        }
    }

    @Test
    void aParentThatWasMadeWritableIsNone() throws IOException {
        receive(subvolume("p", ID), file("f"));
        try (WriteTransaction transaction = pool.begin()) {
            transaction.setReadOnly(find(transaction, "/p").id(), false);
            transaction.commit();
        }
        var refused =
                assertThrows(MissingParentException.class, () -> receive(snapshot("s", OTHER, ID)));
        assertEquals(ID, refused.uuid());
        UUID own;
        try (ReadView view = pool.read()) {
            own = find(view, "/p").uuid();
        }
        assertThrows(MissingParentException.class, () -> receive(snapshot("s", OTHER, own)));
        try (WriteTransaction transaction = pool.begin()) {
            transaction.setReadOnly(find(transaction, "/p").id(), true);
            transaction.commit();
        }
        receive(snapshot("s", OTHER, own));
    }

    @Test
    void everyCommandFindsItsFileAnew() throws IOException {
        receive(
                subvolume("s", ID),
                file("a"),
                write("a", "old"),
                new StreamCommand.Rename(bytes("a"), bytes("b")),
                file("a"),
                write("a", "new"));
        try (ReadView view = pool.read()) {
            FileTree tree = view.open(find(view, "/s").id());
            assertEquals("old", content(tree, "b"));
            assertEquals("new", content(tree, "a"));
        }
    }

    @Test
    void allTimesAndTheSendersInodeNumberAreKept() throws IOException {
        Timestamp birth = new Timestamp(-5, 999_999_999);
        receive(
                subvolume("s", ID),
                file("f"),
                new StreamCommand.Utimes(
                        bytes("f"),
                        new Timestamp(1, 2),
                        new Timestamp(3, 4),
                        new Timestamp(1L << 40, 6),
                        Optional.of(birth)),
                file("g"));
        try (ReadView view = pool.read()) {
            SubvolumeInfo info = find(view, "/s");
            assertEquals(Optional.of(ID), info.receivedUuid());
            assertEquals(7, info.sentGeneration());
            FileTree tree = view.open(info.id());
            Inode f = inode(tree, "f");
            assertEquals(new Timestamp(1, 2), f.accessTime());
            assertEquals(new Timestamp(3, 4), f.modifyTime());
            assertEquals(new Timestamp(1L << 40, 6), f.changeTime());
            assertEquals(birth, f.birthTime());
            assertEquals(300, f.origin());
            assertEquals(Timestamp.of(NOW), inode(tree, "g").modifyTime());
            assertEquals(0600, f.permissions());
        }
    }

    @Test
    void commandsTouchNoTimeOnTheSide() throws IOException {
        Timestamp old = new Timestamp(12, 34);
        receive(
                subvolume("p", ID),
                file("f"),
                new StreamCommand.Utimes(bytes("f"), old, old, old, Optional.empty()),
                new StreamCommand.Utimes(bytes(""), old, old, old, Optional.empty()));
        receive(
                snapshot("s", OTHER, ID),
                write("f", "more"),
                new StreamCommand.Chmod(bytes("f"), 04755),
                new StreamCommand.Chown(bytes("f"), 3, 4),
                new StreamCommand.Rename(bytes("f"), bytes("g")));
        try (ReadView view = pool.read()) {
            FileTree tree = view.open(find(view, "/s").id());
            assertEquals(old, inode(tree, "g").modifyTime());
            assertEquals(old, inode(tree).modifyTime());
            assertEquals(04755, inode(tree, "g").permissions());
        }
    }

    @Test
    void clonesShareBlocks() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(100_000);
        new Random(3).nextBytes(data.array());
        var own = new StreamCommand.Source(ID, 7, bytes("f"), 0);
        receive(
                subvolume("p", ID),
                file("f"),
                new StreamCommand.Write(bytes("f"), 0, data),
                file("g"),
                new StreamCommand.Clone(bytes("g"), 0, 100_000, own));
        receive(
                snapshot("s", OTHER, ID),
                file("h"),
                new StreamCommand.Clone(bytes("h"), 0, 100_000, own));
        try (ReadView view = pool.read()) {
            FileTree tree = view.open(find(view, "/s").id());
            List<Long> blocks = blocks(tree, "f");
            assertFalse(blocks.isEmpty());
            assertEquals(blocks, blocks(tree, "g"));
            assertEquals(blocks, blocks(tree, "h"));
            byte[] read = new byte[100_000];
            assertEquals(100_000, tree.read(inode(tree, "h").number(), 0, ByteBuffer.wrap(read)));
            assertArrayEquals(data.array(), read);
        }
    }

    private static List<Long> blocks(FileTree tree, String name) throws IOException {
        List<Long> blocks = new ArrayList<>();
        Scan<Extent> extents = tree.extents(inode(tree, name).number(), 0);
        while (extents.advance()) {
            if (extents.current() instanceof Extent.Data data) {
                blocks.add(data.block());
            }
        }
        return blocks;
    }

    @Test
    void toleratedErrorsAreToldAndTheResultIsNoParent() throws IOException {
        StreamCommand missing = new StreamCommand.Unlink(bytes("missing"));
        StreamCommand[] commands = {subvolume("s", ID), file("f"), missing, missing, file("g")};
        assertThrows(
                MalformedStreamException.class, () -> receive(OPTIONS.withMaxErrors(2), commands));
        try (ReadView view = pool.read()) {
            assertEquals(List.of(), subvolumes(view));
        }
        ReceivedSubvolume received = receive(OPTIONS.withMaxErrors(3), commands).getFirst();
        assertEquals(2, received.errors().size());
        try (ReadView view = pool.read()) {
            SubvolumeInfo info = find(view, "/s");
            assertTrue(info.readOnly());
            assertEquals(Optional.empty(), info.receivedUuid());
            assertTrue(view.open(info.id()).lookup(Inode.ROOT, FileName.of("g")).isPresent());
        }
    }

    @Test
    void aMissingCapabilityMayBeRemoved() throws IOException {
        receive(
                subvolume("s", ID),
                file("f"),
                new StreamCommand.RemoveXattr(bytes("f"), bytes("security.capability")));
        assertThrows(
                MalformedStreamException.class,
                () ->
                        receive(
                                subvolume("t", OTHER),
                                file("f"),
                                new StreamCommand.RemoveXattr(bytes("f"), bytes("user.x"))));
    }

    @Test
    void anInterruptedReceiveLeavesNothing() throws IOException {
        StreamCommand[] commands = {subvolume("s", ID), file("f")};
        Thread.currentThread().interrupt();
        assertThrows(java.io.InterruptedIOException.class, () -> receive(commands));
        assertTrue(Thread.interrupted());
        try (ReadView view = pool.read()) {
            assertEquals(List.of(), subvolumes(view));
        }
        receive(commands);
    }

    @Test
    void whateverComesIsPlayedOrRefusedWithATypedError() throws IOException {
        UUID parent = new UUID(1, 1);
        receive(
                subvolume("p", parent),
                file("a"),
                write("a", "text".repeat(20_000)),
                new StreamCommand.MakeDirectory(bytes("dir"), 301),
                file("dir/b"),
                new StreamCommand.Symlink(bytes("link"), 302, bytes("..")));
        long seed = Long.getLong("seed", System.nanoTime());
        long played = 0;
        long refused = 0;
        for (int round = 0; round < 300; round++) {
            String where = "-Dseed=" + (seed + round);
            UUID self = new UUID(2, round);
            List<StreamCommand> commands = new ArrayList<>();
            commands.add(snapshot("s" + round, self, parent));
            commands.addAll(new RandomCommands(new Random(seed + round), self, parent).list(80));
            try {
                ReceivedSubvolume received =
                        receive(OPTIONS.withMaxErrors(0), commands.toArray(StreamCommand[]::new))
                                .getFirst();
                refused += received.errors().size();
                played += received.commands() - received.errors().size();
                for (IOException error : received.errors()) {
                    boolean isTyped =
                            error instanceof StreamException
                                    || error instanceof MissingParentException;
                    assertTrue(isTyped, where + " " + error);
                }
                try (ReadView view = pool.read()) {
                    TreeSummary.of(new PoolTree(view.open(find(view, "/s" + round).id())));
                }
            } catch (RuntimeException | IOException e) {
                throw new AssertionError(where, e);
            }
        }
        assertTrue(played > 2_000 && refused > 2_000, played + " played, " + refused);
    }
}
