package dev.varve.restore;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.posix.Errno;
import dev.varve.posix.OpenFile;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Copies content from a pool's inode to an open file that is empty and has its size: data as it
/// is, preallocated ranges as such, holes by leaving them out.
record ContentCopy(FileTree tree, Inode inode, OpenFile file, Buffers buffers, Tally tally) {
    /// Read at once: as much as the longest block, which stays in a core's cache on its way
    /// through.
    private static final int PIECE_BYTES = 128 << 10;

    /// Written at once. The kernel gives a longer write larger folios and leaves the cache doing
    /// so: with 1 MiB the same bytes cost two to three times the CPU.
    private static final int WRITE_BYTES = 64 << 10;

    private static final int BLOCK_BYTES = 4096;

    /// One thread's buffers.
    record Buffers(ByteBuffer first, ByteBuffer second) {
        static Buffers allocate() {
            return new Buffers(
                    ByteBuffer.allocateDirect(PIECE_BYTES), ByteBuffer.allocateDirect(PIECE_BYTES));
        }
    }

    /// Copies what lies in a range, which starts at a multiple of the block size.
    ///
    /// @param isSparse whether to leave out blocks of zeros
    void write(long start, long end, boolean isSparse) throws IOException {
        Scan<Extent> extents = tree.extents(inode.number(), start);
        while (extents.advance() && extents.current().offset() < end) {
            Extent extent = extents.current();
            long from = Math.max(start, extent.offset());
            long to = Math.min(end, extent.end());
            switch (extent) {
                case Extent.Preallocated _ -> allocate(from, to - from);
                case Extent.Data _, Extent.Inline _ ->
                        writeData(from, Math.min(to, inode.sizeBytes()), isSparse);
            }
        }
    }

    private void allocate(long offset, long length) throws PosixException {
        try {
            file.allocate(offset, length);
        } catch (PosixException e) {
            // Without it a hole reads the same.
            if (e.errno() != Errno.EOPNOTSUPP) {
                throw e;
            }
        }
    }

    private void writeData(long from, long to, boolean isSparse) throws IOException {
        ByteBuffer buffer = buffers.first;
        for (long at = from; at < to; ) {
            fill(buffer.clear(), at, to);
            int length = buffer.flip().remaining();
            if (isSparse) {
                writeNonZero(buffer, at);
            } else {
                writeRun(buffer, 0, length, at);
            }
            at += length;
        }
    }

    private void fill(ByteBuffer buffer, long at, long to) throws IOException {
        buffer.limit((int) Math.min(buffer.capacity(), to - at));
        while (buffer.hasRemaining()) {
            if (tree.read(inode.number(), at + buffer.position(), buffer) == 0) {
                throw new IOException("the pool's extents reach beyond its content");
            }
        }
    }

    private void writeNonZero(ByteBuffer buffer, long offset) throws IOException {
        int length = buffer.limit();
        int runStart = -1;
        for (int at = 0; at < length; ) {
            int inBlock = (int) ((offset + at) % BLOCK_BYTES);
            int end = Math.min(length, at + BLOCK_BYTES - inBlock);
            boolean isZero = isZero(buffer, at, end);
            if (isZero && runStart >= 0) {
                writeRun(buffer, runStart, at, offset);
                runStart = -1;
            } else if (!isZero && runStart < 0) {
                runStart = at;
            }
            at = end;
        }
        if (runStart >= 0) {
            writeRun(buffer, runStart, length, offset);
        }
    }

    private void writeRun(ByteBuffer buffer, int from, int to, long offset) throws IOException {
        for (int at = from; at < to; at += WRITE_BYTES) {
            file.write(buffer.slice(at, Math.min(WRITE_BYTES, to - at)), offset + at);
        }
        tally.bytesWritten.add(to - from);
    }

    private static boolean isZero(ByteBuffer buffer, int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            if (buffer.getLong(at) != 0) {
                return false;
            }
        }
        for (; at < to; at++) {
            if (buffer.get(at) != 0) {
                return false;
            }
        }
        return true;
    }

    /// Reads a range of the file back and compares it with the pool.
    ///
    /// @throws IOException if it differs
    void verify(long start, long end) throws IOException {
        long stop = Math.min(end, inode.sizeBytes());
        ByteBuffer expected = buffers.first;
        ByteBuffer actual = buffers.second;
        for (long at = start; at < stop; ) {
            fill(expected.clear(), at, stop);
            int length = expected.flip().remaining();
            actual.clear().limit(length);
            while (actual.hasRemaining() && file.read(actual, at + actual.position()) > 0) {
                continue;
            }
            int difference = expected.mismatch(actual.flip());
            if (difference >= 0) {
                throw new IOException("what was read back differs at " + (at + difference));
            }
            tally.bytesVerified.add(length);
            at += length;
        }
    }
}
