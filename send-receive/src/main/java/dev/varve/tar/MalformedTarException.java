package dev.varve.tar;

import java.io.IOException;

/// An archive is damaged, cut short, or uses what is not supported.
public final class MalformedTarException extends IOException {
    private final long offset;

    /// @param offset of the block it is about, in bytes from the archive's start
    public MalformedTarException(long offset, String problem) {
        super("tar archive at byte " + offset + ": " + problem);
        this.offset = offset;
    }

    public long offset() {
        return offset;
    }
}
