package dev.varve.ingest;

import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.SubvolumeWriter.RenameMode;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.XattrName;
import dev.varve.local.InodeFlags;
import dev.varve.posix.Directory;
import dev.varve.posix.FileStatus;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Puts one entry of the source into its place in the pool: finds the inode it was before, moves or
/// links that, or makes a new one, and brings it up to date.
final class Placement {
    private static final byte[] NONE = {};

    private final SubvolumeWriter tree;
    private final Origins origins;
    private final Parking parking;
    private final ContentQueue content;
    private final AttributeWriter attributes;
    private final Tally tally;

    /// Nothing was here before, so nothing can be found again, except other names of what this
    /// import made.
    private boolean isEmpty;

    /// The pool's inodes do not come from this file system, or the catalog does not know them:
    /// entries are taken over by their names.
    private boolean isRebuilding;

    Placement(SubvolumeWriter tree, Origins origins, ContentQueue content, Tally tally) {
        this.tree = tree;
        this.origins = origins;
        this.content = content;
        this.tally = tally;
        this.attributes = new AttributeWriter(tree);
        this.parking = new Parking(tree, origins, tally);
    }

    Parking parking() {
        return parking;
    }

    /// A place in the tree and what the source shows there.
    record Target(SourceDirectory source, long directory, SourceEntry entry, FileStatus status) {
        FileName name() {
            return entry.name();
        }
    }

    /// What became of an entry.
    ///
    /// @param isChanged whether a directory's attributes are still to be brought up to date
    record Placed(long inode, boolean isChanged) {}

    /// Looks at the root and decides how far to trust what is there.
    Placed root(SourceDirectory source, FileStatus status) throws IOException {
        Inode root = tree.inode(Inode.ROOT);
        isEmpty = !tree.list(Inode.ROOT).advance();
        boolean isKnown = origins.find(source.region(), status).isPresent();
        if (isEmpty || !isKnown) {
            origins.clear();
            isRebuilding = !isEmpty;
            origins.put(source.region(), status.inode(), Inode.ROOT);
        }
        boolean isChanged =
                !SourceEntry.isSame(root, status) || !SourceEntry.isUnmodified(root, status);
        if (isChanged) {
            attributes.apply(root, status);
            tally.changed++;
        } else {
            tally.unmodified++;
        }
        return new Placed(Inode.ROOT, isChanged);
    }

    /// Handles a name that both sides have.
    ///
    /// @param entry no subvolume
    Placed match(Target target, DirEntry entry) throws IOException {
        Inode inode = tree.inode(entry.target());
        if (!isRebuilding && SourceEntry.isSame(inode, target.status)) {
            return keep(target, inode);
        }
        Optional<Inode> known = find(target);
        if (known.isPresent()) {
            if (known.get().number() == inode.number()) {
                return keep(target, inode);
            }
        } else if (mayTakeOver(target, inode)) {
            remember(target, inode.number());
            // At once, for the next name of it may come before its content is read.
            attributes.identify(inode, target.status);
            return keep(target, tree.inode(inode.number()));
        }
        parking.take(target.directory, entry, target.source.region());
        return known.isPresent() ? bring(target, known.get()) : create(target);
    }

    /// Whether an inode whose origin says nothing may become the source's. Links and devices are
    /// cheaper made than compared.
    private boolean mayTakeOver(Target target, Inode inode) throws IOException {
        FileStatus status = target.status;
        if (SourceEntry.isSame(inode, status)) {
            return true;
        }
        return (status.isDirectory() || status.isRegular())
                && inode.type() == SourceEntry.type(status)
                && (isRebuilding || inode.origin() == 0)
                && !origins.isKnown(target.source.region(), inode);
    }

    /// Handles a name that only the source has.
    Placed add(Target target) throws IOException {
        Optional<Inode> known = find(target);
        return known.isPresent() ? bring(target, known.get()) : create(target);
    }

    private Optional<Inode> find(Target target) throws IOException {
        boolean isNew = isEmpty && (target.status.isDirectory() || target.status.links() == 1);
        if (isNew || SourceEntry.isPlaceholder(target.status)) {
            return Optional.empty();
        }
        return origins.find(target.source.region(), target.status);
    }

    /// The inode is at its place already.
    private Placed keep(Target target, Inode inode) throws IOException {
        if (SourceEntry.isSame(inode, target.status)
                && SourceEntry.isUnmodified(inode, target.status)) {
            tally.unmodified++;
            return new Placed(inode.number(), false);
        }
        if (update(target, inode)) {
            tally.changed++;
            return new Placed(inode.number(), true);
        }
        tally.unmodified++;
        return new Placed(inode.number(), false);
    }

