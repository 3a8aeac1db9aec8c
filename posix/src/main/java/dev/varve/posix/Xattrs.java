package dev.varve.posix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The extended attributes of one inode, reached by descriptor or, without following a link, by a
/// name in an open directory. Linux has no `*at` form; `/proc/self/fd/N/name` is one.
record Xattrs(int fd, byte @Nullable [] name, Trail trail) {
    private static final int LARGEST_NAME_BYTES = 255;

    List<byte[]> names() throws PosixException {
        Scratch scratch = Scratch.get();
        long buffer = scratch.large.address();
        SystemCall call = byName() ? SystemCall.LLISTXATTR : SystemCall.FLISTXATTR;
        long length = Kernel.call(call, subject(scratch), buffer, Scratch.LARGE_BYTES);
        if (length == -Errno.EOPNOTSUPP) {
            return List.of();
        }
        return split(scratch, check("listxattr", length));
    }

    private static List<byte[]> split(Scratch scratch, long length) {
        List<byte[]> names = new ArrayList<>();
        long start = 0;
        for (long at = 0; at < length; at++) {
            if (scratch.large.get(ValueLayout.JAVA_BYTE, at) == 0) {
                names.add(scratch.large.asSlice(start, at - start).toArray(ValueLayout.JAVA_BYTE));
                start = at + 1;
            }
        }
        return names;
    }

    Optional<byte[]> get(byte[] attribute) throws PosixException {
        Scratch scratch = Scratch.get();
        long value = scratch.large.address();
        long key = scratch.otherPath(attribute);
        SystemCall call = byName() ? SystemCall.LGETXATTR : SystemCall.FGETXATTR;
        long length = Kernel.call(call, subject(scratch), key, value, Scratch.LARGE_BYTES, 0);
        if (length == -Errno.ENODATA || length == -Errno.EOPNOTSUPP) {
            return Optional.empty();
        }
        return Optional.of(scratch.copyLarge(check("getxattr", length)));
    }

    void set(byte[] attribute, byte[] value) throws PosixException {
        Scratch scratch = Scratch.get();
        if (value.length > Scratch.LARGE_BYTES || attribute.length > LARGEST_NAME_BYTES) {
            throw new PosixException("setxattr", Errno.ERANGE, trail.toString());
        }
        MemorySegment.copy(value, 0, scratch.large, ValueLayout.JAVA_BYTE, 0, value.length);
        long key = scratch.otherPath(attribute);
        SystemCall call = byName() ? SystemCall.LSETXATTR : SystemCall.FSETXATTR;
        long address = scratch.large.address();
        long result = Kernel.call(call, subject(scratch), key, address, value.length, 0);
        check("setxattr " + PosixException.text(attribute), result);
    }

    void remove(byte[] attribute) throws PosixException {
        Scratch scratch = Scratch.get();
        long key = scratch.otherPath(attribute);
        SystemCall call = byName() ? SystemCall.LREMOVEXATTR : SystemCall.FREMOVEXATTR;
        check("removexattr", Kernel.call(call, subject(scratch), key, 0));
    }

    private boolean byName() {
        return name != null;
    }

    private long subject(Scratch scratch) throws PosixException {
        return name == null ? fd : scratch.path(procPath(fd, name));
    }

    private long check(String call, long result) throws PosixException {
        if (result < 0) {
            throw new PosixException(call, (int) -result, trail.toString());
        }
        return result;
    }

    /// `/proc/self/fd/N/name`.
    static byte[] procPath(int fd, byte[] name) {
        byte[] prefix = ("/proc/self/fd/" + fd + "/").getBytes(StandardCharsets.US_ASCII);
        byte[] path = new byte[prefix.length + name.length];
        System.arraycopy(prefix, 0, path, 0, prefix.length);
        System.arraycopy(name, 0, path, prefix.length, name.length);
        return path;
    }
}
