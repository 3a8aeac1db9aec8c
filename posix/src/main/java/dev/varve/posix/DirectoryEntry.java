package dev.varve.posix;

/// A name as `getdents64` tells it.
///
/// @param name owned by the receiver
/// @param type `DT_*`: 4 is a directory, 8 a regular file, 0 unknown
public record DirectoryEntry(byte[] name, int type) {
    public static final int TYPE_UNKNOWN = 0;
    public static final int TYPE_DIRECTORY = 4;
}
