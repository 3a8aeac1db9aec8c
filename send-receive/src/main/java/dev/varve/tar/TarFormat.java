package dev.varve.tar;

import java.util.Arrays;

/// The header block of a tar archive: POSIX ustar (IEEE Std 1003.1, pax, "ustar Interchange
/// Format") with GNU's base-256 numbers and sparse fields (GNU tar manual, "Basic Tar Format").
///
/// ```
///   0 name 100       100 mode 8    108 uid 8      116 gid 8     124 size 12    136 mtime 12
/// 148 checksum 8     156 type 1    157 link 100   257 magic 6   263 version 2  265 uname 32
/// 297 gname 32       329 major 8   337 minor 8    345 prefix 155
/// ```
final class TarFormat {
    static final int BLOCK_BYTES = 512;

    /// Archives are padded to a multiple of this, as tape records were.
    static final int RECORD_BYTES = 20 * BLOCK_BYTES;

    static final byte REGULAR = '0';
    static final byte OLD_REGULAR = 0;
    static final byte HARD_LINK = '1';
    static final byte SYMLINK = '2';
    static final byte CHARACTER_DEVICE = '3';
    static final byte BLOCK_DEVICE = '4';
    static final byte DIRECTORY = '5';
    static final byte FIFO = '6';
    static final byte CONTIGUOUS = '7';
    static final byte PAX = 'x';
    static final byte PAX_GLOBAL = 'g';
    static final byte GNU_LONG_NAME = 'L';
    static final byte GNU_LONG_LINK = 'K';
    static final byte GNU_SPARSE = 'S';
    static final byte GNU_VOLUME = 'V';

    static final int NAME_BYTES = 100;

    private static final int MODE = 100;
    private static final int UID = 108;
    private static final int GID = 116;
    private static final int SIZE = 124;
    private static final int MODIFY = 136;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int LINK = 157;
    private static final int MAGIC = 257;
    private static final int MAJOR = 329;
    private static final int MINOR = 337;
    private static final int PREFIX = 345;
    private static final int PREFIX_BYTES = 155;
    private static final byte[] USTAR = {'u', 's', 't', 'a', 'r', 0, '0', '0'};

    static final int GNU_SPARSE_MAP = 386;
    static final int GNU_SPARSE_ENTRIES = 4;
    static final int GNU_SPARSE_MORE = 482;
    static final int GNU_SPARSE_SIZE = 483;
    static final int GNU_SPARSE_NUMBER_BYTES = 12;
    static final int GNU_SPARSE_EXTENSION_ENTRIES = 21;
    static final int GNU_SPARSE_EXTENSION_MORE = 504;

    private TarFormat() {}

    /// The fixed fields; what does not fit is told by pax records.
    ///
    /// @param name with the prefix, if any
    /// @param sizeBytes of what follows the header
    record Header(
            byte type,
            byte[] name,
            byte[] link,
            long mode,
            long uid,
            long gid,
            long sizeBytes,
            long modifySeconds,
            long major,
            long minor) {}

    /// @throws MalformedTarException if the checksum is wrong or a number is none
    static Header read(byte[] block, long offset) throws MalformedTarException {
        long expected = number(block, CHECKSUM, 8, offset);
        long actual = checksum(block);
        if (expected != actual) {
            throw new MalformedTarException(
                    offset, "header checksum is " + actual + ", expected " + expected);
        }
        byte[] name = text(block, 0, NAME_BYTES);
        boolean isUstar = Arrays.equals(block, MAGIC, MAGIC + 6, USTAR, 0, 6);
        if (isUstar && block[PREFIX] != 0) {
            name = join(text(block, PREFIX, PREFIX_BYTES), name);
        }
        return new Header(
                block[TYPE],
                name,
                text(block, LINK, NAME_BYTES),
                number(block, MODE, 8, offset),
                number(block, UID, 8, offset),
                number(block, GID, 8, offset),
                number(block, SIZE, 12, offset),
                number(block, MODIFY, 12, offset),
                number(block, MAJOR, 8, offset),
                number(block, MINOR, 8, offset));
    }

    private static byte[] join(byte[] prefix, byte[] name) {
        byte[] path = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
        path[prefix.length] = '/';
        System.arraycopy(name, 0, path, prefix.length + 1, name.length);
        return path;
    }

    static byte[] write(Header header) {
        byte[] block = new byte[BLOCK_BYTES];
        putText(block, 0, header.name);
        putText(block, LINK, header.link);
        putOctal(block, MODE, 8, header.mode);
        putOctal(block, UID, 8, header.uid);
        putOctal(block, GID, 8, header.gid);
        putOctal(block, SIZE, 12, header.sizeBytes);
        putOctal(block, MODIFY, 12, header.modifySeconds);
        putOctal(block, MAJOR, 8, header.major);
        putOctal(block, MINOR, 8, header.minor);
        block[TYPE] = header.type;
        System.arraycopy(USTAR, 0, block, MAGIC, USTAR.length);
        putOctal(block, CHECKSUM, 7, checksum(block));
        block[CHECKSUM + 7] = ' ';
        return block;
    }

    /// Whether a number fits a field of 7 octal digits.
    static boolean fitsShort(long value) {
        return value >= 0 && value < 1L << 21;
    }

    /// Whether a number fits a field of 11 octal digits.
    static boolean fitsLong(long value) {
        return value >= 0 && value < 1L << 33;
    }

    private static void putText(byte[] block, int at, byte[] text) {
        System.arraycopy(text, 0, block, at, Math.min(text.length, NAME_BYTES));
    }

    private static void putOctal(byte[] block, int at, int length, long value) {
        long rest = value;
        for (int i = at + length - 2; i >= at; i--) {
            block[i] = (byte) ('0' + (rest & 7));
            rest >>>= 3;
        }
    }

    /// The sum of all bytes, those of the checksum itself counted as spaces.
    private static long checksum(byte[] block) {
        long sum = 0;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : block[i] & 0xff;
        }
        return sum;
    }

    private static byte[] text(byte[] block, int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(block, at, end);
    }

    /// An octal number, or GNU's big-endian one if the first bit is set.
    static long number(byte[] block, int at, int length, long offset) throws MalformedTarException {
        return (block[at] & 0x80) != 0
                ? binary(block, at, length, offset)
                : octal(block, at, length, offset);
    }

    private static long octal(byte[] block, int at, int length, long offset)
            throws MalformedTarException {
        long value = 0;
        boolean hasEnded = false;
        for (int i = at; i < at + length; i++) {
            int digit = block[i] - '0';
            boolean isBlank = block[i] == 0 || block[i] == ' ';
            if (isBlank && value == 0) {
                continue; // leading
            }
            hasEnded |= isBlank;
            if (!hasEnded && (digit < 0 || digit > 7)) {
                throw new MalformedTarException(offset, "no octal number at +" + at);
            }
            value = hasEnded ? value : value << 3 | digit;
        }
        return value;
    }

    private static long binary(byte[] block, int at, int length, long offset)
            throws MalformedTarException {
        boolean isNegative = (block[at] & 0x40) != 0;
        long value = isNegative ? block[at] | 0x80 : block[at] & 0x3f;
        for (int i = at + 1; i < at + length; i++) {
            if (value != (value << 8) >> 8) {
                throw new MalformedTarException(offset, "number too large at +" + at);
            }
            value = value << 8 | (block[i] & 0xff);
        }
        return value;
    }
}
