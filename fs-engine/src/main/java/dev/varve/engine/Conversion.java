package dev.varve.engine;

import dev.varve.engine.DirectoryCopy.CopiedSubvolume;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.format.SubvolumeRecord.Named;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Turns a directory into a subvolume and back, at the same place. Files with names on both sides
/// of the border become one file on each side that share their data.
final class Conversion {
    private final Transaction transaction;

    Conversion(Transaction transaction) {
        this.transaction = transaction;
    }

    SubvolumeId toSubvolume(Place place) throws IOException {
        SubvolumeWriter parent = transaction.edit(place.parent());
        DirEntry entry =
                parent.lookup(place.directory(), place.name())
                        .orElseThrow(() -> new NoSuchFileException(place.name().toString()));
        if (entry.isSubvolume()) {
            throw new FileSystemException(place.name().toString(), null, "is a subvolume");
        }
        requireDirectory(parent, entry);
        // The subvolume grows under a name that no path can reach, then takes the directory's.
        FileName temporary = freeName(parent, place.directory());
        SubvolumeId id =
                transaction
                        .createSubvolume(new Place(place.parent(), place.directory(), temporary))
                        .id();
        List<CopiedSubvolume> nested =
                new DirectoryCopy(parent, transaction.draft(id))
                        .copyInto(entry.target(), Inode.ROOT);
        moveNested(nested, place.parent(), id);
        removeTree(transaction.draft(place.parent()), entry.target());
        parent.removeDirectory(place.directory(), place.name());
        parent.rename(
                place.directory(),
                temporary,
                place.directory(),
                place.name(),
                SubvolumeWriter.RenameMode.NO_REPLACE);
        return id;
    }

    private static void requireDirectory(SubvolumeWriter parent, DirEntry entry)
            throws IOException {
        if (!parent.inode(entry.target()).isDirectory()) {
            throw new NotDirectoryException(entry.name().toString());
        }
    }

    private static FileName freeName(SubvolumeWriter tree, long directory) throws IOException {
        for (int i = 0; ; i++) {
            FileName name = FileName.of(".varve-conversion-" + i);
            if (tree.lookup(directory, name).isEmpty()) {
                return name;
            }
        }
    }

    void toDirectory(SubvolumeId id) throws IOException {
        Named place =
                transaction
                        .record(id)
                        .place()
                        .orElseThrow(() ->
                                new FileSystemException(
                                        "/", null, "the top level is no directory"));
        SubvolumeId parentId = new SubvolumeId(place.parent());
        EditedTree parent = (EditedTree) transaction.edit(parentId);
        if (transaction.defaultSubvolume().equals(id)) {
            throw new FileSystemException(
                    transaction.find(id).map(SubvolumeInfo::path).orElse("subvolume " + id),
                    null,
                    "is the default subvolume");
        }
        FileTree content = transaction.open(id);
        Link link = new Link(place.directory(), FileName.of(place.name()));
        parent.names().removeSubvolume(link);
        long directory =
                parent.createDirectory(
                        link.directory(),
                        link.name(),
                        Attributes.of(0700, transaction.now().time()));
        List<CopiedSubvolume> nested =
                new DirectoryCopy(content, parent).copyInto(Inode.ROOT, directory);
        moveNested(nested, id, parentId);
        transaction.drop(id);
    }

    /// Lets the subvolumes that were nested in the copied directory be nested in its copy.
    private void moveNested(List<CopiedSubvolume> copies, SubvolumeId from, SubvolumeId to)
            throws IOException {
        for (CopiedSubvolume copy : copies) {
            SubvolumeId child = new SubvolumeId(copy.child());
            Named before =
                    new Named(from.value(), copy.from().directory(), copy.from().name().bytes());
            Optional<SubvolumeRecord> record = transaction.roots().subvolumes().find(child);
            if (record.isPresent() && isAt(record.get(), before)) {
                Named after =
                        new Named(to.value(), copy.to().directory(), copy.to().name().bytes());
                transaction.put(child, record.get().withPlace(after));
            }
        }
    }

    private static boolean isAt(SubvolumeRecord record, Named place) {
        return record.place().isPresent()
                && record.place().get().parent() == place.parent()
                && record.place().get().directory() == place.directory()
                && FileName.of(record.place().get().name()).equals(FileName.of(place.name()));
    }

    /// Empties a directory, deepest first.
    private static void removeTree(EditedTree tree, long directory) throws IOException {
        Deque<Link> path = new ArrayDeque<>();
        long at = directory;
        while (true) {
            Scan<DirEntry> entries = tree.list(at);
            if (entries.advance()) {
                DirEntry entry = entries.current();
                Link link = new Link(at, entry.name());
                if (entry.isSubvolume()) {
                    tree.names().removeSubvolume(link);
                } else if (tree.inode(entry.target()).isDirectory()) {
                    path.push(link);
                    at = entry.target();
                } else {
                    tree.unlink(at, entry.name());
                }
            } else if (path.isEmpty()) {
                return;
            } else {
                Link done = path.pop();
                tree.removeDirectory(done.directory(), done.name());
                at = done.directory();
            }
        }
    }
}
