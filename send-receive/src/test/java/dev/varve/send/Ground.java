package dev.varve.send;

import dev.varve.engine.SubvolumeWriter.RenameMode;
import dev.varve.engine.model.FileType;
import java.io.IOException;

/// What a [Scene] plays on: a tree on the heap, a subvolume of a pool, a directory of the machine.
/// Paths are relative to its root.
interface Ground {
    void makeFile(String path) throws IOException;

    void makeDirectory(String path) throws IOException;

    void makeSymlink(String path, String target) throws IOException;

    void makeNode(String path, FileType type, long rdev) throws IOException;

    void link(String existing, String path) throws IOException;

    void rename(String from, String to, RenameMode mode) throws IOException;

    void unlink(String path) throws IOException;

    /// Unlinks a file that some program still has open, where programs can have it open.
    void unlinkOpen(String path) throws IOException;

    void removeDirectory(String path) throws IOException;

    void write(String path, long offset, byte[] bytes) throws IOException;

    void truncate(String path, long sizeBytes) throws IOException;

    void punch(String path, long offset, long length) throws IOException;

    /// Preallocates; the size stays.
    void allocate(String path, long offset, long length) throws IOException;

    void share(String from, long offset, long length, String to, long target) throws IOException;

    void setXattr(String path, String name, byte[] value) throws IOException;

    void removeXattr(String path, String name) throws IOException;

    void chmod(String path, int permissions) throws IOException;

    void chown(String path, long uid, long gid) throws IOException;

    void setModifyTime(String path, long seconds) throws IOException;
}