    /// The inode is elsewhere: a directory moves, anything else gets one more name, and the walk
    /// takes the old name away where it no longer finds it.
    private Placed bring(Target target, Inode inode) throws IOException {
        if (inode.isDirectory()) {
            Optional<Link> place = first(tree.links(inode.number()));
            if (place.isEmpty() || isAbove(inode.number(), target.directory)) {
                return create(target);
            }
            tree.rename(
                    place.get().directory(),
                    place.get().name(),
                    target.directory,
                    target.name(),
                    RenameMode.NO_REPLACE);
        } else {
            tree.link(inode.number(), target.directory, target.name());
        }
        tally.moved++;
        Inode now = tree.inode(inode.number());
        boolean isChanged = !SourceEntry.isUnmodified(now, target.status) && update(target, now);
        return new Placed(inode.number(), isChanged);
    }

    private boolean isAbove(long directory, long below) throws IOException {
        for (long at = below; at != directory; ) {
            Optional<Link> place = at == Inode.ROOT ? Optional.empty() : first(tree.links(at));
            if (place.isEmpty()) {
                return false;
            }
            at = place.get().directory();
        }
        return true;
    }

    private static <T> Optional<T> first(Scan<T> scan) throws IOException {
        return scan.advance() ? Optional.of(scan.current()) : Optional.empty();
    }

    private Placed create(Target target) throws IOException {
        FileStatus status = target.status;
        FileType type = SourceEntry.type(status);
        byte[] link = type == FileType.SYMLINK ? directory(target).readLink(bytes(target)) : NONE;
        long directory = target.directory;
        var start = AttributeWriter.attributes(status);
        long inode =
                switch (type) {
                    case REGULAR -> tree.createFile(directory, target.name(), start);
                    case DIRECTORY -> tree.createDirectory(directory, target.name(), start);
                    case SYMLINK -> tree.createSymlink(directory, target.name(), link, start);
                    case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
                            tree.createNode(directory, target.name(), type, status.rdev(), start);
                };
        remember(target, inode);
        tally.created++;
        if (type == FileType.REGULAR) {
            content.add(new ContentJob(target.source, bytes(target), status), inode, true);
        } else if (type != FileType.DIRECTORY) {
            applyXattrs(target, inode);
        }
        return new Placed(inode, true);
    }

    private void remember(Target target, long inode) throws IOException {
        if (!SourceEntry.isPlaceholder(target.status)) {
            origins.put(target.source.region(), target.status.inode(), inode);
        }
    }

    /// Returns false if it turned out that there was nothing to do.
    private boolean update(Target target, Inode listed) throws IOException {
        Inode inode = listed;
        if (target.status.isRegular()) {
            if (target.status.links() > 1) {
                // Another name may be on its way; then this one has nothing left to do.
                content.drain();
                inode = tree.inode(listed.number());
                if (SourceEntry.isSame(inode, target.status)
                        && SourceEntry.isUnmodified(inode, target.status)) {
                    return false;
                }
            }
            var job = new ContentJob(target.source, bytes(target), target.status);
            content.add(job, inode.number(), false);
        } else {
            attributes.apply(inode, target.status);
            if (!target.status.isDirectory()) {
                applyXattrs(target, inode.number());
            }
        }
        return true;
    }

    private void applyXattrs(Target target, long inode) throws IOException {
        SortedMap<XattrName, byte[]> xattrs = new TreeMap<>();
        for (byte[] name : directory(target).xattrs(bytes(target))) {
            Optional<byte[]> value = directory(target).xattr(bytes(target), name);
            value.ifPresent(present -> xattrs.put(XattrName.of(name), present));
        }
        attributes.applyXattrs(inode, xattrs);
    }

    /// Brings what only an open directory tells up to date.
    void finishDirectory(SourceDirectory source, long inode) throws IOException {
        try {
            var file = source.directory().file();
            attributes.applyXattrs(inode, ContentReader.xattrs(file));
            long flags = InodeFlags.fromChattr(file.inodeFlags());
            attributes.applyFlags(tree.inode(inode), flags);
        } catch (PosixException e) {
            tally.failed(source.path(), e.reason());
        }
    }

    private static Directory directory(Target target) {
        return target.source.directory();
    }

    private static byte[] bytes(Target target) {
        return target.entry.bytes();
    }
}
