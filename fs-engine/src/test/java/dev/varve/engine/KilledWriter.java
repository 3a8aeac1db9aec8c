package dev.varve.engine;

import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.ReclaimOptions;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.DirectoryStore;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/// The process that [KilledProcessIT] kills: commits one round after another to a pool, for ever,
/// reclaims now and then, and prints the number of each round once it is committed.
final class KilledWriter {
    static final int FILES = 20;

    private static final int ROUNDS_PER_RECLAIM = 3;
    private static final ReclaimOptions AT_ONCE =
            ReclaimOptions.defaults().withGrace(Duration.ZERO).withMaxUnusedPercent(0);

    private static final Attributes PLAIN = Attributes.of(0644, Timestamp.EPOCH);

    private KilledWriter() {}

    public static void main(String[] arguments) throws IOException {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out);
                DirectoryStore store = new DirectoryStore(Path.of(arguments[0]));
                Pool pool = Pool.open(store, PoolOptions.defaults())) {
            for (long round = lastRound(pool) + 1; ; round++) {
                try (WriteTransaction tx = pool.begin()) {
                    write(tx.edit(SubvolumeId.TOP_LEVEL), round);
                    tx.clean(100);
                    tx.commit();
                }
                if (round % ROUNDS_PER_RECLAIM == 0) {
                    pool.reclaim(AT_ONCE, _ -> {});
                }
                out.write((round + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    /// A round gives every file another time, and one of them another content.
    private static void write(SubvolumeWriter top, long round) throws IOException {
        for (int i = 0; i < FILES; i++) {
            long file = file(top, i);
            Timestamp time = new Timestamp(round, 0);
            top.setTimes(file, time, time, time);
        }
        long file = file(top, (int) (round % FILES));
        top.truncate(file, 0);
        top.write(file, 0, ByteBuffer.wrap(content(round)));
    }

    private static long file(SubvolumeWriter top, int index) throws IOException {
        FileName name = FileName.of("f" + index);
        Optional<DirEntry> entry = top.lookup(Inode.ROOT, name);
        return entry.isPresent() ? entry.get().target() : top.createFile(Inode.ROOT, name, PLAIN);
    }

    static byte[] content(long round) {
        Random random = new Random(round);
        byte[] content = new byte[random.nextInt(random.nextInt(8) == 0 ? 400_000 : 5000)];
        random.nextBytes(content);
        return content;
    }

    /// The last round committed, 0 if none.
    static long lastRound(Pool pool) throws IOException {
        try (ReadView view = pool.read()) {
            if (view.find(SubvolumeId.TOP_LEVEL).isEmpty()) {
                return 0;
            }
            FileTree top = view.open(SubvolumeId.TOP_LEVEL);
            Optional<DirEntry> first = top.lookup(Inode.ROOT, FileName.of("f0"));
            return first.isEmpty() ? 0 : top.inode(first.get().target()).modifyTime().seconds();
        }
    }
}
