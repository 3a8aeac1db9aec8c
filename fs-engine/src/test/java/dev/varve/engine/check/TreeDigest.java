package dev.varve.engine.check;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Names, attributes and content of everything in a subvolume, in one number.
final class TreeDigest {
    private static final int CHUNK = 1 << 16;

    private final FileTree tree;
    private final CRC32C sum = new CRC32C();
    private long files;

    private TreeDigest(FileTree tree) {
        this.tree = tree;
    }

    static String of(FileTree tree) throws IOException {
        TreeDigest digest = new TreeDigest(tree);
        digest.directory(Inode.ROOT);
        return digest.files + " files " + Long.toHexString(digest.sum.getValue());
    }

    private void directory(long number) throws IOException {
        for (Scan<DirEntry> all = tree.list(number); all.advance(); ) {
            DirEntry entry = all.current();
            sum.update(entry.name().bytes());
            files++;
            if (entry.isSubvolume()) {
                continue;
            }
            sum.update(
                    tree.inode(entry.target())
                            .toString()
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            if (entry.type() == FileType.DIRECTORY) {
                directory(entry.target());
            } else if (entry.type() == FileType.REGULAR) {
                content(entry.target());
            }
        }
    }

    private void content(long number) throws IOException {
        long size = tree.inode(number).sizeBytes();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (long at = 0; at < size; at += CHUNK) {
            chunk.clear();
            tree.read(number, at, chunk);
            sum.update(chunk.flip());
        }
    }
}
