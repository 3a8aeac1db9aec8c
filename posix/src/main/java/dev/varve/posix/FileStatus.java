package dev.varve.posix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What `statx` tells of an inode. Layout: `struct statx` in `include/uapi/linux/stat.h`.
///
/// @param mode type and permission bits
/// @param blocks allocated space in units of 512 bytes
/// @param rdev device number in the kernel's 32-bit encoding (`minor & 0xff | major << 8 | (minor &
///   ~0xff) << 12`); 0 unless a device
/// @param device the file system's device in the same encoding
/// @param mountId the mount it was reached through; 0 if the kernel does not say
/// @param birthSeconds time of creation; 0 with [#birthNanos] 0 if the file system keeps none
public record FileStatus(
        long inode,
        int mode,
        long links,
        long uid,
        long gid,
        long sizeBytes,
        long blocks,
        long rdev,
        long device,
        long mountId,
        long accessSeconds,
        int accessNanos,
        long modifySeconds,
        int modifyNanos,
        long changeSeconds,
        int changeNanos,
        long birthSeconds,
        int birthNanos) {

    /// Bytes of `struct statx`.
    static final int BYTES = 256;

    private static final int MASK_BIRTH = 0x800;
    private static final int MASK_MOUNT = 0x1000;
    private static final int TYPE_BITS = 0170000;

    /// Everything `stat` tells, the birth time and the mount.
    static final int MASK = 0x7ff | MASK_BIRTH | MASK_MOUNT;

    static FileStatus read(MemorySegment statx) {
        int mask = statx.get(ValueLayout.JAVA_INT, 0);
        boolean hasBirth = (mask & MASK_BIRTH) != 0;
        return new FileStatus(
                statx.get(ValueLayout.JAVA_LONG, 32),
                statx.get(ValueLayout.JAVA_SHORT, 28) & 0xffff,
                unsigned(statx, 16),
                unsigned(statx, 20),
                unsigned(statx, 24),
                statx.get(ValueLayout.JAVA_LONG, 40),
                statx.get(ValueLayout.JAVA_LONG, 48),
                device(statx, 128),
                device(statx, 136),
                (mask & MASK_MOUNT) != 0 ? statx.get(ValueLayout.JAVA_LONG, 144) : 0,
                statx.get(ValueLayout.JAVA_LONG, 64),
                statx.get(ValueLayout.JAVA_INT, 72),
                statx.get(ValueLayout.JAVA_LONG, 112),
                statx.get(ValueLayout.JAVA_INT, 120),
                statx.get(ValueLayout.JAVA_LONG, 96),
                statx.get(ValueLayout.JAVA_INT, 104),
                hasBirth ? statx.get(ValueLayout.JAVA_LONG, 80) : 0,
                hasBirth ? statx.get(ValueLayout.JAVA_INT, 88) : 0);
    }

    private static long unsigned(MemorySegment statx, long offset) {
        return Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, offset));
    }

    private static long device(MemorySegment statx, long offset) {
        long major = unsigned(statx, offset);
        long minor = unsigned(statx, offset + 4);
        return (minor & 0xff) | major << 8 | (minor & ~0xffL) << 12;
    }

    public boolean isRegular() {
        return (mode & TYPE_BITS) == 0100000;
    }

    public boolean isDirectory() {
        return (mode & TYPE_BITS) == 0040000;
    }

    public boolean isSymlink() {
        return (mode & TYPE_BITS) == 0120000;
    }

    /// The twelve permission bits.
    public int permissions() {
        return mode & 07777;
    }
}
