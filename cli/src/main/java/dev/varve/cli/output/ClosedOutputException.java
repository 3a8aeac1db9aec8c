package dev.varve.cli.output;

import java.io.IOException;

/// Standard output took no more: a pipe whose reader is gone, or a full disk.
public final class ClosedOutputException extends IOException {
    ClosedOutputException(IOException cause) {
        super("standard output: " + cause.getMessage(), cause);
    }

    /// Whether the reader simply had enough, as `head` has.
    public boolean isBrokenPipe() {
        Throwable cause = getCause();
        return cause != null && String.valueOf(cause.getMessage()).contains("Broken pipe");
    }
}
