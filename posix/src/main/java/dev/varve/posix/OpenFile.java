package dev.varve.posix;

import java.io.Closeable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An open file descriptor. Any thread may use it; whoever opened it closes it, when nobody else
/// uses it any more. Failures are [PosixException]s.
public final class OpenFile implements Closeable {
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int KEEP_SIZE = 0x01;
    private static final int PUNCH_HOLE = 0x02;
    private static final int ZERO_RANGE = 0x10;
    private static final long FICLONERANGE = 0x4020940dL;

    /// `_IOW('f', 133, struct fsverity_enable_arg)`
    private static final long VERITY = 0x4080_6685L;

    private static final int VERITY_ARGUMENT_BYTES = 128;

    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final long FIEMAP = 0xc020660bL;
    private static final long GETFLAGS = 0x80086601L;
    private static final long SETFLAGS = 0x40086602L;
    private static final int FIEMAP_HEADER_BYTES = 32;
    private static final int FIEMAP_EXTENT_BYTES = 56;

    private int fd;
    private final Trail trail;

    OpenFile(int fd, Trail trail) {
        this.fd = fd;
        this.trail = trail;
    }

    /// The descriptor's number, for calls made elsewhere; -1 once closed.
    public int descriptor() {
        return fd;
    }

    Trail trail() {
        return trail;
    }

    public FileStatus status() throws PosixException {
        Scratch scratch = Scratch.get();
        long name = scratch.path(new byte[0]);
        int flags = Directory.AT_EMPTY_PATH;
        long target = scratch.struct.address();
        check("statx", Kernel.call(SystemCall.STATX, fd, name, flags, FileStatus.MASK, target));
        return FileStatus.read(scratch.structWords(FileStatus.WORDS));
    }

    /// Reads into a direct buffer from its position on.
    ///
    /// @return bytes read; 0 at the end of the file
    public int read(ByteBuffer direct, long offset) throws PosixException {
        long target = addressOf(direct);
        int wanted = direct.remaining();
        int count =
                (int) check("read", Kernel.call(SystemCall.PREAD64, fd, target, wanted, offset, 0));
        direct.position(direct.position() + count);
        Reference.reachabilityFence(direct);
        return count;
    }

    /// Writes all remaining bytes of a direct buffer.
    public void write(ByteBuffer direct, long offset) throws PosixException {
        long source = addressOf(direct);
        long at = 0;
        long length = direct.remaining();
        while (at < length) {
            long count =
                    Kernel.call(SystemCall.PWRITE64, fd, source + at, length - at, offset + at, 0);
            at += check("write", count);
        }
        direct.position(direct.limit());
        Reference.reachabilityFence(direct);
    }

