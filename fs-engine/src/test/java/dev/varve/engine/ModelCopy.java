package dev.varve.engine;

import dev.varve.engine.SubvolumeWriter.CloneTarget;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Copies a directory between subvolumes of the model. Numbers the copies as the engine does: the
/// last directory found is the next to be copied.
final class ModelCopy {
    private final ModelWriter source;
    private final ModelWriter target;
    private final Map<Long, Long> copies = new HashMap<>();
    private final List<Runnable> moves = new ArrayList<>();

    ModelCopy(ModelWriter source, ModelWriter target) {
        this.source = source;
        this.target = target;
    }

    void copyInto(long from, long to) throws IOException {
        Deque<long[]> directories = new ArrayDeque<>();
        directories.push(new long[] {from, to});
        while (!directories.isEmpty()) {
            long[] pair = directories.pop();
            copyAttributes(source.inode(pair[0]), pair[1]);
            for (DirEntry entry : List.copyOf(source.node(pair[0]).entries.values())) {
                Link at = new Link(pair[1], entry.name());
                if (entry.isSubvolume()) {
                    target.putEntry(at, entry);
                    noteNested(pair[0], entry, at);
                } else if (copies.containsKey(entry.target())) {
                    target.link(copies.getOrDefault(entry.target(), 0L), pair[1], entry.name());
                } else {
                    long copy = copy(source.inode(entry.target()), at);
                    if (entry.type() == dev.varve.engine.model.FileType.DIRECTORY) {
                        directories.push(new long[] {entry.target(), copy});
                    }
                }
            }
        }
    }

    private void noteNested(long directory, DirEntry entry, Link at) {
        if (source.isNested(directory, entry)) {
            Place place = new Place(target.id(), at.directory(), at.name());
            moves.add(() -> target.moved(new SubvolumeId(entry.target()), place));
        }
    }

    /// Lets the subvolumes nested in the copied directory be nested in its copy.
    void moveNested() {
        moves.forEach(Runnable::run);
    }

    private long copy(Inode inode, Link at) throws IOException {
        Attributes plain = Attributes.of(0, inode.accessTime());
        long copy =
                switch (inode.type()) {
                    case DIRECTORY -> target.createDirectory(at.directory(), at.name(), plain);
                    case REGULAR -> target.createFile(at.directory(), at.name(), plain);
                    case SYMLINK ->
                            target.createSymlink(
                                    at.directory(),
                                    at.name(),
                                    source.symlinkTarget(inode.number()),
                                    plain);
                    case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
                            target.createNode(
                                    at.directory(), at.name(), inode.type(), inode.rdev(), plain);
                };
        if (!inode.isDirectory()) {
            copies.put(inode.number(), copy);
        }
        if (inode.isRegular()) {
            long length = inode.sizeBytes();
            target.cloneRange(source, inode.number(), 0, length, new CloneTarget(copy, 0));
        }
        copyAttributes(inode, copy);
        return copy;
    }

    private void copyAttributes(Inode from, long to) throws IOException {
        target.setPermissions(to, from.permissions());
        target.setOwner(to, from.uid(), from.gid());
        target.setTimes(to, from.accessTime(), from.modifyTime(), from.changeTime());
        target.setBirthTime(to, from.birthTime());
        target.setFlags(to, from.flags());
        target.setOrigin(to, from.origin());
        for (XattrName name : source.xattrs(from.number())) {
            target.setXattr(to, name, source.xattr(from.number(), name).orElseThrow());
        }
    }
}
