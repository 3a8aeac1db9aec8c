package dev.varve.engine.file;

import dev.varve.engine.format.EntryFormat;
import dev.varve.engine.format.FileKey;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;

/// Changes names: makes, links, moves and removes inodes. Every check comes before the first
/// change.
///
/// A name stands twice: as ENTRY under its directory and as LINK under its inode. A nested
/// subvolume has only the ENTRY; its own record holds the way back, which is the caller's to
/// change.
public final class NameEditor {
    private static final int MAX_TARGET_BYTES = 4095;
    private static final int EMPTY_INODE = 0;
    private static final byte[] NOTHING = {};

    private final TreeDraft draft;
    private final ContentEditor content;

    public NameEditor(TreeDraft draft, ContentEditor content) {
        this.draft = draft;
        this.content = content;
    }

    /// Makes the root directory of an empty tree.
    public void createRoot(Attributes attributes) throws IOException {
        draft.putInode(inode(Inode.ROOT, FileType.DIRECTORY, attributes, EMPTY_INODE, EMPTY_INODE));
    }

    public long create(Link place, FileType type, Attributes attributes, long rdev, byte[] target)
            throws IOException {
        if (type == FileType.SYMLINK && (target.length == 0 || target.length > MAX_TARGET_BYTES)) {
            throw failed(place, "a symlink target of " + target.length + " bytes");
        }
        requireFree(place);
        long number = draft.takeInodeNumber();
        addEntry(place, number, type);
        draft.putInode(inode(number, type, attributes, target.length, rdev));
        if (type == FileType.SYMLINK) {
            draft.put(FileKey.of(number, FileKey.TARGET), target);
        }
        return number;
    }

    private Inode inode(long number, FileType type, Attributes a, long sizeBytes, long rdev) {
        return new Inode(
                number,
                type.modeBits() | (a.permissions() & 07777),
                a.uid(),
                a.gid(),
                1,
                sizeBytes,
                rdev,
                0,
                a.accessTime(),
                a.modifyTime(),
                a.changeTime(),
                a.birthTime(),
                draft.generation(),
                a.origin());
    }

    public void link(long number, Link place) throws IOException {
        Inode inode = draft.inode(number);
        if (inode.isDirectory()) {
            throw failed(place, "a directory has only one name");
        }
        requireFree(place);
        addEntry(place, number, inode.type());
        draft.putInode(Inodes.withLinks(inode, inode.links() + 1));
    }

    public void unlink(Link place) throws IOException {
        DirEntry entry = require(place);
        if (entry.type() == FileType.DIRECTORY) {
            throw failed(place, "is a directory");
        }
        removeName(place, entry);
    }

    public void removeDirectory(Link place, boolean placeholder) throws IOException {
        DirEntry entry = require(place);
        requireRemovableDirectory(place, entry, placeholder);
        if (entry.isSubvolume()) {
            removeEntry(place, entry);
        } else {
            removeName(place, entry);
        }
    }

    private void requireRemovableDirectory(Link place, DirEntry entry, boolean placeholder)
            throws IOException {
        if (entry.type() != FileType.DIRECTORY) {
            throw new NotDirectoryException(place.name().toString());
        }
        if (entry.isSubvolume()) {
            if (!placeholder) {
                throw failed(place, "is a subvolume");
            }
        } else if (draft.items().list(entry.target()).advance()) {
            throw new DirectoryNotEmptyException(place.name().toString());
        }
    }

    /// Puts the entry of a nested subvolume.
    public void addSubvolume(Link place, long child) throws IOException {
        requireFree(place);
        draft.put(
                FileKey.named(place.directory(), FileKey.ENTRY, place.name().bytes()),
                EntryFormat.write(child, FileType.DIRECTORY, true));
    }

    /// Lets an entry of a nested subvolume name another one.
    public void replaceSubvolume(Link place, long child) throws IOException {
        draft.put(
                FileKey.named(place.directory(), FileKey.ENTRY, place.name().bytes()),
                EntryFormat.write(child, FileType.DIRECTORY, true));
    }

    /// Removes the entry of a nested subvolume.
    public void removeSubvolume(Link place) throws IOException {
        removeEntry(place, require(place));
    }

