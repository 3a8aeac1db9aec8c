package dev.varve.cli.pool;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;

/// Follows absolute paths from the top level through nested subvolumes. Symbolic links are not
/// followed: what they name lies outside the pool.
public final class PathResolver {
    private final ReadView view;

    public PathResolver(ReadView view) {
        this.view = view;
    }

    /// What the path leads to.
    ///
    /// @throws NoSuchFileException naming the first part of the path that does not exist
    public Location resolve(PoolPath path) throws IOException {
        Location at = root();
        for (int i = 0; i < path.names().size(); i++) {
            PoolPath here = path.prefix(i + 1);
            Optional<Location> next = step(at, here);
            if (next.isEmpty()) {
                throw new NoSuchFileException(here.toString());
            }
            at = next.get();
        }
        return at;
    }

    /// Like [#resolve], empty if some part of the path does not exist.
    public Optional<Location> find(PoolPath path) throws IOException {
        Location at = root();
        for (int i = 0; i < path.names().size(); i++) {
            Optional<Location> next = step(at, path.prefix(i + 1));
            if (next.isEmpty()) {
                return Optional.empty();
            }
            at = next.get();
        }
        return Optional.of(at);
    }

    /// The subvolume at that very path.
    ///
    /// @throws FileSystemException if something else is there
    public SubvolumeInfo subvolume(PoolPath path) throws IOException {
        Location at = resolve(path);
        if (!at.isSubvolume()) {
            throw new FileSystemException(path.toString(), null, "not a subvolume");
        }
        return at.subvolume();
    }

    /// The top level's root directory.
    public Location root() throws IOException {
        FileTree tree = view.open(SubvolumeId.TOP_LEVEL);
        return new Location(tree, Inode.ROOT, PoolPath.ROOT, false);
    }

    /// What an entry of a directory leads to.
    public Location child(Location directory, DirEntry entry) throws IOException {
        PoolPath path = directory.path().resolve(entry.name());
        if (!entry.isSubvolume()) {
            return new Location(directory.tree(), entry.target(), path, false);
        }
        Optional<SubvolumeInfo> child = view.child(directory.tree(), directory.number(), entry);
        return child.isPresent()
                ? new Location(view.open(child.get().id()), Inode.ROOT, path, false)
                : new Location(directory.tree(), directory.number(), path, true);
    }

    private Optional<Location> step(Location directory, PoolPath path) throws IOException {
        if (directory.isPlaceholder()) {
            return Optional.empty();
        }
        if (!directory.inode().isDirectory()) {
            throw new NotDirectoryException(directory.path().toString());
        }
        Optional<DirEntry> entry =
                directory.tree().lookup(directory.number(), path.names().getLast());
        return entry.isPresent() ? Optional.of(child(directory, entry.get())) : Optional.empty();
    }

    /// Whether the entry is a directory of any kind.
    public static boolean isDirectory(DirEntry entry) {
        return entry.type() == FileType.DIRECTORY;
    }
}
