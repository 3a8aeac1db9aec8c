package dev.varve.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.engine.FileTree;
import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.ReadView;
import dev.varve.engine.SnapshotDiff;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.DirectoryStore;
import dev.varve.send.SendJob;
import dev.varve.send.SendOptions;
import dev.varve.send.Sender;
import dev.varve.stream.StreamWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// What snapshots, diffs and deletions cost in large and small subvolumes: medians of one run, and
/// their ratios. Takes one argument, a directory for the pool that does not exist yet.
public final class EngineCosts {
    private static final int MANY = 1_000_000;
    private static final int SOME = 10_000;
    private static final int FEW = 10;
    private static final int NESTED = 1000;
    private static final int CHANGES = 100;
    private static final int ROUNDS = 21;
    private static final int PER_DIRECTORY = 1000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Attributes PLAIN = Attributes.of(0644, new Timestamp(1, 0));
    private static final SnapshotOptions READ_ONLY = new SnapshotOptions(true, false);

    private final DirectoryStore store;
    private Pool pool;
    private int names;

    private EngineCosts(DirectoryStore store) throws IOException {
        this.store = store;
        this.pool = Pool.open(store, PoolOptions.defaults());
    }

    public static void main(String[] arguments) throws IOException {
        try (DirectoryStore store = new DirectoryStore(Path.of(arguments[0]))) {
            Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
            new EngineCosts(store).run();
        }
    }

    /// Something to be timed.
    private interface Work {
        void run() throws IOException;
    }

    private static double millis(Work work) throws IOException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static void report(String what, double millis) {
        System.out.printf("%-66s %10.2f ms%n", what, millis);
    }

    private static void ratio(String what, double large, double small) {
        System.out.printf("%-66s %10.2f%n", what, large / small);
    }

    private Place newPlace() {
        return new Place(SubvolumeId.TOP_LEVEL, Inode.ROOT, FileName.of("s" + names++));
    }

    private void run() throws IOException {
        SubvolumeId many = filled(MANY);
        SubvolumeId some = filled(SOME);
        SubvolumeId few = filled(FEW);
        snapshots(many, few);
        recursive();
        diffs(many, some);
        deletions(many, few);
        pool.close();
    }

    private SubvolumeId filled(int files) throws IOException {
        SubvolumeId[] id = new SubvolumeId[1];
        double millis = millis(() -> id[0] = fill(files));
        report("make " + files + " files", millis);
        return id[0];
    }