    /// Moves an entry; see [dev.varve.engine.SubvolumeWriter#rename].
    public void move(Link from, Link to, boolean mayReplace) throws IOException {
        DirEntry entry = require(from);
        draft.items().requireDirectory(to.directory());
        Optional<DirEntry> existing = draft.items().lookup(to.directory(), to.name());
        if (existing.isPresent()) {
            if (!mayReplace) {
                throw new FileAlreadyExistsException(to.name().toString());
            }
            if (isSame(from, entry, to, existing.get())) {
                return;
            }
            requireReplaceable(entry, existing.get(), to);
        }
        requireNotInside(entry, to);
        if (existing.isPresent()) {
            removeName(to, existing.get());
        }
        removeEntry(from, entry);
        addMoved(to, entry);
    }

    /// Whether two entries are one, or two names of one file.
    private static boolean isSame(Link a, DirEntry first, Link b, DirEntry second) {
        boolean files = !first.isSubvolume() && !second.isSubvolume();
        return a.equals(b) || (files && first.target() == second.target());
    }

    private void requireReplaceable(DirEntry moving, DirEntry existing, Link to)
            throws IOException {
        if (moving.type() == FileType.DIRECTORY) {
            requireRemovableDirectory(to, existing, false);
        } else if (existing.type() == FileType.DIRECTORY) {
            throw failed(to, "is a directory");
        }
    }

    /// Swaps two entries.
    public void exchange(Link a, Link b) throws IOException {
        DirEntry first = require(a);
        DirEntry second = require(b);
        if (isSame(a, first, b, second)) {
            return;
        }
        requireNotInside(first, b);
        requireNotInside(second, a);
        removeEntry(a, first);
        removeEntry(b, second);
        addMoved(b, first);
        addMoved(a, second);
    }

    private void addMoved(Link to, DirEntry entry) throws IOException {
        if (entry.isSubvolume()) {
            addSubvolume(to, entry.target());
        } else {
            addEntry(to, entry.target(), entry.type());
        }
    }

    /// A directory must not become its own descendant.
    private void requireNotInside(DirEntry moving, Link to) throws IOException {
        if (moving.type() != FileType.DIRECTORY || moving.isSubvolume()) {
            return;
        }
        long directory = to.directory();
        while (directory != Inode.ROOT) {
            if (directory == moving.target()) {
                throw failed(to, "a directory cannot be moved into itself");
            }
            directory = parentOf(directory);
        }
    }

    private long parentOf(long directory) throws IOException {
        Scan<Link> links = draft.otherItems().links(directory);
        if (!links.advance()) {
            throw new dev.varve.engine.model.CorruptionException(
                    "directory " + directory, "a name", "none");
        }
        return links.current().directory();
    }

    private DirEntry require(Link place) throws IOException {
        return draft.items()
                .lookup(place.directory(), place.name())
                .orElseThrow(() -> new NoSuchFileException(place.name().toString()));
    }

    private void requireFree(Link place) throws IOException {
        if (draft.items().lookup(place.directory(), place.name()).isPresent()) {
            throw new FileAlreadyExistsException(place.name().toString());
        }
    }

    private void addEntry(Link place, long number, FileType type) throws IOException {
        byte[] name = place.name().bytes();
        draft.put(
                FileKey.named(place.directory(), FileKey.ENTRY, name),
                EntryFormat.write(number, type, false));
        draft.put(FileKey.link(number, place.directory(), name), NOTHING);
        draft.added(place, number, type);
    }

    private void removeEntry(Link place, DirEntry entry) throws IOException {
        byte[] name = place.name().bytes();
        draft.remove(FileKey.named(place.directory(), FileKey.ENTRY, name));
        if (!entry.isSubvolume()) {
            draft.remove(FileKey.link(entry.target(), place.directory(), name));
        }
    }

    /// Removes a name and, with its last name, the inode.
    private void removeName(Link place, DirEntry entry) throws IOException {
        removeEntry(place, entry);
        Inode inode = draft.inode(entry.target());
        if (inode.links() > 1) {
            draft.putInode(Inodes.withLinks(inode, inode.links() - 1));
            return;
        }
        content.forget(inode.number());
        draft.removeInode(inode.number());
        for (int type : new int[] {FileKey.XATTR, FileKey.TARGET, FileKey.EXTENT}) {
            draft.removeAll(FileKey.of(inode.number(), type));
        }
    }

    private static FileSystemException failed(Link place, String reason) {
        return new FileSystemException(place.name().toString(), null, reason);
    }
}
