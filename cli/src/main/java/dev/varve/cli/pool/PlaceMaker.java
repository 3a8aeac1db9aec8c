package dev.varve.cli.pool;

import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.util.Optional;

/// Finds or makes, inside a transaction, the place where a new subvolume is to be named. Missing
/// parents become plain directories.
public final class PlaceMaker {
    private static final int DIRECTORY_PERMISSIONS = 0755;

    private final WriteTransaction transaction;
    private final PathResolver resolver;
    private final Timestamp now;

    public PlaceMaker(WriteTransaction transaction, Timestamp now) {
        this.transaction = transaction;
        this.resolver = new PathResolver(transaction);
        this.now = now;
    }

    /// A free place at `path`.
    ///
    /// @throws FileAlreadyExistsException if something is there
    public WriteTransaction.Place free(PoolPath path) throws IOException {
        FileName name = path.name();
        if (resolver.find(path).isPresent()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        Location parent = directory(path.parent());
        touch(parent);
        return new WriteTransaction.Place(parent.subvolume().id(), parent.number(), name);
    }

    /// A free place at `path`, or under `name` inside it if `path` is a directory already: where
    /// btrfs puts a snapshot.
    public WriteTransaction.Place freeAtOrIn(PoolPath path, PoolPath named) throws IOException {
        return free(target(path, named));
    }

    /// The path at which [#freeAtOrIn] makes a place.
    public PoolPath target(PoolPath path, PoolPath named) throws IOException {
        Optional<Location> there = resolver.find(path);
        boolean inside =
                there.isPresent()
                        && !there.get().isPlaceholder()
                        && there.get().inode().isDirectory();
        return inside ? path.resolve(named.name()) : path;
    }

    /// The directory at `path`, made with all its parents if missing.
    public Location directory(PoolPath path) throws IOException {
        Location at = resolver.root();
        for (int i = 1; i <= path.names().size(); i++) {
            PoolPath here = path.prefix(i);
            Optional<Location> next = resolver.find(here);
            at = next.isPresent() ? next.get() : make(at, here);
        }
        if (!at.inode().isDirectory()) {
            throw new FileSystemException(path.toString(), null, "not a directory");
        }
        return at;
    }

    private Location make(Location parent, PoolPath path) throws IOException {
        touch(parent);
        transaction
                .edit(parent.subvolume().id())
                .createDirectory(
                        parent.number(), path.name(), Attributes.of(DIRECTORY_PERMISSIONS, now));
        return resolver.resolve(path);
    }

    /// The engine never touches a time by itself; a directory that gets a name is changed now.
    private void touch(Location directory) throws IOException {
        SubvolumeWriter writer = transaction.edit(directory.subvolume().id());
        Inode inode = writer.inode(directory.number());
        writer.setTimes(inode.number(), inode.accessTime(), now, now);
    }
}