    private SubvolumeId fill(int files) throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId id = tx.createSubvolume(newPlace()).id();
            SubvolumeWriter tree = tx.edit(id);
            long directory = Inode.ROOT;
            for (int i = 0; i < files; i++) {
                if (i % PER_DIRECTORY == 0) {
                    directory = tree.createDirectory(Inode.ROOT, FileName.of("d" + i), PLAIN);
                }
                long file = tree.createFile(directory, FileName.of("file" + i), PLAIN);
                tree.write(file, 0, ByteBuffer.wrap(("content of " + i).getBytes(UTF_8)));
            }
            tx.commit();
            return id;
        }
    }

    private SubvolumeId snapshot(SubvolumeId source) throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeId id = tx.snapshot(source, newPlace(), READ_ONLY).id();
            tx.commit();
            return id;
        }
    }

    private void snapshots(SubvolumeId many, SubvolumeId few) throws IOException {
        double[] large = new double[ROUNDS];
        double[] small = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            large[i] = millis(() -> snapshot(many));
            small[i] = millis(() -> snapshot(few));
        }
        report("snapshot and commit, " + MANY + " files", median(large));
        report("snapshot and commit, " + FEW + " files", median(small));
        ratio("ratio, at most 1.5", median(large), median(small));
    }

    private void recursive() throws IOException {
        SubvolumeId root;
        try (WriteTransaction tx = pool.begin()) {
            root = tx.createSubvolume(newPlace()).id();
            for (int i = 0; i < NESTED; i++) {
                SubvolumeId nested =
                        tx.createSubvolume(new Place(root, Inode.ROOT, FileName.of("n" + i))).id();
                tx.edit(nested).createFile(Inode.ROOT, FileName.of("file"), PLAIN);
            }
            tx.commit();
        }
        double[] times = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            times[i] =
                    millis(() -> {
                        try (WriteTransaction tx = pool.begin()) {
                            tx.snapshot(root, newPlace(), new SnapshotOptions(true, true));
                            tx.commit();
                        }
                    });
        }
        report("recursive snapshot of " + NESTED + " nested, one commit", median(times));
    }

    /// Two snapshots, and the changes between them.
    private record Pair(SubvolumeId before, SubvolumeId after) {}

    /// Changes files at equal distances among the first `files`.
    private Pair changed(SubvolumeId id, int files) throws IOException {
        SubvolumeId before = snapshot(id);
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeWriter tree = tx.edit(id);
            for (int i = 0; i < CHANGES; i++) {
                int index = (int) ((long) i * files / CHANGES);
                FileName directory = FileName.of("d" + index / PER_DIRECTORY * PER_DIRECTORY);
                long parent = tree.lookup(Inode.ROOT, directory).orElseThrow().target();
                long file = tree.lookup(parent, FileName.of("file" + index)).orElseThrow().target();
                tree.write(file, 0, ByteBuffer.wrap(("changed " + names).getBytes(UTF_8)));
            }
            tx.commit();
        }
        return new Pair(before, snapshot(id));
    }

    /// What is done with a pair of trees.
    private interface Comparison {
        void run(FileTree older, FileTree newer) throws IOException;
    }

    private static void diff(FileTree older, FileTree newer) throws IOException {
        int found = 0;
        for (Scan<Change> changes = SnapshotDiff.between(older, newer); changes.advance(); ) {
            found++;
        }
        if (found != CHANGES) {
            throw new IllegalStateException(found + " changes");
        }
    }

    private static void send(FileTree older, FileTree newer) throws IOException {
        StreamWriter out = new StreamWriter(OutputStream.nullOutputStream());
        Sender sender = new Sender(out, SendOptions.ofProtocol(2));
        sender.send(SendJob.incremental(older, newer));
        sender.finish();
    }

    /// The CPU time of one comparison, which other work on the machine disturbs less than its wall
    /// time.
    ///
    /// @param cold with nothing in the caches: in a newly opened pool
    private double cpuMillis(Pair pair, boolean cold, Comparison comparison) throws IOException {
        if (cold) {
            pool.close();
            pool = Pool.open(store, PoolOptions.defaults());
        }
        try (ReadView view = pool.read()) {
            FileTree from = view.open(pair.before);
            FileTree to = view.open(pair.after);
            long start = THREADS.getCurrentThreadCpuTime();
            comparison.run(from, to);
            return (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
        }
    }

    /// The same files of both, then files spread over all of the larger.
    private void diffs(SubvolumeId many, SubvolumeId some) throws IOException {
        Pair small = changed(some, SOME);
        Pair same = changed(many, SOME);
        Pair spread = changed(many, MANY);
        compare("the same", same, small);
        compare("spread over all", spread, small);
        for (Pair pair : List.of(same, spread)) {
            delete(pair.before);
            delete(pair.after);
        }
    }

    private void compare(String which, Pair large, Pair small) throws IOException {
        for (boolean cold : new boolean[] {true, false}) {
            compare("diff", which, cold, large, small, EngineCosts::diff);
            compare("send", which, cold, large, small, EngineCosts::send);
        }
    }

    private void compare(
            String verb, String which, boolean cold, Pair large, Pair small, Comparison comparison)
            throws IOException {
        double[] larges = new double[ROUNDS];
        double[] smalls = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            larges[i] = cpuMillis(large, cold, comparison);
            smalls[i] = cpuMillis(small, cold, comparison);
        }
        String what =
                "CPU of a " + (cold ? "cold " : "warm ") + verb + ", " + CHANGES + " changes in ";
        report(what + MANY + " files (" + which + ")", median(larges));
        report(what + SOME + " files", median(smalls));
        ratio("ratio, at most 2", median(larges), median(smalls));
    }

    private void delete(SubvolumeId id) throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            tx.deleteSubvolume(id, false);
            tx.commit();
        }
    }

    private void deletions(SubvolumeId many, SubvolumeId few) throws IOException {
        double[] commits = new double[ROUNDS];
        double[] deletes = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            boolean flag = i % 2 == 0;
            commits[i] =
                    millis(() -> {
                        try (WriteTransaction tx = pool.begin()) {
                            tx.setReadOnly(few, flag);
                            tx.commit();
                        }
                    });
            SubvolumeId snapshot = snapshot(many);
            deletes[i] = millis(() -> delete(snapshot));
        }
        report("a commit that sets one flag", median(commits));
        report("delete a snapshot of " + MANY + " files, and commit", median(deletes));
        report("delete the last subvolume of " + MANY + " files", millis(() -> delete(many)));
    }
}
