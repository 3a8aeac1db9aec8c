package dev.varve.receive;

import dev.varve.posix.Directory;
import dev.varve.posix.DirectoryEntry;
import dev.varve.posix.PosixException;
import java.util.List;

/// Removes a directory with all that is in it, following nothing.
final class DirectoryRemover {
    private DirectoryRemover() {}

    static void remove(Directory parent, byte[] name) throws PosixException {
        try (Directory directory = parent.openDirectory(name)) {
            List<DirectoryEntry> entries = directory.nextEntries();
            while (!entries.isEmpty()) {
                for (DirectoryEntry entry : entries) {
                    removeEntry(directory, entry);
                }
                // Whether a listing goes on rightly after removals is the file system's choice.
                directory.rewind();
                entries = directory.nextEntries();
            }
        }
        parent.removeDirectory(name);
    }

    private static void removeEntry(Directory directory, DirectoryEntry entry)
            throws PosixException {
        if (directory.status(entry.name()).isDirectory()) {
            remove(directory, entry.name());
        } else {
            directory.unlink(entry.name());
        }
    }
}
