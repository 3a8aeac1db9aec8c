package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.Inode;
import java.io.IOException;

/// What a first pass over the changes tells, so that phases without work cost no pass.
///
/// @param movesDirectories a directory that both trees have is named elsewhere
/// @param removesFiles a name of something that is no directory is gone
/// @param changedBytes length of all ranges that changed
record Survey(
        boolean movesDirectories,
        boolean removesFiles,
        boolean removesDirectories,
        boolean makesDirectories,
        boolean namesFiles,
        long changedBytes) {

    boolean createsNames() {
        return makesDirectories || namesFiles;
    }

    /// Looks through the changes; what the parent has where something changed or went is noted as a
    /// source of clones.
    ///
    /// @param far told of new content
    static Survey take(
            FileTree older, FileTree newer, ChangeSource changes, SharedData shared, FarSources far)
            throws IOException {
        Taker taker = new Taker(shared, far);
        ChangedInodes inodes = new ChangedInodes(older, newer, changes);
        while (inodes.advance()) {
            taker.inode(inodes);
            while (inodes.advanceChange()) {
                taker.change(inodes);
            }
        }
        return new Survey(
                taker.movesDirectories,
                taker.removesFiles,
                taker.removesDirectories,
                taker.makesDirectories,
                taker.namesFiles,
                taker.changedBytes);
    }

    private static final class Taker {
        private final SharedData shared;
        private final FarSources far;
        private boolean movesDirectories;
        private boolean removesFiles;
        private boolean removesDirectories;
        private boolean makesDirectories;
        private boolean namesFiles;
        private long changedBytes;

        private Taker(SharedData shared, FarSources far) {
            this.shared = shared;
            this.far = far;
        }

        private void inode(ChangedInodes inodes) throws IOException {
            boolean isDirectory = inodes.isDirectory();
            switch (inodes.fate()) {
                case CREATED -> makesDirectories |= isDirectory;
                case DELETED -> {
                    removesDirectories |= isDirectory;
                    Inode was = inodes.was().orElseThrow();
                    if (was.isRegular()) {
                        shared.addRange(SharedData.PARENT, was, 0, was.sizeBytes());
                    }
                }
                case KEPT, NEVER -> {}
            }
        }

        private void change(ChangedInodes inodes) throws IOException {
            boolean isKept = inodes.fate() == ChangedInodes.Fate.KEPT;
            boolean isDirectory = inodes.isDirectory();
            switch (inodes.change()) {
                case Change.Linked _ -> {
                    movesDirectories |= isDirectory && isKept;
                    namesFiles |= !isDirectory;
                }
                case Change.Unlinked _ -> removesFiles |= !isDirectory;
                case Change.DataChanged data -> {
                    changedBytes += data.length();
                    if (inodes.now().isPresent()) {
                        far.want(inodes.now().get(), data);
                    }
                    if (isKept) {
                        Inode was = inodes.was().orElseThrow();
                        shared.addRange(SharedData.PARENT, was, data.offset(), end(data));
                    }
                }
                case Change.Created _,
                        Change.Deleted _,
                        Change.AttributesChanged _,
                        Change.XattrSet _,
                        Change.XattrRemoved _,
                        Change.SubvolumeLinked _,
                        Change.SubvolumeUnlinked _ -> {}
            }
        }

        private static long end(Change.DataChanged data) {
            return data.offset() + data.length();
        }
    }
}
