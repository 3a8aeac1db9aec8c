package dev.varve.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// A system call failed.
public final class PosixException extends IOException {
    private final int errno;
    private final String call;
    private final String path;

    /// @param path what the call was about, decoded for people
    public PosixException(String call, int errno, String path) {
        super(path + ": " + call + ": " + Errno.describe(errno));
        this.errno = errno;
        this.call = call;
        this.path = path;
    }

    /// One of [Errno].
    public int errno() {
        return errno;
    }

    /// The call's name.
    public String call() {
        return call;
    }

    public String path() {
        return path;
    }

    /// The error alone, without path and call.
    public String reason() {
        return Errno.describe(errno);
    }

    static String text(byte[] path) {
        return new String(path, StandardCharsets.UTF_8);
    }
}
