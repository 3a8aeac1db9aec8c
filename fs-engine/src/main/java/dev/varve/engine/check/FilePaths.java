package dev.varve.engine.check;

import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.format.SubvolumeRecord.Named;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.pack.Blocks;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeReader;
import java.io.IOException;
import java.util.Optional;

/// Paths for findings, as far as a damaged pool still tells them; `…` stands for what it does not.
final class FilePaths {
    /// No path has as many names; a longer one runs in a circle.
    private static final int MAX_DEPTH = 4096;

    private static final String UNKNOWN = "…";

    private final NodeCache nodes;
    private final Blocks blocks;
    private final Subvolumes subvolumes;

    FilePaths(NodeCache nodes, Blocks blocks, Subvolumes subvolumes) {
        this.nodes = nodes;
        this.blocks = blocks;
        this.subvolumes = subvolumes;
    }

    FileItems items(SubvolumeTree tree) {
        return new FileItems(new TreeReader(nodes, tree.root()), blocks);
    }

    /// A subvolume's path from the top level.
    String subvolume(SubvolumeTree tree) throws IOException {
        String path = "";
        Optional<SubvolumeRecord> record = Optional.of(tree.record());
        SubvolumeId id = tree.id();
        for (int depth = 0; record.isPresent() && depth < MAX_DEPTH; depth++) {
            Optional<Named> place = record.get().place();
            if (place.isEmpty()) {
                return id.equals(SubvolumeId.TOP_LEVEL) ? rooted(path) : UNKNOWN + path;
            }
            id = new SubvolumeId(place.get().parent());
            record = find(id);
            String directory =
                    record.isEmpty()
                            ? ""
                            : directory(
                                    items(new SubvolumeTree(id, record.get())),
                                    place.get().directory());
            path = directory + "/" + FileName.of(place.get().name()) + path;
        }
        return UNKNOWN + path + " (subvolume " + tree.id() + ")";
    }

    private static String rooted(String path) {
        return path.isEmpty() ? "/" : path;
    }

    private Optional<SubvolumeRecord> find(SubvolumeId id) throws IOException {
        try {
            return subvolumes.find(id);
        } catch (CorruptionException _) {
            return Optional.empty();
        }
    }

    /// A file's path from its subvolume's root, by one of its names.
    String file(FileItems items, long inode) throws IOException {
        return rooted(directory(items, inode));
    }

    /// Takes a path.
    interface PathConsumer {
        void accept(String path);
    }

    /// The paths of all of a file's names that can be read, at least one.
    void allOf(FileItems items, long inode, PathConsumer paths) throws IOException {
        boolean any = false;
        try {
            for (Scan<Link> links = items.links(inode); links.advance(); any = true) {
                paths.accept(file(items, links.current().directory(), links.current().name()));
            }
        } catch (CorruptionException _) {
            // The names read so far must do.
        }
        if (!any) {
            paths.accept(file(items, inode));
        }
    }

    /// The path of a name in a directory.
    String file(FileItems items, long directory, FileName name) throws IOException {
        return directory(items, directory) + "/" + name;
    }

    /// The path of a directory, empty for the root.
    private static String directory(FileItems items, long directory) throws IOException {
        StringBuilder path = new StringBuilder();
        long at = directory;
        for (int depth = 0; at != Inode.ROOT; depth++) {
            Optional<Link> link = firstLink(items, at);
            if ((path.isEmpty() && link.isEmpty()) || depth == MAX_DEPTH) {
                return "/" + UNKNOWN + "/inode " + directory;
            }
            if (link.isEmpty()) {
                return "/" + UNKNOWN + path;
            }
            path.insert(0, "/" + link.get().name());
            at = link.get().directory();
        }
        return path.toString();
    }

    /// The first name of an inode that can be read.
    static Optional<Link> firstLink(FileItems items, long inode) throws IOException {
        try {
            Scan<Link> links = items.links(inode);
            return links.advance() ? Optional.of(links.current()) : Optional.empty();
        } catch (CorruptionException _) {
            return Optional.empty();
        }
    }
}
