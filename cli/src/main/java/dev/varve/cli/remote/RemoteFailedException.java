package dev.varve.cli.remote;

import java.io.IOException;

/// What runs on the other machine failed, or was not reached.
public final class RemoteFailedException extends IOException {
    /// What ssh ends with if it is not the program that failed but itself.
    static final int SSH_FAILED = 255;

    // What a shell ends with if it cannot start the program.
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private static final long serialVersionUID = 1;

    private final int status;

    RemoteFailedException(String message, int status) {
        super(message);
        this.status = status;
    }

    /// The exit code of the varve there; meaningless unless [#isReached].
    public int status() {
        return status;
    }

    /// Whether a varve ran there at all.
    public boolean isReached() {
        return status != SSH_FAILED && status != NOT_EXECUTABLE && status != NOT_FOUND;
    }
}
