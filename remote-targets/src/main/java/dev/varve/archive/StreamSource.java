package dev.varve.archive;

import java.io.IOException;
import java.io.OutputStream;

/// What writes a snapshot's stream.
@FunctionalInterface
public interface StreamSource {
    /// Writes the whole stream and leaves `out` open.
    void writeTo(OutputStream out) throws IOException;
}
