package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.util.Optional;

/// Sends what leads from an older tree to a newer one. All names are brought into place before any
/// content is sent, in phases that each pass over the changes once:
///
/// 1. moved directories leave their places; 2. old names of files go; 3. deleted directories go;
/// 4. new directories are made and moved ones placed; 5. new names of files come; 6. contents and
///    attributes; 7. times, for each inode right after phase 6 because names no longer change, the
///    root's last.
///
/// Memory does not grow with the number of changes.
final class IncrementalSend {
    private final CommandSink sink;
    private final Whereabouts where;
    private final FileTree older;
    private final FileTree newer;
    private final ChangeSource changes;
    private final NewInodes newInodes;
    private final FileSender files;
    private final AttributeSender attributes;
    private final SharedData shared;
    private final RecentNumbers timedDirectories = new RecentNumbers();

    /// What an incremental stream is made with.
    record Parts(
            CommandSink sink,
            Whereabouts where,
            NewInodes newInodes,
            FileSender files,
            AttributeSender attributes,
            SharedData shared) {}

    IncrementalSend(Parts parts, ChangeSource changes) {
        this.sink = parts.sink;
        this.where = parts.where;
        this.older = where.older().tree();
        this.newer = where.newer().tree();
        this.changes = changes;
        this.newInodes = parts.newInodes;
        this.files = parts.files;
        this.attributes = parts.attributes;
        this.shared = parts.shared;
    }

    void send() throws IOException {
        FarSources far = new FarSources(shared);
        Survey survey = Survey.take(older, newer, changes, shared, far);
        if (far.hasWork()) {
            far.search(changes.extents(older));
        }
        shared.searchIn(new NearbySources(where, shared, survey.changedBytes()));
        name(survey);
        fill();
        finishRoot(survey);
    }

    private void name(Survey survey) throws IOException {
        DirectoryNaming directories = new DirectoryNaming(sink, where, changes);
        FileNaming names = new FileNaming(sink, where, newInodes, changes);
        if (survey.movesDirectories()) {
            directories.park();
        }
        if (survey.removesFiles()) {
            names.clear();
        }
        if (survey.removesDirectories()) {
            directories.remove();
        }
        if (survey.createsNames()) {
            where.inheritance().suspend(attributes);
        }
        if (survey.makesDirectories()) {
            directories.make();
        }
        if (survey.movesDirectories()) {
            directories.place();
        }
        if (survey.namesFiles()) {
            names.place();
        }
    }

    private void fill() throws IOException {
        ChangedInodes inodes = new ChangedInodes(older, newer, changes);
        while (inodes.advance()) {
            switch (inodes.fate()) {
                case CREATED -> fillNew(inodes);
                case KEPT -> fillKept(inodes);
                case DELETED, NEVER -> timeDirectories(inodes);
            }
        }
    }

    private void fillNew(ChangedInodes inodes) throws IOException {
        Inode now = inodes.now().orElseThrow();
        byte[] path = path(now);
        newInodes.fill(path, now);
        attributes.times(path, now);
        timeDirectories(inodes);
    }

    private byte[] path(Inode inode) throws IOException {
        if (inode.isDirectory()) {
            return where.pathAfter(inode.number(), Whereabouts.ALL);
        }
        Link link = where.newer().firstLink(inode.number());
        return Paths.join(where.pathAfter(link.directory(), Whereabouts.ALL), link.name());
    }

    private void fillKept(ChangedInodes inodes) throws IOException {
        Inode was = inodes.was().orElseThrow();
        Inode now = inodes.now().orElseThrow();
        byte[] path = path(now);
        boolean isFile = now.isRegular();
        if (isFile) {
            removeCapability(path, now);
            files.begin(path, now, Optional.of(was));
        }
        boolean hasNewCapability = false;
        while (inodes.advanceChange()) {
            switch (inodes.change()) {
                case Change.XattrSet set -> {
                    if (set.name().equals(AttributeSender.CAPABILITY)) {
                        hasNewCapability = true;
                    } else {
                        attributes.xattr(path, now.number(), set.name());
                    }
                }
                case Change.XattrRemoved removed -> removeXattr(path, now, removed.name());
                case Change.DataChanged data ->
                        files.send(data.offset(), data.offset() + data.length());
                case Change.Linked linked -> timeDirectory(linked.link().directory());
                case Change.Unlinked unlinked -> timeDirectory(unlinked.link().directory());
                case Change.Created _,
                        Change.Deleted _,
                        Change.AttributesChanged _,
                        Change.SubvolumeLinked _,
                        Change.SubvolumeUnlinked _ -> {}
            }
        }
        boolean hasNewContent = isFile && files.end();
        attributes.ofKept(path, was, now, hasNewContent, hasNewCapability);
        if (now.number() != Inode.ROOT) {
            attributes.times(path, now);
        }
    }

    /// Before the content: writing to the file would take the capability away at the receiver, and
    /// to remove what is gone fails there.
    private void removeCapability(byte[] path, Inode now) throws IOException {
        boolean isRemoved =
                older.xattr(now.number(), AttributeSender.CAPABILITY).isPresent()
                        && newer.xattr(now.number(), AttributeSender.CAPABILITY).isEmpty();
        if (isRemoved) {
            attributes.removeXattr(path, AttributeSender.CAPABILITY);
        }
    }

    private void removeXattr(byte[] path, Inode inode, XattrName name) throws IOException {
        boolean wasRemovedBefore =
                inode.number() == Inode.ROOT
                        ? where.inheritance().isSuspended(name)
                        : inode.isRegular() && name.equals(AttributeSender.CAPABILITY);
        if (!wasRemovedBefore) {
            attributes.removeXattr(path, name);
        }
    }

    private void timeDirectories(ChangedInodes inodes) throws IOException {
        while (inodes.advanceChange()) {
            if (inodes.change() instanceof Change.Linked linked) {
                timeDirectory(linked.link().directory());
            } else if (inodes.change() instanceof Change.Unlinked unlinked) {
                timeDirectory(unlinked.link().directory());
            }
        }
    }

    /// The receiver's file system sets the times of a directory whose names changed. Where the
    /// inode itself changed too, its own turn sends them.
    private void timeDirectory(long directory) throws IOException {
        if (directory == Inode.ROOT || !timedDirectories.add(directory)) {
            return;
        }
        Optional<Inode> now = newer.findInode(directory);
        if (now.isPresent() && now.get().links() > 0 && now.equals(older.findInode(directory))) {
            attributes.times(path(now.get()), now.get());
        }
    }

    private void finishRoot(Survey survey) throws IOException {
        if (survey.createsNames()) {
            where.inheritance().resume(attributes);
        }
        attributes.times(Paths.ROOT, newer.inode(Inode.ROOT));
    }
}
