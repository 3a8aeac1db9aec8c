package dev.varve.receive;

import dev.varve.engine.FileTree;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.SubvolumeWriter.CloneTarget;
import dev.varve.engine.SubvolumeWriter.RenameMode;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import dev.varve.receive.Destination.Start;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A subvolume received into a pool. Owns its transaction: committed when published, else dropped.
/// Attributes are stored as the stream gives them; nothing is touched on the side.
final class PoolSink implements SubvolumeSink {
    private static final int FILE_PERMISSIONS = 0600;
    private static final int DIRECTORY_PERMISSIONS = 0700;
    private static final int LINK_PERMISSIONS = 0777;
    private static final int MAX_OPEN_SOURCES = 64;

    private static final XattrName CAPABILITY = XattrName.of("security.capability");

    private final PoolDestination destination;
    private final SubvolumeId id;
    private final Start start;
    private final Place place;
    private final Timestamp now;
    private WriteTransaction transaction;
    private SubvolumeWriter tree;
    private PathResolver paths;
    private boolean isKept;
    private final Map<UUID, Source> sources = new LinkedHashMap<>();

    /// A tree that clones come from.
    private record Source(FileTree tree, PathResolver paths) {}

    /// @param place where the subvolume will be named
    /// @param now what has no time in the stream gets this one
    PoolSink(
            PoolDestination destination,
            WriteTransaction transaction,
            SubvolumeId id,
            Start start,
            Place place,
            Timestamp now)
            throws IOException {
        this.destination = destination;
        this.transaction = transaction;
        this.id = id;
        this.start = start;
        this.place = place;
        this.now = now;
        tree = transaction.edit(id);
        paths = new PathResolver(tree);
    }

    private Attributes attributes(int permissions, long origin) {
        return new Attributes(permissions, 0, 0, now, now, now, now, origin);
    }

    /// Where a new name goes. A placeholder that the parent was left with is no content of any
    /// stream: its name is free.
    private long directoryFor(StreamPath path) throws IOException {
        long directory = paths.directoryOf(path);
        if (start.parent().isPresent()) {
            Optional<DirEntry> entry = tree.lookup(directory, path.name());
            if (entry.isPresent() && entry.get().isSubvolume()) {
                tree.removeDirectory(directory, path.name());
            }
        }
        return directory;
    }

    private void removePlaceholders(long directory) throws IOException {
        List<FileName> names = new ArrayList<>();
        for (Scan<DirEntry> all = tree.list(directory); all.advance(); ) {
            if (!all.current().isSubvolume()) {
                return;
            }
            names.add(all.current().name());
        }
        for (FileName name : names) {
            tree.removeDirectory(directory, name);
        }
    }

    @Override
    public void createFile(StreamPath path, long origin) throws IOException {
        Attributes attributes = attributes(FILE_PERMISSIONS, origin);
        tree.createFile(directoryFor(path), path.name(), attributes);
    }

    @Override
    public void createDirectory(StreamPath path, long origin) throws IOException {
        Attributes attributes = attributes(DIRECTORY_PERMISSIONS, origin);
        tree.createDirectory(directoryFor(path), path.name(), attributes);
    }

    @Override
    public void createSymlink(StreamPath path, byte[] target, long origin) throws IOException {
        Attributes attributes = attributes(LINK_PERMISSIONS, origin);
        tree.createSymlink(directoryFor(path), path.name(), target, attributes);
    }

    @Override
    public void createNode(StreamPath path, FileType type, long rdev, long origin)
            throws IOException {
        boolean isDevice = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
        int permissions = isDevice ? 0 : FILE_PERMISSIONS;
        Attributes attributes = attributes(permissions, origin);
        long directory = directoryFor(path);
        tree.createNode(directory, path.name(), type, isDevice ? rdev : 0, attributes);
    }

    @Override
    public void rename(StreamPath from, StreamPath to) throws IOException {
        long fromDirectory = paths.directoryOf(from);
        long toDirectory = directoryFor(to);
        paths.forget(from);
        paths.forget(to);
        tree.rename(fromDirectory, from.name(), toDirectory, to.name(), RenameMode.REPLACE);
    }

    @Override
    public void link(StreamPath existing, StreamPath path) throws IOException {
        long inode = paths.inode(existing);
        tree.link(inode, directoryFor(path), path.name());
    }

    @Override
    public void unlink(StreamPath path) throws IOException {
        long directory = paths.directoryOf(path);
        paths.forget(path);
        tree.unlink(directory, path.name());
    }

    @Override
    public void removeDirectory(StreamPath path) throws IOException {
        long directory = paths.directoryOf(path);
        if (start.parent().isPresent()) {
            removePlaceholders(paths.inode(path));
        }
        paths.forget(path);
        tree.removeDirectory(directory, path.name());
    }

