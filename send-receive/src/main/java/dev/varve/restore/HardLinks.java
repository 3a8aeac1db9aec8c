package dev.varve.restore;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.local.TreePath;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Where the inodes with several names were put first. An inode is forgotten with its last name, so
/// this holds only those of which a name is still to come. Used by the walk.
final class HardLinks {
    private final Map<Key, Seen> inodes = new HashMap<>();

    private record Key(SubvolumeId subvolume, long inode) {}

    private record Seen(First first, long names) {}

    /// The first name of an inode.
    ///
    /// @param isThere completes with whether the inode was restored under that name
    record First(TreePath path, CompletableFuture<Boolean> isThere) {}

    /// The first name of an inode with several: this one, if its path is `path`.
    First first(FileTree tree, Inode inode, TreePath path) {
        Key key = new Key(tree.info().id(), inode.number());
        Seen seen = inodes.get(key);
        if (seen == null) {
            seen = new Seen(new First(path, new CompletableFuture<>()), 0);
        }
        if (seen.names + 1 == inode.links()) {
            inodes.remove(key);
        } else {
            inodes.put(key, new Seen(seen.first, seen.names + 1));
        }
        return seen.first;
    }
}
