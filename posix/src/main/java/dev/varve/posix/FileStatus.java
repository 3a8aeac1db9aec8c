package dev.varve.posix;

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

    /// Words of `struct statx`.
    static final int WORDS = 32;

    private static final int MASK_BIRTH = 0x800;
    private static final int MASK_MOUNT = 0x1000;
    private static final int TYPE_BITS = 0170000;

    /// Everything `stat` tells, the birth time and the mount.
    static final int MASK = 0x7ff | MASK_BIRTH | MASK_MOUNT;

    /// @param statx the structure as little-endian 8-byte words
    static FileStatus read(long[] statx) {
        int mask = (int) statx[0];
        boolean hasBirth = (mask & MASK_BIRTH) != 0;
        return new FileStatus(
                statx[4],
                (int) high(statx[3]) & 0xffff,
                low(statx[2]),
                high(statx[2]),
                low(statx[3]),
                statx[5],
                statx[6],
                device(statx[16]),
                device(statx[17]),
                (mask & MASK_MOUNT) != 0 ? statx[18] : 0,
                statx[8],
                (int) statx[9],
                statx[14],
                (int) statx[15],
                statx[12],
                (int) statx[13],
                hasBirth ? statx[10] : 0,
                hasBirth ? (int) statx[11] : 0);
    }

    private static long low(long word) {
        return word & 0xffff_ffffL;
    }

    private static long high(long word) {
        return word >>> 32;
    }

    private static long device(long majorAndMinor) {
        long major = low(majorAndMinor);
        long minor = high(majorAndMinor);
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
