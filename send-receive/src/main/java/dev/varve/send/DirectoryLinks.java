package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Map;
import java.util.Optional;

/// Where the directories of one tree are named.
final class DirectoryLinks {
    /// Stands for a directory that the tree does not have.
    private static final Link NONE = new Link(0, FileName.of("none"));

    private final FileTree tree;
    private final Map<Long, Link> known = new RecentMap<>();

    DirectoryLinks(FileTree tree) {
        this.tree = tree;
    }

    FileTree tree() {
        return tree;
    }

    /// The name of a directory other than the root; empty if the tree has no such directory.
    Optional<Link> find(long directory) throws IOException {
        Link link = known.get(directory);
        if (link == null) {
            link = load(directory);
            known.put(directory, link);
        }
        return link == NONE ? Optional.empty() : Optional.of(link);
    }

    private Link load(long directory) throws IOException {
        if (tree.findInode(directory).filter(Inode::isDirectory).isEmpty()) {
            return NONE;
        }
        Scan<Link> links = tree.links(directory);
        return links.advance() ? links.current() : NONE;
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
        Scan<Link> links = tree.links(inode);
        if (!links.advance()) {
            throw nameless(inode);
        }
        return Paths.join(path(links.current().directory()), links.current().name());
    }

    Link require(long directory) throws IOException {
        return find(directory).orElseThrow(() -> nameless(directory));
    }

    private FileSystemException nameless(long inode) {
        return new FileSystemException(
                tree.info().path(), null, "inode " + inode + " has no name in this subvolume");
    }
}
