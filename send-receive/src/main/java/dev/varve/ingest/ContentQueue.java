package dev.varve.ingest;

import dev.varve.engine.Chunker;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.ingest.ContentJob.Step;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/// Files whose content is on its way into the pool, in the order in which the walk met them.
/// Reading goes on behind the walk's back; the pool is written by the walk's thread.
final class ContentQueue implements Closeable {
    private static final int PENDING_FILES = 128;

    private final SubvolumeWriter tree;
    private final Origins origins;
    private final AttributeWriter attributes;
    private final Tally tally;
    private final byte[] scratch = new byte[Chunker.MAX_BYTES];
    private final boolean isContentDefined;
    private final ExecutorService threads;
    private final BlockingQueue<ContentJob> jobs = new LinkedBlockingQueue<>();
    private final Deque<Pending> pending = new ArrayDeque<>();

    /// @param isFresh whether the inode was made for this job
    private record Pending(ContentJob job, long inode, boolean isFresh) {}

    ContentQueue(SubvolumeWriter tree, Origins origins, ImportOptions options, Tally tally) {
        this.tree = tree;
        this.origins = origins;
        this.attributes = new AttributeWriter(tree);
        this.tally = tally;
        this.isContentDefined = tree.chunker().isContentDefined();
        this.threads = start(options.threads(), tree, jobs, options.clock());
    }

    private static ExecutorService start(
            int count, SubvolumeWriter tree, BlockingQueue<ContentJob> jobs, Clock clock) {
        ExecutorService threads =
                Executors.newFixedThreadPool(
                        count, Thread.ofPlatform().daemon().name("import-read-", 0).factory());
        for (int i = 0; i < count; i++) {
            threads.execute(new ContentReader(jobs, tree.chunker(), clock));
        }
        return threads;
    }

    /// Queues a file; may finish earlier ones to make room.
    void add(ContentJob job, long inode, boolean isFresh) throws IOException {
        if (pending.size() == PENDING_FILES) {
            finish(pending.remove());
        }
        pending.add(new Pending(job, inode, isFresh));
        jobs.add(job);
    }

    /// Finishes all queued files.
    void drain() throws IOException {
        while (!pending.isEmpty()) {
            finish(pending.remove());
        }
    }

    private void finish(Pending file) throws IOException {
        ContentWriter writer = writer(file);
        boolean isDone = false;
        while (!isDone) {
            isDone = apply(file, writer, file.job.next());
        }
        file.job.directory().release();
    }

    private ContentWriter writer(Pending file) {
        var comparison = new ContentWriter.Comparison(!file.isFresh, isContentDefined, scratch);
        return new ContentWriter(tree, file.inode, comparison, tally);
    }

    /// Returns whether this was the last step.
    private boolean apply(Pending file, ContentWriter writer, Step step) throws IOException {
        switch (step) {
            case Step.Start(int attempt) -> {
                if (attempt > 0) {
                    writer.restart();
                }
            }
            case Step.Data(var offset, var chunk, var room) -> {
                tally.read(chunk.bytes().length, file.job.directory().path());
                writer.chunk(offset, chunk);
                room.giveBack(chunk);
            }
            case Step.Hole(long offset, long length) -> writer.hole(offset, length);
            case Step.Preallocated(long offset, long length) -> writer.preallocated(offset, length);
            case Step.End end -> {
                writer.end(end.status().sizeBytes());
                finishAttributes(file, end);
                return true;
            }
            case Step.Failed(String reason) -> {
                tally.failed(file.job.path(), reason);
                giveUp(file);
                return true;
            }
            case Step.Broken(Error cause) -> throw cause;
        }
        return false;
    }

    private void finishAttributes(Pending file, Step.End end) throws IOException {
        Inode inode = tree.inode(file.inode);
        attributes.apply(inode, end.status());
        attributes.applyFlags(inode, end.flags());
        attributes.applyXattrs(file.inode, end.xattrs());
        if (end.isTorn()) {
            tally.failed(file.job.path(), "changed while it was read");
        }
    }

    /// What could not be read keeps what the pool had of it; if that was nothing, it goes again.
    private void giveUp(Pending file) throws IOException {
        if (!file.isFresh) {
            return;
        }
        Optional<Inode> inode = tree.findInode(file.inode);
        List<Link> links = new ArrayList<>();
        for (Scan<Link> scan = tree.links(file.inode); scan.advance(); ) {
            links.add(scan.current());
        }
        if (inode.isPresent()) {
            origins.remove(file.job.directory().region(), inode.get());
        }
        for (Link link : links) {
            tree.unlink(link.directory(), link.name());
        }
        tally.created--;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        for (Pending file : pending) {
            file.job.directory().release();
        }
    }
}
