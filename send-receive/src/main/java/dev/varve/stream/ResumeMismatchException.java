package dev.varve.stream;

import java.io.IOException;

/// A token does not belong to the stream that is being made or received.
public final class ResumeMismatchException extends IOException {
    public ResumeMismatchException(ResumeToken token, String reason) {
        super("resume token " + token + ": " + reason);
    }
}
