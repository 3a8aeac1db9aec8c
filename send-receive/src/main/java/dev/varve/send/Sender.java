package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.RecentExtents;
import dev.varve.engine.RecentExtents.FileExtent;
import dev.varve.engine.SnapshotDiff;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.stream.StreamCommand;
import dev.varve.stream.StreamWriter;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

/// Writes snapshots as btrfs send streams. An increment costs what changed, in time, and a fixed
/// amount of memory; the same pair of snapshots always gives the same bytes.
///
/// ```java
/// Sender sender = new Sender(new StreamWriter(channel), SendOptions.ofProtocol(2));
/// sender.send(SendJob.incremental(parent, snapshot));
/// sender.finish();
/// ```
///
/// An interrupted stream goes on behind a token: the same jobs and options, and a writer that is
/// [StreamWriter#resuming]. What the receiver has is gone through again without reading its data.
///
/// Used by one thread, whose interrupt ends it with [java.io.InterruptedIOException].
public final class Sender {
    /// The most clone sources of one job.
    public static final int MAX_CLONE_SOURCES = 64;

    /// Names and extents looked at in each clone source beforehand.
    private static final int SOURCE_SCAN_STEPS = 64 << 10;

    private final StreamWriter out;
    private final SendOptions options;
    private final Differ differ;
    private boolean isOpen;

    private record Output(StreamWriter out) implements CommandSink {
        @Override
        public void put(StreamCommand command) throws IOException {
            out.write(command);
        }

        @Override
        public boolean needsData() {
            return out.needsData();
        }
    }

    /// Finds the changes between two trees.
    interface Differ {
        Scan<Change> between(FileTree older, FileTree newer) throws IOException;

        /// All extents of a tree, ordered by inode.
        default Scan<FileExtent> extents(FileTree tree) throws IOException {
            return RecentExtents.since(tree, 0);
        }
    }

    private record Changes(Differ differ, FileTree older, FileTree newer) implements ChangeSource {
        @Override
        public Scan<Change> open() throws IOException {
            return differ.between(older, newer);
        }

        @Override
        public Scan<FileExtent> extents(FileTree tree) throws IOException {
            return differ.extents(tree);
        }
    }

    /// The writer's output stays the caller's to close.
    public Sender(StreamWriter out, SendOptions options) {
        this(out, options, SnapshotDiff::between);
    }

    Sender(StreamWriter out, SendOptions options, Differ differ) {
        this.out = out;
        this.options = options;
        this.differ = differ;
    }

    /// The length in bytes of what [#send] would write for these jobs. Data is read only where it
    /// would have to be compressed.
    public static long measure(List<SendJob> jobs, SendOptions options) throws IOException {
        StreamWriter counter = StreamWriter.counting();
        Sender sender = new Sender(counter, options);
        for (SendJob job : jobs) {
            sender.send(job);
        }
        sender.finish();
        return counter.position();
    }

    /// Writes one subvolume.
    ///
    /// @throws FileSystemException if a tree is not read-only, the parent is no snapshot of the
    ///   same subvolume, or a path or extended attribute is longer than streams can say
    /// @throws IllegalArgumentException if there are more than [#MAX_CLONE_SOURCES]
    public void send(SendJob job) throws IOException {
        requireUnchanging(job);
        if (!isOpen) {
            out.begin(options.protocol());
            isOpen = true;
        }
        sendSubvolume(job);
        if (!options.oneStream()) {
            end();
        }
    }

    /// Ends the last stream and hands all to the output.
    public void finish() throws IOException {
        if (isOpen) {
            end();
        }
        out.flush();
    }

    private void end() throws IOException {
        out.write(new StreamCommand.End());
        isOpen = false;
    }

    private static void requireUnchanging(SendJob job) throws FileSystemException {
        if (job.cloneSources().size() > MAX_CLONE_SOURCES) {
            throw new IllegalArgumentException(
                    "%d clone sources; at most %d can be used"
                            .formatted(job.cloneSources().size(), MAX_CLONE_SOURCES));
        }
        List<FileTree> trees = new ArrayList<>(job.cloneSources());
        trees.add(job.tree());
        job.parent().ifPresent(trees::add);
        for (FileTree tree : trees) {
            if (!tree.info().readOnly()) {
                throw new FileSystemException(
                        tree.info().path(), null, "is not read-only, so it cannot be sent");
            }
        }
    }

    private void sendSubvolume(SendJob job) throws IOException {
        CommandSink sink = new Output(out);
        Whereabouts where = new Whereabouts(job.parent().orElse(job.tree()), job.tree());
        CloneTree own = CloneTree.of(where.newer());
        List<CloneTree> trees = new ArrayList<>(List.of(own));
        job.parent().ifPresent(_ -> trees.add(CloneTree.of(where.older())));
        int firstTwin = trees.size();
        for (FileTree source : job.cloneSources()) {
            trees.add(CloneTree.of(new DirectoryLinks(source)));
        }
        start(job, own, trees);
        SharedData shared = new SharedData(trees, !options.withoutData());
        for (int tree = firstTwin; !options.withoutData() && tree < trees.size(); tree++) {
            new SourceScan(shared, tree, SOURCE_SCAN_STEPS).below(Inode.ROOT);
        }
        AttributeSender attributes = new AttributeSender(sink, job.tree(), options);
        try (Contents contents = new Contents(sink, job.tree(), options)) {
            FileSender files =
                    new FileSender(sink, job.tree(), job.parent(), options, contents, shared);
            NewInodes newInodes =
                    new NewInodes(sink, job.tree(), files, attributes, shared, firstTwin);
            if (job.parent().isEmpty()) {
                new FullSend(sink, where.newer(), newInodes, attributes).send();
            } else {
                FileTree parent = job.parent().get();
                new IncrementalSend(
                                new IncrementalSend.Parts(
                                        sink, where, newInodes, files, attributes, shared),
                                new Changes(differ, parent, job.tree()))
                        .send();
            }
        }
    }

    private void start(SendJob job, CloneTree own, List<CloneTree> trees) throws IOException {
        byte[] name = job.name().bytes();
        if (job.parent().isEmpty()) {
            out.write(new StreamCommand.Subvolume(name, own.uuid(), own.ctransid()));
        } else {
            CloneTree parent = trees.get(SharedData.PARENT);
            out.write(
                    new StreamCommand.Snapshot(
                            name, own.uuid(), own.ctransid(), parent.uuid(), parent.ctransid()));
        }
    }
}
