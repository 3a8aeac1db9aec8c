package dev.varve.receive;

import dev.varve.posix.Errno;
import dev.varve.posix.OpenFile;
import dev.varve.posix.PosixException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Moves bytes between open files: shared where the file system can, else copied. Not for two
/// threads at once.
final class FileCopier {
    private static final int CHUNK_BYTES = 256 << 10;

    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);

    /// Writes all of `data`, which may be on the heap; its position stays.
    void write(OpenFile target, long offset, ByteBuffer data) throws PosixException {
        if (data.isDirect()) {
            target.write(data.duplicate(), offset);
            return;
        }
        ByteBuffer rest = data.duplicate();
        long at = offset;
        while (rest.hasRemaining()) {
            int count = Math.min(CHUNK_BYTES, rest.remaining());
            chunk.clear().put(rest.slice(rest.position(), count)).flip();
            target.write(chunk, at);
            rest.position(rest.position() + count);
            at += count;
        }
    }

    /// Writes zeros.
    void zero(OpenFile target, long offset, long length) throws PosixException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(CHUNK_BYTES, length));
        for (long at = 0; at < length; at += zeros.capacity()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), length - at));
            target.write(zeros, offset + at);
        }
    }

    /// Gives a range of `target` the bytes of a range of `source`, which must have them all.
    void cloneOrCopy(OpenFile source, long sourceOffset, long length, OpenFile target, long offset)
            throws PosixException {
        if (!share(source, sourceOffset, length, target, offset)) {
            copy(source, sourceOffset, length, target, offset);
        }
    }

    /// Makes an empty file equal to another of this size, holes included.
    void cloneOrCopyAll(OpenFile source, OpenFile target, long sizeBytes) throws PosixException {
        if (sizeBytes == 0 || share(source, 0, sizeBytes, target, 0)) {
            return;
        }
        long at = 0;
        while (at < sizeBytes) {
            Optional<Long> data = source.nextData(at);
            if (data.isEmpty()) {
                break;
            }
            long end = Math.min(source.nextHole(data.get()), sizeBytes);
            copy(source, data.get(), end - data.get(), target, data.get());
            at = end;
        }
        target.truncate(sizeBytes);
    }

    private static boolean share(
            OpenFile source, long sourceOffset, long length, OpenFile target, long offset)
            throws PosixException {
        try {
            target.cloneRange(source, sourceOffset, length, offset);
            return true;
        } catch (PosixException e) {
            return switch (e.errno()) {
                // No reflinks there, other file systems, or not aligned to its blocks.
                case Errno.EOPNOTSUPP, Errno.ENOTTY, Errno.EXDEV, Errno.EINVAL -> false;
                default -> throw e;
            };
        }
    }

    private void copy(OpenFile source, long sourceOffset, long length, OpenFile target, long offset)
            throws PosixException {
        long done = 0;
        while (done < length) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, length - done));
            if (source.read(chunk, sourceOffset + done) == 0) {
                throw new PosixException("read", Errno.EIO, source.toString());
            }
            chunk.flip();
            int count = chunk.remaining();
            target.write(chunk, offset + done);
            done += count;
        }
    }
}
