package dev.varve.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Native memory that one thread reuses for the arguments of its calls. Nothing in it outlives a
/// call; the garbage collector frees it with the thread.
final class Scratch {
    /// Paths are shorter than this, NUL included (`PATH_MAX`).
    static final int PATH_BYTES = 4096;

    /// The kernel's largest xattr value and list (`XATTR_SIZE_MAX`, `XATTR_LIST_MAX`).
    static final int LARGE_BYTES = 64 << 10;

    private static final ThreadLocal<Scratch> OF_THREAD =
            ThreadLocal.withInitial(() -> {
                Kernel.requireSupported();
                return new Scratch();
            });

    private final Arena arena = Arena.ofAuto();

    final MemorySegment callState = arena.allocate(Kernel.Native.STATE);

    /// First and second path argument.
    final MemorySegment path = arena.allocate(PATH_BYTES);

    final MemorySegment otherPath = arena.allocate(PATH_BYTES);

    /// For small structures.
    final MemorySegment struct = arena.allocate(4096, 8);

    private final long[] words = new long[FileStatus.WORDS];
    private final byte[] bytes = new byte[LARGE_BYTES];

    /// For directory entries and xattr values.
    final MemorySegment large = arena.allocate(LARGE_BYTES, 8);

    /// The calling thread's own.
    ///
    /// @throws UnsupportedOperationException on anything but 64-bit Linux
    static Scratch get() {
        return OF_THREAD.get();
    }

    /// The first words of [#struct], copied in one go: single reads of native memory are slow until
    /// the compiler has seen them often.
    long[] structWords(int count) {
        MemorySegment.copy(struct, ValueLayout.JAVA_LONG, 0, words, 0, count);
        return words;
    }

    /// The first bytes of [#large], copied in one go.
    byte[] largeBytes(int count) {
        MemorySegment.copy(large, ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
        return bytes;
    }

    /// Puts a NUL-terminated string into [#path] and returns its address.
    ///
    /// @throws PosixException if it is too long or holds a NUL
    long path(byte[] bytes) throws PosixException {
        return put(path, bytes);
    }

    /// Like [#path], for the second path of a call.
    long otherPath(byte[] bytes) throws PosixException {
        return put(otherPath, bytes);
    }

    private static long put(MemorySegment target, byte[] bytes) throws PosixException {
        if (bytes.length >= PATH_BYTES) {
            throw new PosixException("path", Errno.ENAMETOOLONG, PosixException.text(bytes));
        }
        for (byte b : bytes) {
            if (b == 0) {
                throw new PosixException("path", Errno.EINVAL, PosixException.text(bytes));
            }
        }
        MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, 0, bytes.length);
        target.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
        return target.address();
    }

    /// Copies the first bytes of [#large] out.
    byte[] copyLarge(long length) {
        return large.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }
}
