package dev.varve.archive;

import java.io.IOException;

/// The keys given do not open an encrypted stream.
public final class WrongArchiveKeyException extends IOException {
    public WrongArchiveKeyException(String message) {
        super(message);
    }
}