    private static long addressOf(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("needs a direct buffer");
        }
        return MemorySegment.ofBuffer(direct).address();
    }

    public void truncate(long sizeBytes) throws PosixException {
        check("ftruncate", Kernel.call(SystemCall.FTRUNCATE, fd, sizeBytes, 0));
    }

    /// Allocates space without writing; the size stays.
    public void allocate(long offset, long length) throws PosixException {
        fallocate(KEEP_SIZE, offset, length);
    }

    /// Makes a range a hole; the size stays.
    public void punchHole(long offset, long length) throws PosixException {
        fallocate(KEEP_SIZE | PUNCH_HOLE, offset, length);
    }

    /// Makes a range read as zeros, allocated; the size stays.
    public void zeroRange(long offset, long length) throws PosixException {
        fallocate(KEEP_SIZE | ZERO_RANGE, offset, length);
    }

    private void fallocate(int mode, long offset, long length) throws PosixException {
        check("fallocate", Kernel.call(SystemCall.FALLOCATE, fd, mode, offset, length, 0));
    }

    /// The first byte at or behind `offset` that is data; empty if only a hole follows.
    public Optional<Long> nextData(long offset) throws PosixException {
        long result = Kernel.call(SystemCall.LSEEK, fd, offset, SEEK_DATA);
        return result == -Errno.ENXIO ? Optional.empty() : Optional.of(check("lseek", result));
    }

    /// The first byte at or behind `offset` that is in a hole, at most the size; `offset` must be
    /// below the size.
    public long nextHole(long offset) throws PosixException {
        return check("lseek", Kernel.call(SystemCall.LSEEK, fd, offset, SEEK_HOLE));
    }

    /// Some mapped extents that end behind `offset`, in order; none if there are none.
    public List<FileExtent> extents(long offset) throws PosixException {
        MemorySegment map = Scratch.get().struct;
        int capacity = (int) ((map.byteSize() - FIEMAP_HEADER_BYTES) / FIEMAP_EXTENT_BYTES);
        map.asSlice(0, FIEMAP_HEADER_BYTES).fill((byte) 0);
        map.set(ValueLayout.JAVA_LONG, 0, offset);
        map.set(ValueLayout.JAVA_LONG, 8, -1L - offset);
        map.set(ValueLayout.JAVA_INT, 24, capacity);
        check("fiemap", Kernel.call(SystemCall.IOCTL, fd, FIEMAP, map.address()));
        int count = Math.min(capacity, map.get(ValueLayout.JAVA_INT, 20));
        List<FileExtent> extents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = FIEMAP_HEADER_BYTES + (long) i * FIEMAP_EXTENT_BYTES;
            extents.add(
                    new FileExtent(
                            map.get(ValueLayout.JAVA_LONG, at),
                            map.get(ValueLayout.JAVA_LONG, at + 16),
                            map.get(ValueLayout.JAVA_INT, at + 40)));
        }
        return extents;
    }

    /// Makes a range share storage with a range of another file (`FICLONERANGE`).
    public void cloneRange(OpenFile source, long sourceOffset, long length, long offset)
            throws PosixException {
        MemorySegment range = Scratch.get().struct;
        range.set(ValueLayout.JAVA_LONG, 0, (long) source.fd);
        range.set(ValueLayout.JAVA_LONG, 8, sourceOffset);
        range.set(ValueLayout.JAVA_LONG, 16, length);
        range.set(ValueLayout.JAVA_LONG, 24, offset);
        check("ficlonerange", Kernel.call(SystemCall.IOCTL, fd, FICLONERANGE, range.address()));
    }

    /// Copies a range inside the kernel.
    ///
    /// @return bytes copied, possibly fewer than asked for; 0 at the source's end
    public long copyRange(OpenFile source, long sourceOffset, long length, long offset)
            throws PosixException {
        MemorySegment offsets = Scratch.get().struct;
        offsets.set(ValueLayout.JAVA_LONG, 0, sourceOffset);
        offsets.set(ValueLayout.JAVA_LONG, 8, offset);
        long from = offsets.address();
        var arguments = new Kernel.Arguments(source.fd, from, fd, from + 8, length, 0);
        return check("copy_file_range", Kernel.call(SystemCall.COPY_FILE_RANGE, arguments));
    }

    /// The `FS_*_FL` flags that `chattr` sets; 0 where the file system has none.
    public int inodeFlags() throws PosixException {
        MemorySegment flags = Scratch.get().struct;
        flags.set(ValueLayout.JAVA_LONG, 0, 0);
        long result = Kernel.call(SystemCall.IOCTL, fd, GETFLAGS, flags.address());
        if (result == -Errno.ENOTTY || result == -Errno.EOPNOTSUPP) {
            return 0;
        }
        check("getflags", result);
        return flags.get(ValueLayout.JAVA_INT, 0);
    }

    public void setInodeFlags(int flags) throws PosixException {
        MemorySegment value = Scratch.get().struct;
        value.set(ValueLayout.JAVA_LONG, 0, flags);
        check("setflags", Kernel.call(SystemCall.IOCTL, fd, SETFLAGS, value.address()));
    }

    /// @param permissions the twelve permission bits
    public void setPermissions(int permissions) throws PosixException {
        check("fchmod", Kernel.call(SystemCall.FCHMOD, fd, permissions, 0));
    }

    public void setOwner(long uid, long gid) throws PosixException {
        check("fchown", Kernel.call(SystemCall.FCHOWN, fd, uid, gid));
    }

    public void setTimes(FileTimes to) throws PosixException {
        MemorySegment times = to.write(Scratch.get().struct);
        check("utimensat", Kernel.call(SystemCall.UTIMENSAT, fd, 0, times.address()));
    }

    public List<byte[]> xattrs() throws PosixException {
        return attributes().names();
    }

    public Optional<byte[]> xattr(byte[] name) throws PosixException {
        return attributes().get(name);
    }

    public void setXattr(byte[] name, byte[] value) throws PosixException {
        attributes().set(name, value);
    }

    public void removeXattr(byte[] name) throws PosixException {
        attributes().remove(name);
    }

    private Xattrs attributes() {
        return new Xattrs(fd, null, trail);
    }

    /// Takes the file's one lock, which lasts until it is closed; false if somebody else has it.
    public boolean tryLock() throws PosixException {
        long result = Kernel.call(SystemCall.FLOCK, fd, LOCK_EX | LOCK_NB, 0);
        if (result == -Errno.EAGAIN) {
            return false;
        }
        check("flock", result);
        return true;
    }

    /// Makes the file immutable under fs-verity (`FS_IOC_ENABLE_VERITY`). It must be open for
    /// reading only, here and everywhere.
    ///
    /// @param salt at most 32 bytes
    /// @param signature at most 16128 bytes; none if empty
    public void enableVerity(int algorithm, int blockSize, byte[] salt, byte[] signature)
            throws PosixException {
        Scratch scratch = Scratch.get();
        MemorySegment argument = scratch.struct.asSlice(0, VERITY_ARGUMENT_BYTES).fill((byte) 0);
        MemorySegment saltBytes = scratch.large.asSlice(0, salt.length);
        MemorySegment signatureBytes = scratch.large.asSlice(salt.length, signature.length);
        saltBytes.copyFrom(MemorySegment.ofArray(salt));
        signatureBytes.copyFrom(MemorySegment.ofArray(signature));
        argument.set(ValueLayout.JAVA_INT, 0, 1);
        argument.set(ValueLayout.JAVA_INT, 4, algorithm);
        argument.set(ValueLayout.JAVA_INT, 8, blockSize);
        argument.set(ValueLayout.JAVA_INT, 12, salt.length);
        argument.set(ValueLayout.JAVA_LONG, 16, salt.length == 0 ? 0 : saltBytes.address());
        argument.set(ValueLayout.JAVA_INT, 24, signature.length);
        argument.set(
                ValueLayout.JAVA_LONG, 32, signature.length == 0 ? 0 : signatureBytes.address());
        check("enable_verity", Kernel.call(SystemCall.IOCTL, fd, VERITY, argument.address()));
    }

    /// Makes content and metadata durable.
    public void sync() throws PosixException {
        check("fsync", Kernel.call(SystemCall.FSYNC, fd, 0, 0));
    }

    /// Makes the whole file system durable.
    public void syncFileSystem() throws PosixException {
        check("syncfs", Kernel.call(SystemCall.SYNCFS, fd, 0, 0));
    }

    /// Tells the kernel what will happen to a range; only a hint, so failures do not matter.
    public void advise(Advice advice, long offset, long length) {
        Kernel.call(SystemCall.FADVISE64, fd, offset, length, advice.number, 0);
    }

    /// `POSIX_FADV_*`.
    public enum Advice {
        SEQUENTIAL(2),
        WILL_NEED(3),
        DONT_NEED(4);

        private final int number;

        Advice(int number) {
            this.number = number;
        }
    }

    private long check(String call, long result) throws PosixException {
        if (result < 0) {
            throw new PosixException(call, (int) -result, trail.toString());
        }
        return result;
    }

    @Override
    public void close() throws PosixException {
        if (fd >= 0) {
            long result = Kernel.call(SystemCall.CLOSE, fd, 0, 0);
            fd = -1;
            check("close", result);
        }
    }

    @Override
    public String toString() {
        return trail.toString();
    }
}
