package dev.varve.receive;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.FileTree;
import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.testing.Require;
import dev.varve.posix.Directory;
import dev.varve.posix.FileStatus;
import dev.varve.send.SendJob;
import dev.varve.send.SendOptions;
import dev.varve.send.Sender;
import dev.varve.stream.StreamException;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// There and back: random activity on a real btrfs, `btrfs send` into a pool, the pool's own send
/// into a stock `btrfs receive`. All three are the same tree, and nothing has grown.
class KernelRoundTripIT {
    private static final int SEEDS = 4;
    private static final int SEEDS_REQUIRED = 20;
    private static final int INCREMENTS = 3;
    private static final long BLOCK_BYTES = 4096;
    private static final List<FileName> PLACE = List.of(FileName.of("in"));
    private static final List<String> COMPRESSIONS = List.of("zstd", "no", "lzo", "zlib");

    @TempDir private Path scratch = Path.of("");

    /// A way to write a stream.
    enum Form {
        VERSION_1,
        VERSION_2,
        COMPRESSED;

        List<String> flags() {
            return switch (this) {
                case VERSION_1 -> List.of("--proto", "1");
                case VERSION_2 -> List.of("--proto", "2");
                case COMPRESSED -> List.of("--proto", "2", "--compressed-data");
            };
        }

        SendOptions options() {
            return switch (this) {
                case VERSION_1 -> SendOptions.ofProtocol(1);
                case VERSION_2 -> SendOptions.ofProtocol(2);
                case COMPRESSED -> SendOptions.ofProtocol(2).withCompressedData();
            };
        }

        /// Forms are paired so that three seeds see all nine pairs.
        Form partner(long seed) {
            return values()[(int) Math.floorMod(ordinal() + seed, (long) values().length)];
        }
    }

