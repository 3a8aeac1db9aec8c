package dev.varve.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.FileTree;
import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.testing.Require;
import dev.varve.send.SendJob;
import dev.varve.send.SendOptions;
import dev.varve.send.Sender;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One file cloned twenty times: as long as one file in a stream, as large as one in a pool and in
/// the btrfs that receives it.
class ReflinkIT {
    private static final int FILE_BYTES = 3_000_000;
    private static final int COPIES = 20;

    @TempDir private Path scratch = Path.of("");

    @Test
    void aFileClonedTwentyTimesStaysOneFileAllTheWay() throws IOException {
        Require.loopDevices();
        Require.program("mkfs.btrfs");
        Require.program("filefrag");
        try (LoopMount btrfs = LoopMount.btrfs();
                LoopMount copy = LoopMount.btrfs()) {
            Path sent = scratch.resolve("kernel");
            makeCopies(btrfs.path().resolve("live"));
            String snapshot = btrfs.path() + "/s";
            LoopMount.run("btrfs", "subvolume", "snapshot", "-r", btrfs.path() + "/live", snapshot);
            LoopMount.run("btrfs", "send", "-q", "-f", sent.toString(), snapshot);
            MemoryStore store = new MemoryStore();
            Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
            try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
                receive(pool, sent);
                for (int protocol = 1; protocol <= 2; protocol++) {
                    Path stream = send(pool, protocol);
                    long length = Files.size(stream);
                    assertTrue(length < FILE_BYTES * 11L / 10, length + " bytes in the stream");
                    Path target = Files.createDirectory(copy.path().resolve("v" + protocol));
                    LoopMount.run("btrfs", "receive", "-f", stream.toString(), target.toString());
                    requireShared(target.resolve("s"), btrfs.path().resolve("s"));
                }
            }
        }
    }

    private static void makeCopies(Path live) throws IOException {
        LoopMount.run("btrfs", "subvolume", "create", live.toString());
        byte[] noise = new byte[FILE_BYTES];
        new Random(1).nextBytes(noise);
        Files.write(live.resolve("file00"), noise);
        for (int i = 1; i < COPIES; i++) {
            String name = "file%02d".formatted(i);
            LoopMount.run("cp", "--reflink=always", live + "/file00", live + "/" + name);
        }
    }

    private static void receive(Pool pool, Path stream) throws IOException {
        try (FileChannel channel = FileChannel.open(stream)) {
            new Receiver(pool, ReceiveOptions.with(Clock.systemUTC()))
                    .receive(
                            new StreamReader(channel, StreamReader.Options.defaults()),
                            List.of(FileName.of("in")),
                            _ -> {});
        }
    }

    private Path send(Pool pool, int protocol) throws IOException {
        Path stream = scratch.resolve("varve-" + protocol);
        try (ReadView view = pool.read();
                FileChannel channel =
                        FileChannel.open(
                                stream, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            Scan<SubvolumeInfo> all = view.subvolumes();
            while (all.advance() && !all.current().path().equals("/in/s")) {
                continue;
            }
            FileTree tree = view.open(all.current().id());
            requireOneSetOfBlocks(tree);
            Sender sender = new Sender(new StreamWriter(channel), SendOptions.ofProtocol(protocol));
            sender.send(SendJob.full(tree));
            sender.finish();
        }
        return stream;
    }

    /// All copies are made of the same blocks of the pool.
    private static void requireOneSetOfBlocks(FileTree tree) throws IOException {
        Set<Set<Long>> different = new HashSet<>();
        for (Scan<DirEntry> names = tree.list(Inode.ROOT); names.advance(); ) {
            Set<Long> blocks = new HashSet<>();
            Scan<Extent> extents = tree.extents(names.current().target(), 0);
            while (extents.advance()) {
                if (extents.current() instanceof Extent.Data data) {
                    blocks.add(data.block());
                }
            }
            different.add(blocks);
        }
        assertEquals(1, different.size());
    }

    private static void requireShared(Path received, Path original) throws IOException {
        LoopMount.run("sync", "-f", received.toString());
        for (int i = 0; i < COPIES; i++) {
            String name = "file%02d".formatted(i);
            assertEquals(-1, Files.mismatch(received.resolve(name), original.resolve(name)), name);
            String extents = LoopMount.run("filefrag", "-v", received.resolve(name).toString());
            assertTrue(extents.contains("shared"), extents);
        }
        String used =
                LoopMount.run("btrfs", "filesystem", "du", "--raw", "-s", received.toString());
        String[] fields = used.lines().toList().getLast().strip().split("\\s+");
        long shared = Long.parseLong(fields[2]);
        assertTrue(shared < FILE_BYTES * 11L / 10, used);
        assertTrue(Long.parseLong(fields[0]) >= (long) COPIES * FILE_BYTES, used);
    }
}
