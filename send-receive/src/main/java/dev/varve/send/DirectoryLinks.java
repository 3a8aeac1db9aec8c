package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;

/// Where the directories of one tree are named.
final class DirectoryLinks {
    private final FileTree tree;
    private final RecentMap<Long, Optional<Link>> known = new RecentMap<>();

    DirectoryLinks(FileTree tree) {
        this.tree = tree;
    }

    FileTree tree() {
        return tree;
    }

    /// The name of a directory other than the root; empty if the tree has no such directory.
    Optional<Link> find(long directory) throws IOException {
        Optional<Link> link = known.get(directory);
        if (link == null) {
            link = load(directory);
            known.put(directory, link);
        }
        return link;
    }

    private Optional<Link> load(long directory) throws IOException {
        if (tree.findInode(directory).filter(Inode::isDirectory).isEmpty()) {
            return Optional.empty();
        }
        Scan<Link> links = tree.links(directory);
        return links.advance() ? Optional.of(links.current()) : Optional.empty();
    }

    /// The path of a directory in this tree.
    byte[] path(long directory) throws IOException {
        Paths path = new Paths();
        long at = directory;
        while (at != Inode.ROOT) {
            Link link = require(at);
            path.prepend(link.name());
            at = link.directory();
        }
        return path.toBytes();
    }

    /// The first path of an inode that is no directory.
    byte[] filePath(long inode) throws IOException {
        Link link = firstLink(inode);
        return Paths.join(path(link.directory()), link.name());
    }

    /// The first name of an inode.
    Link firstLink(long inode) throws IOException {
        Scan<Link> links = tree.links(inode);
        if (!links.advance()) {
            throw nameless(inode);
        }
        return links.current();
    }

    Link require(long directory) throws IOException {
        return find(directory).orElseThrow(() -> nameless(directory));
    }

    FileSystemException nameless(long inode) {
        return new FileSystemException(
                tree.info().path(), null, "inode " + inode + " has no name in this subvolume");
    }
}
