package dev.varve.engine.model;

/// Everything `lstat` shows of an inode, and what Varve needs to recognise it again.
///
/// @param number inode number, unique in its subvolume and never used twice in it; the root
///   directory is [#ROOT]
/// @param mode full `st_mode`: type and the twelve permission bits
/// @param uid owner, 0 to 2^32-1
/// @param gid group, 0 to 2^32-1
/// @param links names of a file; always 1 for a directory, as in btrfs; 0 for one that is unlinked
/// @param sizeBytes length of a file or symlink target; 0 for everything else
/// @param rdev device number as the kernel encodes it in 32 bits (`minor & 0xff | major << 8 |
///   (minor & ~0xff) << 12`); 0 unless a device
/// @param flags btrfs inode flags (`chattr`), kept and sent, never enforced here
/// @param generation the transaction that created it
/// @param origin inode number at the place this was imported from; 0 if unknown
public record Inode(
        long number,
        int mode,
        long uid,
        long gid,
        long links,
        long sizeBytes,
        long rdev,
        long flags,
        Timestamp accessTime,
        Timestamp modifyTime,
        Timestamp changeTime,
        Timestamp birthTime,
        long generation,
        long origin) {

    /// The root directory of every subvolume.
    public static final long ROOT = 256;

    public FileType type() {
        return FileType.ofMode(mode);
    }

    public boolean isDirectory() {
        return (mode & FileType.MODE_MASK) == FileType.DIRECTORY.modeBits();
    }

    public boolean isRegular() {
        return (mode & FileType.MODE_MASK) == FileType.REGULAR.modeBits();
    }

    /// The twelve permission bits.
    public int permissions() {
        return mode & 07777;
    }
}
