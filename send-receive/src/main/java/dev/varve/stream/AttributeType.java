package dev.varve.stream;

/// The attributes by the number they have on the wire, which is their place here counted from 1.
enum AttributeType {
    UUID(16),
    CTRANSID(8),
    INO(8),
    SIZE(8),
    MODE(8),
    UID(8),
    GID(8),
    RDEV(8),
    CTIME(12),
    MTIME(12),
    ATIME(12),
    OTIME(12),
    XATTR_NAME(),
    XATTR_DATA(),
    PATH(),
    PATH_TO(),
    PATH_LINK(),
    FILE_OFFSET(8),
    DATA(),
    CLONE_UUID(16),
    CLONE_CTRANSID(8),
    CLONE_PATH(),
    CLONE_OFFSET(8),
    CLONE_LEN(8),
    FALLOCATE_MODE(4),
    FILEATTR(8),
    UNENCODED_FILE_LEN(8),
    UNENCODED_LEN(8),
    UNENCODED_OFFSET(8),
    COMPRESSION(4),
    ENCRYPTION(4),
    VERITY_ALGORITHM(1),
    VERITY_BLOCK_SIZE(4),
    VERITY_SALT_DATA(),
    VERITY_SIG_DATA();

    private static final AttributeType[] BY_NUMBER = values();

    /// The largest number on the wire.
    static final int LAST = BY_NUMBER.length;

    private final int sizeBytes;

    AttributeType(int sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    AttributeType() {
        this(-1);
    }

    /// The number on the wire, an unsigned 16-bit integer.
    int number() {
        return ordinal() + 1;
    }

    /// Whether every value has the same size.
    boolean isFixed() {
        return sizeBytes >= 0;
    }

    /// The size of every value in bytes, if fixed.
    int sizeBytes() {
        return sizeBytes;
    }

    /// @param number 1 to [#LAST]
    static AttributeType ofNumber(int number) {
        return BY_NUMBER[number - 1];
    }
}
