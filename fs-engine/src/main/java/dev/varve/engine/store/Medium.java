package dev.varve.engine.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Everything a [DirectoryStore] does that a power cut could undo or tear. A seam: tests record the
/// order of these calls and cut the power between any two.
interface Medium {
    /// Creates a file for writing; fails if the name exists.
    NewFile create(Path file) throws IOException;

    /// Creates one directory; no error if it exists.
    void createDirectory(Path directory) throws IOException;

    /// Gives a file a second name, atomically.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if the name exists
    void link(Path file, Path name) throws IOException;

    /// Renames a file, atomically.
    void rename(Path file, Path name) throws IOException;

    /// Removes a file if it exists.
    void delete(Path file) throws IOException;

    /// Removes a directory if it is empty.
    ///
    /// @return whether it was
    boolean removeDirectory(Path directory) throws IOException;

    /// Makes the directory's names durable.
    void syncDirectory(Path directory) throws IOException;

    /// A file being written. Closing it makes nothing durable.
    interface NewFile extends Closeable {
        /// Appends all remaining bytes; the buffer's position and limit stay as they were.
        void write(ByteBuffer bytes) throws IOException;

        /// Reads what was written; fewer bytes than there is room for only at the end.
        void read(ByteBuffer into, long offset) throws IOException;

        /// Makes the content durable.
        void sync() throws IOException;
    }
}