    /// A kernel made a stream that no receiver can apply: `btrfs receive` refuses it too.
    private static final class RefusedByKernelException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedByKernelException(Exception ours, IOException theirs) {
            super("here: " + ours.getMessage() + "; btrfs: " + theirs.getMessage(), theirs);
        }
    }

    @BeforeAll
    static void requireMachine() {
        Require.loopDevices();
        Require.program("mkfs.btrfs");
        Require.program("btrfs");
    }

    static List<Long> seeds() {
        Long chosen = Long.getLong("seed");
        int usual = Boolean.getBoolean("varve.it.required") ? SEEDS_REQUIRED : SEEDS;
        int count = Integer.getInteger("seeds", usual);
        long first = Long.getLong("seeds.from", 1);
        return chosen != null
                ? List.of(chosen)
                : Stream.iterate(first, seed -> seed + 1).limit(count).toList();
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void whatTheKernelSendsComesBackToTheKernel(long seed, TestReporter reporter)
            throws IOException {
        String compression = COMPRESSIONS.get((int) Math.floorMod(seed, 4L));
        String options = "noatime,compress-force=" + compression;
        try (LoopMount source = LoopMount.btrfs(compression.equals("no") ? "noatime" : options);
                LoopMount copy = LoopMount.btrfs("noatime")) {
            List<Path> snapshots = snapshots(new Random(seed), source.path());
            for (Form form : Form.values()) {
                Path target = Files.createDirectory(copy.path().resolve(form.name()));
                try {
                    roundTrip(form, form.partner(seed), snapshots, target);
                } catch (RefusedByKernelException e) {
                    reporter.publishEntry("skipped, kernel stream " + form, e.toString());
                } catch (IOException e) {
                    throw new AssertionError("-Dseed=" + seed + " " + form, e);
                }
                // The next form's increments must not find these as their parents.
                delete(target);
            }
        }
    }

    private static List<Path> snapshots(Random random, Path mount) throws IOException {
        Path live = mount.resolve("live");
        LoopMount.run("btrfs", "subvolume", "create", live.toString());
        RandomActivity activity = new RandomActivity(random, live);
        List<Path> snapshots = new ArrayList<>();
        for (int i = 0; i <= INCREMENTS; i++) {
            activity.apply(i == 0 ? 120 : 20 + random.nextInt(50));
            Path snapshot = mount.resolve("s" + i);
            LoopMount.run(
                    "btrfs", "subvolume", "snapshot", "-r", live.toString(), snapshot.toString());
            snapshots.add(snapshot);
        }
        assertTrue(activity.done() > 80, activity.done() + " steps took effect");
        return snapshots;
    }

    private void roundTrip(Form in, Form out, List<Path> snapshots, Path target)
            throws IOException {
        MemoryStore store = new MemoryStore();
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            for (int i = 0; i < snapshots.size(); i++) {
                Path snapshot = snapshots.get(i);
                String name = String.valueOf(snapshot.getFileName());
                Optional<Path> parent =
                        i == 0 ? Optional.empty() : Optional.of(snapshots.get(i - 1));
                List<String> expected = TreeSummary.of(new HostTree(snapshot));
                receive(pool, kernelStream(in, parent, snapshot), target);
                try (ReadView view = pool.read()) {
                    FileTree tree = view.open(find(view, "/in/" + name).id());
                    TreeSummary.assertEqual(
                            expected, TreeSummary.of(new PoolTree(tree)), in + " pool " + name);
                    SendJob job =
                            i == 0
                                    ? SendJob.full(tree)
                                    : SendJob.incremental(
                                            view.open(find(view, "/in/s" + (i - 1)).id()), tree);
                    stockReceive(varveStream(job, out), target);
                }
                Path copied = target.resolve(name);
                String what = in + " to " + out + " copy " + name;
                TreeSummary.assertEqual(expected, TreeSummary.of(new HostTree(copied)), what);
                if (in != Form.VERSION_1 && out != Form.VERSION_1) {
                    requireNotLarger(snapshot, copied, i, what);
                }
            }
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

    private Path kernelStream(Form form, Optional<Path> parent, Path snapshot) throws IOException {
        Path stream = scratch.resolve("kernel.stream");
        Files.deleteIfExists(stream);
        List<String> command = new ArrayList<>(List.of("btrfs", "send", "-q"));
        command.addAll(form.flags());
        parent.ifPresent(path -> command.addAll(List.of("-p", path.toString())));
        command.addAll(List.of("-f", stream.toString(), snapshot.toString()));
        LoopMount.run(command.toArray(String[]::new));
        return stream;
    }

    private Path varveStream(SendJob job, Form form) throws IOException {
        Path stream = scratch.resolve("varve.stream");
        try (FileChannel channel =
                FileChannel.open(
                        stream,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            Sender sender = new Sender(new StreamWriter(channel), form.options());
            sender.send(job);
            sender.finish();
        }
        return stream;
    }

    private static void stockReceive(Path stream, Path target) throws IOException {
        LoopMount.run("btrfs", "receive", "-f", stream.toString(), target.toString());
    }

    private static void receive(Pool pool, Path stream, Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(stream)) {
            new Receiver(pool, ReceiveOptions.with(Clock.systemUTC()))
                    .receive(
                            new StreamReader(channel, StreamReader.Options.defaults()),
                            PLACE,
                            _ -> {});
        } catch (StreamException | ReceiveFailedException e) {
            // Some kernels' streams are wrong; then, and only then, stock receive refuses as well.
            try {
                stockReceive(stream, Files.createDirectory(target.resolve("refused")));
            } catch (IOException theirs) {
                throw new RefusedByKernelException(e, theirs);
            }
            throw e;
        }
    }

    /// File by file the copy has no more data than the original has space allocated, but for one
    /// block an increment, in which the file ended before: a kernel that makes a file longer fills
    /// that block with zeros.
    private static void requireNotLarger(Path original, Path copy, int increments, String what)
            throws IOException {
        HostTree tree = new HostTree(copy);
        try (Stream<Path> files = Files.walk(copy)) {
            for (Path file : files.filter(KernelRoundTripIT::isRegular).toList()) {
                Path relative = copy.relativize(file);
                List<byte[]> names = new ArrayList<>();
                relative.forEach(n -> names.add(n.toString().getBytes(StandardCharsets.UTF_8)));
                long copied = tree.dataBlocks(names).size() * BLOCK_BYTES;
                long allocated = allocatedBytes(original.resolve(relative));
                assertTrue(
                        copied <= allocated + increments * BLOCK_BYTES,
                        () ->
                                "%s: %s has %d bytes of data, the original %d allocated"
                                        .formatted(what, relative, copied, allocated));
            }
        }
    }

    private static boolean isRegular(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static long allocatedBytes(Path file) throws IOException {
        try (Directory parent = Directory.open(Objects.requireNonNull(file.getParent()))) {
            String name = String.valueOf(file.getFileName());
            FileStatus status = parent.status(name.getBytes(StandardCharsets.UTF_8));
            return (status.blocks() * 512 + BLOCK_BYTES - 1) & -BLOCK_BYTES;
        }
    }

    private static void delete(Path target) throws IOException {
        try (Stream<Path> children = Files.list(target)) {
            for (Path child : children.filter(path -> !path.endsWith("refused")).toList()) {
                LoopMount.run("btrfs", "subvolume", "delete", child.toString());
            }
        }
        try (Directory parent = Directory.open(Objects.requireNonNull(target.getParent()))) {
            DirectoryRemover.remove(
                    parent, target.getFileName().toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