    @Override
    public void setXattr(StreamPath path, XattrName name, byte[] value) throws IOException {
        tree.setXattr(paths.inode(path), name, value);
    }

    @Override
    public void removeXattr(StreamPath path, XattrName name) throws IOException {
        long inode = paths.inode(path);
        if (tree.xattr(inode, name).isPresent()) {
            tree.removeXattr(inode, name);
        } else if (!name.equals(CAPABILITY)) {
            // The kernel's sender reckons with capabilities that chown and writes have cleared.
            throw new FileSystemException(path.toString(), null, "has no attribute " + name);
        }
    }

    @Override
    public void write(StreamPath path, long offset, ByteBuffer data) throws IOException {
        tree.write(paths.file(path), offset, data);
    }

    @Override
    public void cloneRange(StreamPath path, long offset, long length, CloneSource from)
            throws IOException {
        long target = paths.file(path);
        Source source =
                from.uuid().equals(start.uuid()) ? new Source(tree, paths) : source(from.uuid());
        long inode = source.paths().file(from.path());
        long sizeBytes = source.tree().inode(inode).sizeBytes();
        if (length > sizeBytes - from.offset()) {
            throw new FileSystemException(
                    path.toString(),
                    null,
                    "bytes %d to %d of a source of %d bytes"
                            .formatted(from.offset(), from.offset() + length, sizeBytes));
        }
        CloneTarget to = new CloneTarget(target, offset);
        tree.cloneRange(source.tree(), inode, from.offset(), length, to);
    }

    private Source source(UUID uuid) throws IOException {
        Source known = sources.get(uuid);
        if (known != null) {
            return known;
        }
        SubvolumeInfo info =
                PoolDestination.findParent(transaction, uuid)
                        .orElseThrow(() -> new UnknownSubvolumeException(uuid));
        FileTree opened = transaction.open(info.id());
        if (sources.size() == MAX_OPEN_SOURCES) {
            sources.clear();
        }
        Source source = new Source(opened, new PathResolver(opened));
        sources.put(uuid, source);
        return source;
    }

    @Override
    public void truncate(StreamPath path, long sizeBytes) throws IOException {
        tree.truncate(paths.file(path), sizeBytes);
    }

    @Override
    public void punchHole(StreamPath path, long offset, long length) throws IOException {
        tree.punchHole(paths.file(path), offset, length);
    }

    @Override
    public void allocate(StreamPath path, Allocation range) throws IOException {
        long inode = paths.file(path);
        if (range.zero()) {
            tree.zeroRange(inode, range.offset(), range.length(), range.keepSize());
        } else {
            tree.allocate(inode, range.offset(), range.length(), range.keepSize());
        }
    }

    @Override
    public void setPermissions(StreamPath path, int permissions) throws IOException {
        tree.setPermissions(paths.notLink(path), permissions);
    }

    @Override
    public void setOwner(StreamPath path, long uid, long gid) throws IOException {
        tree.setOwner(paths.inode(path), uid, gid);
    }

    @Override
    public void setTimes(StreamPath path, Times times) throws IOException {
        long inode = paths.inode(path);
        tree.setTimes(inode, times.access(), times.modify(), times.change());
        if (times.birth().isPresent()) {
            tree.setBirthTime(inode, times.birth().get());
        }
    }

    @Override
    public void setFlags(StreamPath path, long flags) throws IOException {
        tree.setFlags(paths.inode(path), flags);
    }

    @Override
    public boolean enableVerity(StreamPath path, Verity verity) throws IOException {
        paths.file(path);
        return false;
    }

    @Override
    public long storedBytes() {
        return destination.storedBytes();
    }

    @Override
    public void checkpoint(KeptReceive kept, boolean goesOn) throws IOException {
        PoolDestination.keep(transaction, id, kept, goesOn);
        isKept = true;
        if (goesOn) {
            sources.clear();
            transaction = destination.next();
            tree = transaction.edit(id);
            paths = new PathResolver(tree);
        }
    }

    @Override
    public boolean takesNotes() {
        return false;
    }

    @Override
    public void note(KeptReceive kept) {}

    @Override
    public void discard() throws IOException {
        transaction.close();
        if (isKept) {
            destination.drop(place, id);
        }
    }

    /// It goes on from what another process has kept.
    PoolSink resumed() {
        isKept = true;
        return this;
    }

    @Override
    public void publish(boolean complete) throws IOException {
        if (complete) {
            // Streams do not say when they were sent.
            transaction.setReceived(id, start.uuid(), start.generation(), Timestamp.EPOCH);
        }
        destination.unhide(transaction, place, start.uuid());
        PoolDestination.forget(transaction, id);
        transaction.setReadOnly(id, true);
        transaction.commit();
    }

    @Override
    public void close() {
        transaction.close();
    }
}
