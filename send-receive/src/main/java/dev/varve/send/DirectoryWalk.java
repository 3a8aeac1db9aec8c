package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Visits a directory and all below it, names in order. Holds one name for each level, however
/// large the directories are: a listing is left at a subdirectory and taken up again behind it.
final class DirectoryWalk {
    /// What to do on the way. Nested subvolumes are not visited.
    interface Visitor {
        /// A directory is reached.
        ///
        /// @return whether to visit it
        boolean enter(DirEntry directory, byte[] path) throws IOException;

        /// Something that is no directory is reached.
        void file(long directory, byte[] directoryPath, DirEntry entry) throws IOException;

        /// All in a directory was visited.
        void leave(long directory, byte[] path) throws IOException;
    }

    private record Level(long directory, byte[] path, @Nullable FileName after) {}

    private final FileTree tree;
    private final Visitor visitor;
    private final Deque<Level> levels = new ArrayDeque<>();

    private DirectoryWalk(FileTree tree, Visitor visitor) {
        this.tree = tree;
        this.visitor = visitor;
    }

    /// Visits what is in a directory and then leaves it; entering it is the caller's.
    static void visit(FileTree tree, long top, byte[] path, Visitor visitor) throws IOException {
        DirectoryWalk walk = new DirectoryWalk(tree, visitor);
        walk.levels.push(new Level(top, path, null));
        while (!walk.levels.isEmpty()) {
            walk.resume(walk.levels.pop());
        }
    }

    private void resume(Level level) throws IOException {
        Scan<DirEntry> entries =
                level.after == null
                        ? tree.list(level.directory)
                        : tree.listAfter(level.directory, level.after);
        while (entries.advance()) {
            DirEntry entry = entries.current();
            if (entry.isSubvolume()) {
                continue;
            }
            if (entry.type() != FileType.DIRECTORY) {
                visitor.file(level.directory, level.path, entry);
                continue;
            }
            byte[] path = Paths.join(level.path, entry.name());
            if (visitor.enter(entry, path)) {
                levels.push(new Level(level.directory, level.path, entry.name()));
                levels.push(new Level(entry.target(), path, null));
                return;
            }
        }
        visitor.leave(level.directory, level.path);
    }
}
