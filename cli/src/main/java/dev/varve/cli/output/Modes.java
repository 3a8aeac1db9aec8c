package dev.varve.cli.output;

import dev.varve.engine.model.FileType;

/// File modes as `ls` and `stat` show them.
public final class Modes {
    private static final String LETTERS = "rwxrwxrwx";

    private Modes() {}

    /// Ten characters, such as `drwxr-sr-x`.
    public static String text(int mode) {
        StringBuilder text = new StringBuilder(10).append(letter(FileType.ofMode(mode)));
        for (int i = 0; i < 9; i++) {
            text.append((mode & (0400 >> i)) != 0 ? LETTERS.charAt(i) : '-');
        }
        special(text, 3, mode & 04000, 's', 'S');
        special(text, 6, mode & 02000, 's', 'S');
        special(text, 9, mode & 01000, 't', 'T');
        return text.toString();
    }

    private static void special(StringBuilder text, int at, int bit, char with, char without) {
        if (bit != 0) {
            text.setCharAt(at, text.charAt(at) == 'x' ? with : without);
        }
    }

    private static char letter(FileType type) {
        return switch (type) {
            case FIFO -> 'p';
            case CHARACTER_DEVICE -> 'c';
            case DIRECTORY -> 'd';
            case BLOCK_DEVICE -> 'b';
            case REGULAR -> '-';
            case SYMLINK -> 'l';
            case SOCKET -> 's';
        };
    }

    /// The type in words, as `stat` says it.
    public static String words(FileType type) {
        return switch (type) {
            case FIFO -> "fifo";
            case CHARACTER_DEVICE -> "character special file";
            case DIRECTORY -> "directory";
            case BLOCK_DEVICE -> "block special file";
            case REGULAR -> "regular file";
            case SYMLINK -> "symbolic link";
            case SOCKET -> "socket";
        };
    }

    /// The type as one word of the JSON schema.
    public static String name(FileType type) {
        return switch (type) {
            case FIFO -> "fifo";
            case CHARACTER_DEVICE -> "chardev";
            case DIRECTORY -> "dir";
            case BLOCK_DEVICE -> "blockdev";
            case REGULAR -> "file";
            case SYMLINK -> "symlink";
            case SOCKET -> "socket";
        };
    }

    /// The permission bits in octal, four digits.
    public static String octal(int permissions) {
        return Integer.toOctalString(010000 | permissions).substring(1);
    }

    /// Major part of a kernel device number.
    public static long major(long rdev) {
        return (rdev >>> 8) & 0xfff;
    }

    /// Minor part of a kernel device number.
    public static long minor(long rdev) {
        return (rdev & 0xff) | ((rdev >>> 12) & 0xfff00);
    }
}
