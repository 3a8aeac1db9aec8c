package dev.varve.stream;

import java.util.Optional;

/// The commands by the number they have on the wire, which is their place here.
enum CommandType {
    UNSPECIFIED,
    SUBVOL,
    SNAPSHOT,
    MKFILE,
    MKDIR,
    MKNOD,
    MKFIFO,
    MKSOCK,
    SYMLINK,
    RENAME,
    LINK,
    UNLINK,
    RMDIR,
    SET_XATTR,
    REMOVE_XATTR,
    WRITE,
    CLONE,
    TRUNCATE,
    CHMOD,
    CHOWN,
    UTIMES,
    END,
    UPDATE_EXTENT,
    FALLOCATE,
    FILEATTR,
    ENCODED_WRITE,
    ENABLE_VERITY;

    private static final CommandType[] BY_NUMBER = values();

    /// The number on the wire, an unsigned 16-bit integer.
    int number() {
        return ordinal();
    }

    /// The command with this number, empty if this program knows none.
    static Optional<CommandType> ofNumber(int number) {
        return number <= 0 || number >= BY_NUMBER.length
                ? Optional.empty()
                : Optional.of(BY_NUMBER[number]);
    }
}
