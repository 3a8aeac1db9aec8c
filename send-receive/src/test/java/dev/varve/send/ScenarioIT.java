package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.receive.HostTree;
import dev.varve.receive.PoolTree;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.Receiver;
import dev.varve.receive.TreeSummary;
import dev.varve.stream.StreamException;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each [Scenario] between a pool and a real kernel, both ways: content, modes, owners, times,
/// attributes and hard links are the same, and holes stay holes where the stream can say so.
class ScenarioIT {
    private static final List<FileName> PLACE = List.of(FileName.of("in"));
    private static final List<List<String>> KERNEL_FORMS =
            List.of(
                    List.of("--proto", "1"),
                    List.of("--proto", "2"),
                    List.of("--proto", "2", "--compressed-data"));

    private static @Nullable BtrfsMount btrfs;
    private static int count;

    @TempDir private Path scratch = Path.of("");

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

    static List<Scenario> scenarios() throws IOException {
        return Scenario.all();
    }

    private static Path freshDirectory() throws IOException {
        Path directory = Objects.requireNonNull(btrfs).directory().resolve("t" + count++);
        return Files.createDirectory(directory);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aStockReceiveGetsWhatThePoolSends(Scenario scenario) throws IOException {
        try (TestPool pool = TestPool.create()) {
            List<SubvolumeId> snapshots = pool.play(scenario);
            for (SendOptions form : ScenarioTest.FORMS) {
                Path target = freshDirectory();
                try (ReadView view = pool.read()) {
                    FileTree parent = view.open(snapshots.getFirst());
                    sendToKernel(SendJob.full(parent), form, target);
                    for (SubvolumeId next : snapshots.subList(1, snapshots.size())) {
                        FileTree tree = view.open(next);
                        sendToKernel(SendJob.incremental(parent, tree), form, target);
                        SendJob full = SendJob.full(tree).withCloneSources(List.of(parent));
                        sendToKernel(full, form, freshDirectory());
                        parent = tree;
                    }
                }
            }
        }
    }

    private void sendToKernel(SendJob job, SendOptions form, Path target) throws IOException {
        Path stream = scratch.resolve("stream");
        try (FileChannel channel =
                FileChannel.open(
                        stream,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            Sender sender = new Sender(new StreamWriter(channel), form);
            sender.send(job);
            sender.finish();
        }
        stockReceive(stream, target);
        Path copy = target.resolve(job.name().toString());
        PoolTree sent = new PoolTree(job.tree());
        HostTree received = new HostTree(copy);
        String what = job.name() + " " + form;
        TreeSummary.assertEqual(TreeSummary.of(sent), TreeSummary.of(received), what);
        assertEquals(
                job.tree().inode(sent.root()).modifyTime().seconds(),
                received.node(received.root()).seconds(),
                "seconds of the root of " + what);
        if (form.protocol() > 1) {
            assertHolesKept(sent, sent.root(), received, received.root());
        }
    }

    private static void stockReceive(Path stream, Path target) throws IOException {
        BtrfsMount.run(List.of("btrfs", "receive", "-f", stream.toString(), target.toString()));
    }

    /// Compares trees that are known to have the same names. A copy may have one more block with
    /// data: where a file ended before it grew, the kernel fills the rest of the block with zeros.
    private static void assertHolesKept(
            PoolTree sent, Long at, HostTree received, List<byte[]> there) throws IOException {
        switch (sent.node(at).type()) {
            case REGULAR -> {
                List<Long> extra = new ArrayList<>(received.dataBlocks(there));
                extra.removeAll(sent.dataBlocks(at));
                assertTrue(extra.size() <= 1, () -> path(there) + " has data at " + extra);
            }
            case DIRECTORY -> {
                for (TreeSummary.Child<Long> child : sent.children(at)) {
                    List<byte[]> below = new ArrayList<>(there);
                    below.add(child.name());
                    assertHolesKept(sent, child.at(), received, below);
                }
            }
            default -> {}
        }
    }

    private static String path(List<byte[]> names) {
        List<String> texts = new ArrayList<>();
        names.forEach(name -> texts.add(new String(name, StandardCharsets.UTF_8)));
        return String.join("/", texts);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aPoolReceivesWhatTheKernelSends(Scenario scenario) throws IOException {
        Path source = freshDirectory();
        Path live = source.resolve("live");
        BtrfsMount.run(List.of("btrfs", "subvolume", "create", live.toString()));
        List<Path> snapshots = new ArrayList<>();
        try (HostGround ground = new HostGround(live)) {
            for (Scenario.Step step : scenario.steps()) {
                Path snapshot = source.resolve("s" + snapshots.size());
                step.on(new Scene(ground, 1 + snapshots.size() * 20));
                BtrfsMount.run(
                        List.of(
                                "btrfs",
                                "subvolume",
                                "snapshot",
                                "-r",
                                live.toString(),
                                snapshot.toString()));
                snapshots.add(snapshot);
            }
        }
        for (List<String> form : KERNEL_FORMS) {
            try (TestPool pool = TestPool.create()) {
                Path copies = freshDirectory();
                boolean applies = true;
                for (int i = 0; i < snapshots.size() && applies; i++) {
                    List<Path> parent = i == 0 ? List.of() : List.of(snapshots.get(i - 1));
                    kernelSend(form, parent, snapshots.get(i));
                    applies = receiveLikeStock(pool, snapshots.get(i), copies);
                }
            }
        }
    }

    private void kernelSend(List<String> form, List<Path> parent, Path snapshot)
            throws IOException {
        Path stream = scratch.resolve("stream");
        Files.deleteIfExists(stream);
        List<String> command = new ArrayList<>(List.of("btrfs", "send", "-q"));
        command.addAll(form);
        parent.forEach(path -> command.addAll(List.of("-p", path.toString())));
        command.addAll(List.of("-f", stream.toString(), snapshot.toString()));
        BtrfsMount.run(command);
    }

    /// A stream that `btrfs receive` cannot apply must be refused, any other become the same tree.
    ///
    /// @return whether it could be applied
    private boolean receiveLikeStock(TestPool pool, Path snapshot, Path copies) throws IOException {
        Path stream = scratch.resolve("stream");
        try {
            stockReceive(stream, copies);
        } catch (IOException e) {
            StreamException refused =
                    assertThrows(StreamException.class, () -> receive(pool, stream));
            assertTrue(refused.position().command() > 1, () -> refused + ", btrfs: " + e);
            return false;
        }
        receive(pool, stream);
        try (ReadView view = pool.read()) {
            FileTree tree = view.open(find(view, "/in/" + snapshot.getFileName()).id());
            TreeSummary.assertEqual(
                    TreeSummary.of(new HostTree(snapshot)),
                    TreeSummary.of(new PoolTree(tree)),
                    snapshot.toString());
        }
        return true;
    }

    private static void receive(TestPool pool, Path stream) throws IOException {
        try (FileChannel channel = FileChannel.open(stream)) {
            new Receiver(pool.pool(), ReceiveOptions.with(Clock.systemUTC()))
                    .receive(
                            new StreamReader(channel, StreamReader.Options.defaults()),
                            PLACE,
                            _ -> {});
        }
    }

    private static SubvolumeInfo find(ReadView view, String path) throws IOException {
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            if (all.current().path().equals(path)) {
                return all.current();
            }
        }
        throw new AssertionError(path + " is not in the pool");
    }
}
