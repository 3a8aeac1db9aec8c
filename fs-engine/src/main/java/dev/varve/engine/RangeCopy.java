package dev.varve.engine;

import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;

/// Copies a range of a file byte by byte where sharing it would let one key's subvolume refer to
/// what another key sealed. Holes stay holes and preallocated ranges preallocated.
record RangeCopy(FileTree source, SubvolumeWriter target) {
    private static final int STEP_BYTES = 128 << 10;

    void copy(long from, long offset, long length, SubvolumeWriter.CloneTarget to)
            throws IOException {
        if (offset < 0 || length < 0 || offset > source.inode(from).sizeBytes() - length) {
            throw new FileSystemException(
                    "inode " + from, null, "the range to clone reaches beyond the source's end");
        }
        long end = offset + length;
        long shift = to.offset() - offset;
        target.punchHole(to.inode(), to.offset(), length);
        for (Scan<Extent> extents = source.extents(from, offset);
                extents.advance() && extents.current().offset() < end; ) {
            Extent extent = extents.current();
            long start = Math.max(offset, extent.offset());
            long stop = Math.min(end, extent.end());
            if (extent instanceof Extent.Preallocated) {
                target.allocate(to.inode(), start + shift, stop - start, true);
            } else {
                copyBytes(from, start, stop, to.inode(), shift);
            }
        }
        if (target.inode(to.inode()).sizeBytes() < to.offset() + length) {
            target.truncate(to.inode(), to.offset() + length);
        }
    }

    private void copyBytes(long from, long start, long stop, long to, long shift)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(STEP_BYTES);
        for (long at = start; at < stop; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(STEP_BYTES, stop - at));
            while (buffer.hasRemaining()) {
                if (source.read(from, at + buffer.position(), buffer) <= 0) {
                    throw new FileSystemException("inode " + from, null, "ends too early");
                }
            }
            target.write(to, at + shift, buffer.flip());
        }
    }
}
