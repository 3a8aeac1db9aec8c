package dev.varve.engine.check;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/// Contents of files by path; what is damaged is left out.
final class PoolFiles {
    private PoolFiles() {}

    /// Adds what can be read below a directory.
    static void read(FileTree tree, long directory, String path, Map<String, byte[]> files)
            throws IOException {
        for (Scan<DirEntry> entries = tree.list(directory); advance(entries); ) {
            DirEntry entry = entries.current();
            String at = path + "/" + entry.name();
            if (entry.isSubvolume()) {
                continue;
            }
            try {
                Inode inode = tree.inode(entry.target());
                if (inode.isDirectory()) {
                    read(tree, entry.target(), at, files);
                } else {
                    ByteBuffer bytes = ByteBuffer.allocate((int) inode.sizeBytes());
                    while (bytes.hasRemaining()
                            && tree.read(entry.target(), bytes.position(), bytes) > 0) {}
                    files.put(at, bytes.array());
                }
            } catch (CorruptionException _) {
                // Lost.
            }
        }
    }

    private static boolean advance(Scan<DirEntry> entries) throws IOException {
        try {
            return entries.advance();
        } catch (CorruptionException _) {
            return false;
        }
    }
}
