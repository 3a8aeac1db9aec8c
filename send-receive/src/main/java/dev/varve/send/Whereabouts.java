package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Tells where things are at the receiver while names change from the older to the newer tree. It
/// keeps no record of what was sent: as directories are moved in the order of their numbers, the
/// two trees and the number that has been reached say everything.
///
/// A directory that moved is *parked* in the root under a temporary name, and placed later. One
/// whose new name is free from the start goes there at once.
final class Whereabouts {
    /// The limit when all directories have been visited.
    static final long ALL = Long.MAX_VALUE;

    private final DirectoryLinks older;
    private final DirectoryLinks newer;
    private final Inheritance inheritance;
    private PathMemo memo = new PathMemo(null, 0, 0, Paths.ROOT);

    /// The path that was asked for last.
    private record PathMemo(
            @Nullable DirectoryLinks tree, long directory, long limit, byte[] path) {}

    Whereabouts(FileTree older, FileTree newer) {
        this.older = new DirectoryLinks(older);
        this.newer = new DirectoryLinks(newer);
        this.inheritance = new Inheritance(older);
    }

    DirectoryLinks older() {
        return older;
    }

    DirectoryLinks newer() {
        return newer;
    }

    Inheritance inheritance() {
        return inheritance;
    }

    /// Path of a directory of the older tree, when moved directories with numbers below the limit
    /// have been parked or have gone to where they belong.
    byte[] pathBefore(long directory, long limit) throws IOException {
        if (memo.tree != older || memo.directory != directory || memo.limit != limit) {
            memo = new PathMemo(older, directory, limit, buildBefore(directory, limit));
        }
        return memo.path;
    }

    private byte[] buildBefore(long directory, long limit) throws IOException {
        Paths path = new Paths();
        long at = directory;
        while (at != Inode.ROOT) {
            Link was = older.require(at);
            if (at < limit && hasMoved(at, was)) {
                Link now = newer.require(at);
                if (!isFree(now)) {
                    return path.prepend(temporaryName(at)).toBytes();
                }
                // Everything above a free name stays where it is, so older and newer agree there.
                was = now;
            }
            path.prepend(was.name());
            at = was.directory();
        }
        return path.toBytes();
    }

    /// Path of a directory of the newer tree, when parked directories with numbers below the limit
    /// have been placed.
    byte[] pathAfter(long directory, long limit) throws IOException {
        if (memo.tree != newer || memo.directory != directory || memo.limit != limit) {
            memo = new PathMemo(newer, directory, limit, buildAfter(directory, limit));
        }
        return memo.path;
    }

    private byte[] buildAfter(long directory, long limit) throws IOException {
        Paths path = new Paths();
        long at = directory;
        while (at != Inode.ROOT) {
            Link now = newer.require(at);
            if (at >= limit && isParked(at, now)) {
                return path.prepend(temporaryName(at)).toBytes();
            }
            path.prepend(now.name());
            at = now.directory();
        }
        return path.toBytes();
    }

    private boolean hasMoved(long directory, Link was) throws IOException {
        Optional<Link> now = newer.find(directory);
        return now.isPresent() && !now.get().equals(was);
    }

    private boolean isParked(long directory, Link now) throws IOException {
        Optional<Link> was = older.find(directory);
        return was.isPresent() && !was.get().equals(now) && !isFree(now);
    }

    /// Whether a name of the newer tree can be taken before anything else was done: its directory
    /// and all above it stay where they are, and the older tree has nothing of that name there.
    boolean isFree(Link now) throws IOException {
        long at = now.directory();
        while (at != Inode.ROOT) {
            Optional<Link> was = older.find(at);
            Link link = newer.require(at);
            if (was.isEmpty() || !was.get().equals(link)) {
                return false;
            }
            at = link.directory();
        }
        return isUnused(older.tree(), now.directory(), now.name());
    }

    /// The name in the root for something that has to wait. The same for the same pair of trees, in
    /// the form that the kernel uses, and in neither tree's root.
    FileName temporaryName(long inode) throws IOException {
        long generation = newer.tree().inode(inode).generation();
        for (int index = 0; ; index++) {
            FileName name = FileName.of("o" + inode + "-" + generation + "-" + index);
            if (isUnused(older.tree(), Inode.ROOT, name)
                    && isUnused(newer.tree(), Inode.ROOT, name)) {
                return name;
            }
        }
    }

    /// A name of a file that both trees have.
    Optional<Link> keptLink(long inode) throws IOException {
        for (Scan<Link> links = newer.tree().links(inode); links.advance(); ) {
            Link link = links.current();
            if (isInOlder(link.directory())) {
                Optional<DirEntry> was = older.tree().lookup(link.directory(), link.name());
                if (was.isPresent() && !was.get().isSubvolume() && was.get().target() == inode) {
                    return Optional.of(link);
                }
            }
        }
        return Optional.empty();
    }

    /// Nested subvolumes are not sent, so their names are free at the receiver.
    private static boolean isUnused(FileTree tree, long directory, FileName name)
            throws IOException {
        return tree.lookup(directory, name).map(DirEntry::isSubvolume).orElse(true);
    }

    private boolean isInOlder(long directory) throws IOException {
        return directory == Inode.ROOT || older.find(directory).isPresent();
    }
}
