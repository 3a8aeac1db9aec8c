package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;

/// The value of an ENTRY item: `target u64 | kind u8`. The kind is the type's place among
/// [FileType]'s bits (`S_IF* >> 12`), or 0 for a nested subvolume, whose id is the target.
public final class EntryFormat {
    private static final int SUBVOLUME = 0;
    private static final int TYPE_SHIFT = 12;
    private static final int KIND = 8;
    private static final int BYTES = KIND + 1;
    private static final FileType[] TYPES = FileType.values();

    private EntryFormat() {}

    public static byte[] write(long target, FileType type, boolean isSubvolume) {
        byte[] out = new byte[BYTES];
        LittleEndian.putI64(out, 0, target);
        out[KIND] = (byte) (isSubvolume ? SUBVOLUME : type.modeBits() >> TYPE_SHIFT);
        return out;
    }

    public static DirEntry read(long directory, FileName name, byte[] page, int offset, int length)
            throws CorruptionException {
        if (length != BYTES) {
            throw corrupt(directory, name, BYTES + " bytes", length);
        }
        long target = LittleEndian.i64(page, offset);
        int kind = page[offset + KIND];
        if (target <= 0) {
            throw corrupt(directory, name, "a target", target);
        }
        if (kind == SUBVOLUME) {
            return new DirEntry(name, target, FileType.DIRECTORY, true);
        }
        return new DirEntry(name, target, type(directory, name, kind), false);
    }

    private static FileType type(long directory, FileName name, int kind)
            throws CorruptionException {
        for (FileType type : TYPES) {
            if (type.modeBits() == kind << TYPE_SHIFT) {
                return type;
            }
        }
        throw corrupt(directory, name, "a file type", kind);
    }

    private static CorruptionException corrupt(
            long directory, FileName name, String expected, long actual) {
        return new CorruptionException(
                "entry '" + name + "' of directory " + directory, expected, Long.toString(actual));
    }

    /// The name in an ENTRY key.
    public static FileName name(byte[] page, int keyOffset, int keyLength)
            throws CorruptionException {
        byte[] bytes = FileKey.name(page, keyOffset, keyLength);
        if (!FileName.isValid(bytes)) {
            throw new CorruptionException(
                    "directory " + FileKey.inode(page, keyOffset), "a file name", "other bytes");
        }
        return FileName.of(bytes);
    }
}
