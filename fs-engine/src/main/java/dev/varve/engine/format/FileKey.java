package dev.varve.engine.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Keys of a subvolume's tree: inode number, item type, and an offset or a name.
///
/// ```
/// | inode u64 BE | type u8 | rest                                    |
///                  INODE     -
///                  LINK      directory u64 BE, name
///                  XATTR     name
///                  TARGET    -
///                  ENTRY     name
///                  EXTENT    file offset u64 BE
/// ```
///
/// Big endian makes the order of the bytes the order of the numbers. All that belongs to an inode
/// stands together.
public final class FileKey {
    public static final int INODE = 1;
    public static final int LINK = 2;
    public static final int XATTR = 3;
    public static final int TARGET = 4;
    public static final int ENTRY = 5;
    public static final int EXTENT = 6;

    /// Where the part behind inode and type starts.
    public static final int REST = 9;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private FileKey() {}

    public static byte[] of(long inode, int type) {
        return of(inode, type, 0);
    }

    private static byte[] of(long inode, int type, int restLength) {
        byte[] key = new byte[REST + restLength];
        LONG.set(key, 0, inode);
        key[8] = (byte) type;
        return key;
    }

    public static byte[] named(long inode, int type, byte[] name) {
        byte[] key = of(inode, type, name.length);
        System.arraycopy(name, 0, key, REST, name.length);
        return key;
    }

    public static byte[] link(long inode, long directory, byte[] name) {
        byte[] key = of(inode, LINK, 8 + name.length);
        LONG.set(key, REST, directory);
        System.arraycopy(name, 0, key, REST + 8, name.length);
        return key;
    }

    public static byte[] extent(long inode, long offset) {
        byte[] key = of(inode, EXTENT, 8);
        LONG.set(key, REST, offset);
        return key;
    }

    /// Whether these bytes are long enough to be a key at all.
    public static boolean isValid(int keyLength, int type) {
        return switch (type) {
            case INODE, TARGET -> keyLength == REST;
            case LINK -> keyLength > REST + 8;
            case XATTR, ENTRY -> keyLength > REST;
            case EXTENT -> keyLength == REST + 8;
            default -> false;
        };
    }

    public static long inode(byte[] page, int keyOffset) {
        return (long) LONG.get(page, keyOffset);
    }

    public static int type(byte[] page, int keyOffset) {
        return page[keyOffset + 8];
    }

    /// The offset of an EXTENT key or the directory of a LINK key.
    public static long number(byte[] page, int keyOffset) {
        return (long) LONG.get(page, keyOffset + REST);
    }

    /// The name of an XATTR or ENTRY key.
    public static byte[] name(byte[] page, int keyOffset, int keyLength) {
        return Arrays.copyOfRange(page, keyOffset + REST, keyOffset + keyLength);
    }

    /// The name of a LINK key.
    public static byte[] linkName(byte[] page, int keyOffset, int keyLength) {
        return Arrays.copyOfRange(page, keyOffset + REST + 8, keyOffset + keyLength);
    }
}
