package dev.varve.local;

/// Turns the flags of `chattr` as the kernel's ioctl tells them (`FS_*_FL`,
/// `include/uapi/linux/fs.h`) into btrfs inode flags (`BTRFS_INODE_*`,
/// `include/uapi/linux/btrfs_tree.h`), which pools keep, and back. Flags without a counterpart
/// describe the file system below, not the file, and are dropped.
public final class InodeFlags {
    private static final long[][] PAIRS = {
        {0x0000_0008, 1 << 5}, // S, sync
        {0x0000_0010, 1 << 6}, // i, immutable
        {0x0000_0020, 1 << 7}, // a, append only
        {0x0000_0040, 1 << 8}, // d, no dump
        {0x0000_0080, 1 << 9}, // A, no atime
        {0x0001_0000, 1 << 10}, // D, directory sync
        {0x0080_0000, 1 << 1}, // C, no copy on write
        {0x0000_0400, 1 << 3}, // m, do not compress
        {0x0000_0004, 1 << 11}, // c, compress
    };

    private InodeFlags() {}

    /// The btrfs flags for these `FS_*_FL`.
    public static long fromChattr(int chattr) {
        long flags = 0;
        for (long[] pair : PAIRS) {
            flags |= (chattr & pair[0]) != 0 ? pair[1] : 0;
        }
        return flags;
    }

    /// The `FS_*_FL` for these btrfs flags.
    public static int toChattr(long flags) {
        long chattr = 0;
        for (long[] pair : PAIRS) {
            chattr |= (flags & pair[1]) != 0 ? pair[0] : 0;
        }
        return (int) chattr;
    }

    /// The `FS_*_FL` that have a counterpart.
    public static int chattrMask() {
        return toChattr(-1L);
    }
}
