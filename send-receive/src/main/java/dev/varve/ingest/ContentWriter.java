package dev.varve.ingest;

import dev.varve.engine.Chunk;
import dev.varve.engine.Chunker;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.SubvolumeWriter.Presence;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/// Makes the content of one inode what a reader tells, piece by piece, and touches only what
/// differs, so that snapshots go on sharing the rest. Every step may be repeated.
final class ContentWriter {
    /// Granularity of the comparison: what file systems map and what exports count.
    private static final int BLOCK_BYTES = 4096;

    private final SubvolumeWriter tree;
    private final long inode;
    private final Tally tally;
    private final byte[] buffer;

    /// Whether the inode may hold content that a piece must be compared with.
    private boolean isCompared;

    private final boolean isContentDefined;

    /// How content is compared with what the pool holds.
    ///
    /// @param isCompared whether it holds any
    /// @param isContentDefined whether a chunk that differs is written whole, so that it is cut
    ///   alike everywhere; else only its differing blocks
    /// @param buffer scratch for the pool's side
    record Comparison(boolean isCompared, boolean isContentDefined, byte[] buffer) {}

    ContentWriter(SubvolumeWriter tree, long inode, Comparison comparison, Tally tally) {
        this.tree = tree;
        this.inode = inode;
        this.isCompared = comparison.isCompared();
        this.isContentDefined = comparison.isContentDefined();
        this.buffer = comparison.buffer();
        this.tally = tally;
    }

    /// From now on there may be content from an earlier attempt.
    void restart() {
        isCompared = true;
    }

    /// Writes a chunk unless it is there already.
    void chunk(long offset, Chunk chunk) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(chunk.bytes());
        if (offset == 0 && bytes.remaining() <= Chunker.MAX_INLINE_BYTES) {
            data(offset, bytes);
            return;
        }
        Presence presence = isCompared ? tree.presence(inode, offset, chunk) : Presence.ELSEWHERE;
        switch (presence) {
            case HERE -> {}
            case ELSEWHERE -> writeChunk(offset, chunk);
            case UNKNOWN -> {
                if (!isContentDefined) {
                    compare(offset, bytes);
                } else if (!differing(offset, bytes).isEmpty()) {
                    writeChunk(offset, chunk);
                }
            }
        }
    }

    private void writeChunk(long offset, Chunk chunk) throws IOException {
        boolean isNew = tree.writeChunk(inode, offset, chunk);
        tally.bytesWritten += isNew ? chunk.bytes().length : 0;
    }

    /// @param bytes from position 0, at most as many as the scratch holds
    private void data(long offset, ByteBuffer bytes) throws IOException {
        if (!bytes.hasRemaining()) {
            return;
        }
        if (isCompared) {
            compare(offset, bytes);
        } else {
            write(offset, bytes);
        }
    }

    private void write(long offset, ByteBuffer bytes) throws IOException {
        tally.bytesWritten += bytes.remaining();
        tree.write(inode, offset, bytes);
    }

    /// Writes the runs of blocks that are no data in the pool or other data.
    private void compare(long offset, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        BitSet differing = differing(offset, bytes);
        for (int from = differing.nextSetBit(0); from >= 0; ) {
            int to = differing.nextClearBit(from);
            int start = Math.max(0, blockStart(offset, from));
            int end = Math.min(length, blockStart(offset, to));
            write(offset + start, bytes.slice(start, end - start));
            from = differing.nextSetBit(to);
        }
    }

    /// Where block `index` starts, counted from `offset`; blocks are aligned in the file.
    private static int blockStart(long offset, int index) {
        return index * BLOCK_BYTES - (int) (offset % BLOCK_BYTES);
    }

    private BitSet differing(long offset, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        int inPool = readPool(offset, length);
        Covered covered = new Covered(offset);
        BitSet differing = new BitSet();
        for (int index = 0; blockStart(offset, index) < length; index++) {
            int start = Math.max(0, blockStart(offset, index));
            int end = Math.min(length, blockStart(offset, index + 1));
            boolean isSame =
                    end <= inPool
                            && covered.reaches(offset + start, offset + end)
                            && bytes.slice(start, end - start)
                                    .equals(ByteBuffer.wrap(buffer, start, end - start));
            differing.set(index, !isSame);
        }
        return differing;
    }

    /// Fills [#buffer] with what the pool holds and returns how much that is. What is damaged there
    /// is nothing: importing a file again heals it.
    private int readPool(long offset, int length) throws IOException {
        ByteBuffer target = ByteBuffer.wrap(buffer, 0, length);
        try {
            while (target.hasRemaining()) {
                if (tree.read(inode, offset + target.position(), target) == 0) {
                    break;
                }
            }
        } catch (CorruptionException _) {
            return 0;
        }
        return target.position();
    }

    /// Walks the data extents along with the comparison.
    private final class Covered {
        private final Scan<Extent> extents;
        private long start;
        private long end;

        Covered(long offset) throws IOException {
            extents = tree.extents(inode, offset);
            start = offset;
            end = offset;
        }

        /// Whether data covers the range; ranges are asked for in order.
        boolean reaches(long from, long to) throws IOException {
            while (end < to) {
                if (!extents.advance()) {
                    return false;
                }
                Extent extent = extents.current();
                if (extent instanceof Extent.Preallocated) {
                    continue;
                }
                start = extent.offset() == end ? start : extent.offset();
                end = extent.end();
            }
            return start <= from;
        }
    }

    void hole(long offset, long length) throws IOException {
        if (isCompared && tree.inode(inode).sizeBytes() > offset) {
            Scan<Extent> extents = tree.extents(inode, offset);
            if (extents.advance() && extents.current().offset() < offset + length) {
                tree.punchHole(inode, offset, length);
            }
        }
    }

    void preallocated(long offset, long length) throws IOException {
        if (isCompared) {
            Scan<Extent> extents = tree.extents(inode, offset);
            if (extents.advance()
                    && extents.current() instanceof Extent.Preallocated extent
                    && extent.offset() <= offset
                    && extent.end() >= offset + length) {
                return;
            }
        }
        tree.zeroRange(inode, offset, length, true);
    }

    void end(long sizeBytes) throws IOException {
        if (tree.inode(inode).sizeBytes() != sizeBytes) {
            tree.truncate(inode, sizeBytes);
        }
    }
}
