package dev.varve.cli.pool;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Paths of inodes inside one subvolume, found by climbing from a name to the root.
public final class InodePaths {
    /// Deeper than any real tree; a longer climb is a cycle.
    private static final int MOST_LEVELS = 1 << 16;

    private final FileTree tree;

    public InodePaths(FileTree tree) {
        this.tree = tree;
    }

    /// The absolute path of a name, as if the subvolume were the top level.
    public PoolPath of(Link link) throws IOException {
        Deque<FileName> names = new ArrayDeque<>();
        names.addFirst(link.name());
        long directory = link.directory();
        while (directory != Inode.ROOT && names.size() < MOST_LEVELS) {
            Scan<Link> up = tree.links(directory);
            if (!up.advance()) {
                break;
            }
            names.addFirst(up.current().name());
            directory = up.current().directory();
        }
        return new PoolPath(names.stream().toList());
    }

    /// The path of an inode by its first name; `/` for the root, empty for one without a name.
    public Optional<PoolPath> of(long inode) throws IOException {
        if (inode == Inode.ROOT) {
            return Optional.of(PoolPath.ROOT);
        }
        Scan<Link> links = tree.links(inode);
        return links.advance() ? Optional.of(of(links.current())) : Optional.empty();
    }
}
