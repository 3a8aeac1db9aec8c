package dev.varve.send;

import dev.varve.engine.model.FileName;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.Arrays;

/// A path as streams have it, built from its last name upward.
final class Paths {
    /// The longest path the kernel takes, in bytes.
    static final int MAX_BYTES = 4095;

    /// The subvolume itself.
    static final byte[] ROOT = new byte[0];

    private final byte[] bytes = new byte[MAX_BYTES];
    private int start = MAX_BYTES;

    /// Puts a directory's name before what is there.
    Paths prepend(FileName name) throws FileSystemException {
        int separator = start == MAX_BYTES ? 0 : 1;
        int next = start - separator - name.length();
        if (next < 0) {
            throw tooLong(toBytes());
        }
        if (separator != 0) {
            bytes[start - 1] = '/';
        }
        name.copyTo(bytes, next);
        start = next;
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOfRange(bytes, start, MAX_BYTES);
    }

    /// The path of a name in a directory.
    static byte[] join(byte[] directory, FileName name) throws FileSystemException {
        int prefix = directory.length == 0 ? 0 : directory.length + 1;
        if (prefix + name.length() > MAX_BYTES) {
            throw tooLong(directory);
        }
        byte[] path = Arrays.copyOf(directory, prefix + name.length());
        if (prefix != 0) {
            path[prefix - 1] = '/';
        }
        name.copyTo(path, prefix);
        return path;
    }

    /// For messages only.
    static String text(byte[] path) {
        return path.length == 0 ? "." : new String(path, StandardCharsets.UTF_8);
    }

    private static FileSystemException tooLong(byte[] part) {
        return new FileSystemException(
                text(part), null, "path longer than " + MAX_BYTES + " bytes cannot be sent");
    }
}
