package dev.varve.bench;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.ReadView;
import dev.varve.engine.SpaceReport;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.DirectoryStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// How long it takes to tell what each of 1,000 snapshots in a pool of a million files takes:
/// `SpaceCosts DIRECTORY`. Makes the pool if the directory is empty; `varve du --subvolumes` on it
/// is the same as a command. Between two snapshots ten files get another content.
public final class SpaceCosts {
    private static final int DIRECTORIES = 1000;
    private static final int FILES_EACH = 1000;
    private static final int SNAPSHOTS = 1000;
    private static final int CHANGES = 10;
    private static final int ROUNDS = 5;

    private SpaceCosts() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream out =
                new PrintStream(
                        new java.io.FileOutputStream(java.io.FileDescriptor.out),
                        true,
                        StandardCharsets.UTF_8);
        Path directory = Path.of(arguments[0]);
        try (DirectoryStore store = new DirectoryStore(directory)) {
            if (!Files.exists(directory.resolve("pool"))) {
                Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
                make(store);
            }
            for (int round = 0; round < ROUNDS; round++) {
                try (Pool pool = Pool.open(store, PoolOptions.defaults());
                        ReadView view = pool.read()) {
                    long start = System.nanoTime();
                    long exclusive = 0;
                    int count = 0;
                    SpaceReport space = view.space();
                    for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); count++) {
                        exclusive += space.of(all.current().id()).exclusiveBytes();
                    }
                    out.printf(
                            "%d subvolumes, %d bytes exclusive: %.3f s%n",
                            count, exclusive, (System.nanoTime() - start) / 1e9);
                }
            }
        }
    }

    private static void make(DirectoryStore store) throws IOException {
        Attributes plain = Attributes.of(0644, Timestamp.EPOCH);
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            try (WriteTransaction tx = pool.begin()) {
                SubvolumeWriter top = tx.edit(SubvolumeId.TOP_LEVEL);
                for (int d = 0; d < DIRECTORIES; d++) {
                    long in = top.createDirectory(Inode.ROOT, FileName.of("d" + d), plain);
                    for (int f = 0; f < FILES_EACH; f++) {
                        long file = top.createFile(in, FileName.of("f" + f), plain);
                        top.write(file, 0, ByteBuffer.wrap(new byte[] {(byte) d, (byte) f}));
                    }
                }
                tx.createSubvolume(
                        new Place(SubvolumeId.TOP_LEVEL, Inode.ROOT, FileName.of("snaps")));
                tx.commit();
            }
            Random random = new Random(1);
            for (int s = 0; s < SNAPSHOTS; s++) {
                try (WriteTransaction tx = pool.begin()) {
                    SubvolumeWriter top = tx.edit(SubvolumeId.TOP_LEVEL);
                    for (int i = 0; i < CHANGES; i++) {
                        FileName directory = FileName.of("d" + random.nextInt(DIRECTORIES));
                        long in = top.lookup(Inode.ROOT, directory).orElseThrow().target();
                        FileName name = FileName.of("f" + random.nextInt(FILES_EACH));
                        long file = top.lookup(in, name).orElseThrow().target();
                        top.write(file, 0, ByteBuffer.wrap(new byte[] {(byte) s, 1}));
                    }
                    SubvolumeId snaps = new SubvolumeId(SubvolumeId.FIRST_CREATED);
                    tx.snapshot(
                            SubvolumeId.TOP_LEVEL,
                            new Place(snaps, Inode.ROOT, FileName.of("s" + s)),
                            new SnapshotOptions(true, false));
                    tx.commit();
                }
            }
        }
    }
}
