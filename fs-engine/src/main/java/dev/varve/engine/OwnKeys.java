package dev.varve.engine;

import java.io.IOException;

/// Makes a key that one subvolume, and what descends from it, is sealed under alone.
@FunctionalInterface
interface OwnKeys {
    /// The domain of the new key.
    ///
    /// @throws java.nio.file.FileSystemException if the pool is not sealed
    int create() throws IOException;
}
