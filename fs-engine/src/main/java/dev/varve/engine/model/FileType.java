package dev.varve.engine.model;

/// What an inode is. The octal values are the `S_IF*` bits of `st_mode`.
public enum FileType {
    FIFO(0010000),
    CHARACTER_DEVICE(0020000),
    DIRECTORY(0040000),
    BLOCK_DEVICE(0060000),
    REGULAR(0100000),
    SYMLINK(0120000),
    SOCKET(0140000);

    /// The bits of `st_mode` that hold the type.
    public static final int MODE_MASK = 0170000;

    private final int modeBits;

    FileType(int modeBits) {
        this.modeBits = modeBits;
    }

    /// The `S_IF*` value.
    public int modeBits() {
        return modeBits;
    }

    /// The type in a full `st_mode`.
    ///
    /// @throws IllegalArgumentException if the mode names no type
    public static FileType ofMode(int mode) {
        int bits = mode & MODE_MASK;
        for (FileType type : values()) {
            if (type.modeBits == bits) {
                return type;
            }
        }
        throw new IllegalArgumentException("no file type in mode 0" + Integer.toOctalString(mode));
    }
}
