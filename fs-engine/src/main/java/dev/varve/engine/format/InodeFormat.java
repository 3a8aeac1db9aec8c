package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;

/// The value of an INODE item.
///
/// ```
///  0 mode u32 | 4 uid u32 | 8 gid u32 | 12 links u32 | 16 size u64 | 24 rdev u32 | 28 flags u64
/// 36 access | 48 modify | 60 change | 72 birth: seconds s64, nanoseconds u32
/// 84 generation u64 | 92 origin u64
/// ```
public final class InodeFormat {
    private static final int MODE = 0;
    private static final int UID = MODE + 4;
    private static final int GID = UID + 4;
    private static final int LINKS = GID + 4;
    private static final int SIZE = LINKS + 4;
    private static final int RDEV = SIZE + 8;
    private static final int FLAGS = RDEV + 4;
    private static final int ACCESS = FLAGS + 8;
    private static final int MODIFY = ACCESS + 12;
    private static final int CHANGE = MODIFY + 12;
    private static final int BIRTH = CHANGE + 12;
    private static final int GENERATION = BIRTH + 12;
    private static final int ORIGIN = GENERATION + 8;
    private static final int BYTES = ORIGIN + 8;

    private static final int NANOS_END = 1_000_000_000;

    private InodeFormat() {}

    public static byte[] write(Inode inode) {
        byte[] out = new byte[BYTES];
        LittleEndian.putU32(out, MODE, inode.mode());
        LittleEndian.putU32(out, UID, inode.uid());
        LittleEndian.putU32(out, GID, inode.gid());
        LittleEndian.putU32(out, LINKS, inode.links());
        LittleEndian.putI64(out, SIZE, inode.sizeBytes());
        LittleEndian.putU32(out, RDEV, inode.rdev());
        LittleEndian.putI64(out, FLAGS, inode.flags());
        putTime(out, ACCESS, inode.accessTime());
        putTime(out, MODIFY, inode.modifyTime());
        putTime(out, CHANGE, inode.changeTime());
        putTime(out, BIRTH, inode.birthTime());
        LittleEndian.putI64(out, GENERATION, inode.generation());
        LittleEndian.putI64(out, ORIGIN, inode.origin());
        return out;
    }

    public static Inode read(long number, byte[] page, int offset, int length)
            throws CorruptionException {
        if (length != BYTES) {
            throw corrupt(number, BYTES + " bytes", length);
        }
        int mode = LittleEndian.i32(page, offset + MODE);
        long sizeBytes = LittleEndian.i64(page, offset + SIZE);
        if (!isMode(mode)) {
            throw corrupt(number, "a file mode", mode);
        }
        if (sizeBytes < 0) {
            throw corrupt(number, "a size", sizeBytes);
        }
        return new Inode(
                number,
                mode,
                LittleEndian.u32(page, offset + UID),
                LittleEndian.u32(page, offset + GID),
                LittleEndian.u32(page, offset + LINKS),
                sizeBytes,
                LittleEndian.u32(page, offset + RDEV),
                LittleEndian.i64(page, offset + FLAGS),
                time(number, page, offset + ACCESS),
                time(number, page, offset + MODIFY),
                time(number, page, offset + CHANGE),
                time(number, page, offset + BIRTH),
                LittleEndian.i64(page, offset + GENERATION),
                LittleEndian.i64(page, offset + ORIGIN));
    }

    private static boolean isMode(int mode) {
        if ((mode & ~(FileType.MODE_MASK | 07777)) != 0) {
            return false;
        }
        return switch (mode & FileType.MODE_MASK) {
            case 0010000, 0020000, 0040000, 0060000, 0100000, 0120000, 0140000 -> true;
            default -> false;
        };
    }

    private static void putTime(byte[] out, int offset, Timestamp time) {
        LittleEndian.putI64(out, offset, time.seconds());
        LittleEndian.putU32(out, offset + 8, time.nanos());
    }

    private static Timestamp time(long number, byte[] page, int offset) throws CorruptionException {
        long nanos = LittleEndian.u32(page, offset + 8);
        if (nanos >= NANOS_END) {
            throw corrupt(number, "nanoseconds", nanos);
        }
        return new Timestamp(LittleEndian.i64(page, offset), (int) nanos);
    }

    private static CorruptionException corrupt(long number, String expected, long actual) {
        return new CorruptionException("inode " + number, expected, Long.toString(actual));
    }
}
