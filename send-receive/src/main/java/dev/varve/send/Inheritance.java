package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Keeps new files from inheriting at the receiver what the sent ones do not have. Linux copies
/// some attributes of a directory to what is made in it. So, where the parent's directory has such
/// attributes, new inodes are made in the root and renamed; and the root loses its own for the time
/// of the naming.
final class Inheritance {
    private static final List<XattrName> PASSED_ON =
            List.of(XattrName.of("system.posix_acl_default"), XattrName.of("btrfs.compression"));

    private final FileTree older;
    private final RecentMap<Long, Boolean> known = new RecentMap<>();
    private final List<XattrName> removedFromRoot = new ArrayList<>();

    Inheritance(FileTree older) {
        this.older = older;
    }

    /// Whether something made in this directory would get more than it should. New directories get
    /// their attributes after all names are in place.
    boolean isLeftBy(long directory) throws IOException {
        if (directory == Inode.ROOT) {
            return false;
        }
        Boolean answer = known.get(directory);
        if (answer == null) {
            answer = older.findInode(directory).isPresent() && passesOn(directory);
            known.put(directory, answer);
        }
        return answer;
    }

    private boolean passesOn(long directory) throws IOException {
        for (XattrName name : PASSED_ON) {
            if (older.xattr(directory, name).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /// Takes the root's attributes away.
    void suspend(AttributeSender attributes) throws IOException {
        for (XattrName name : PASSED_ON) {
            if (older.xattr(Inode.ROOT, name).isPresent()) {
                attributes.removeXattr(Paths.ROOT, name);
                removedFromRoot.add(name);
            }
        }
    }

    /// Whether an attribute of the root was taken away.
    boolean isSuspended(XattrName name) {
        return removedFromRoot.contains(name);
    }

    /// Gives the root what it should have of them.
    void resume(AttributeSender attributes) throws IOException {
        for (XattrName name : removedFromRoot) {
            attributes.xattr(Paths.ROOT, Inode.ROOT, name);
        }
    }
}
