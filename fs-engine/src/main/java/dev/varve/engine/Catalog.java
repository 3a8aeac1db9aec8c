package dev.varve.engine;

import java.io.IOException;
import java.util.Optional;

/// A sorted map of bytes kept beside a subvolume for the layer that fills it (an import remembers
/// here where each inode came from). Committed with the subvolume, not part of its snapshots, never
/// sent. Keys 1 to 1024 bytes, values to 4096.
public interface Catalog {
    Optional<byte[]> get(byte[] key) throws IOException;

    void put(byte[] key, byte[] value) throws IOException;

    /// Removing what is not there is no error.
    void remove(byte[] key) throws IOException;

    void clear() throws IOException;
}
