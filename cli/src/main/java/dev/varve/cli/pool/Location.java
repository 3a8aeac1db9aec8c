package dev.varve.cli.pool;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.FileSystemException;

/// What a path in a pool leads to.
///
/// @param tree the subvolume it lies in
/// @param number the inode in that subvolume; for a placeholder the directory that holds it
/// @param path how it was reached
/// @param isPlaceholder whether it is the empty directory that stands in a snapshot for a nested
///   subvolume
public record Location(FileTree tree, long number, PoolPath path, boolean isPlaceholder) {

    public boolean isSubvolume() {
        return number == Inode.ROOT && !isPlaceholder;
    }

    public SubvolumeInfo subvolume() {
        return tree.info();
    }

    /// The inode.
    ///
    /// @throws FileSystemException for a placeholder, which has none
    public Inode inode() throws IOException {
        if (isPlaceholder) {
            throw new FileSystemException(
                    path.toString(), null, "is a nested subvolume this snapshot does not hold");
        }
        return tree.inode(number);
    }
}
