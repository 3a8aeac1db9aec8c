package dev.varve.cli.pool;

import java.io.IOException;

/// The command line asks for something that cannot be meant; nothing was done.
public final class UsageException extends IOException {
    public UsageException(String message) {
        super(message);
    }
}
