package dev.varve.engine;

import dev.varve.engine.SubvolumeWriter.CloneTarget;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Copies a directory between trees of one pool: inodes anew, data shared. Entries of nested
/// subvolumes are copied as they are and listed.
final class DirectoryCopy {
    private final FileTree source;
    private final EditedTree target;

    /// Copies of the files that have several names.
    private final Map<Long, Long> multiplyLinked = new HashMap<>();

    private final Deque<Pair> directories = new ArrayDeque<>();
    private final List<CopiedSubvolume> subvolumes = new ArrayList<>();

    private record Pair(long from, long to) {}

    /// An entry of a nested subvolume, where it stood and where its copy stands.
    record CopiedSubvolume(long child, Link from, Link to) {}

    DirectoryCopy(FileTree source, EditedTree target) {
        this.source = source;
        this.target = target;
    }

    /// Gives an empty directory the attributes and the content of another.
    List<CopiedSubvolume> copyInto(long from, long to) throws IOException {
        directories.push(new Pair(from, to));
        while (!directories.isEmpty()) {
            Pair pair = directories.pop();
            copyAttributes(source.inode(pair.from()), pair.to());
            for (Scan<DirEntry> entries = source.list(pair.from()); entries.advance(); ) {
                copyEntry(pair, entries.current());
            }
        }
        return subvolumes;
    }

    private void copyEntry(Pair pair, DirEntry entry) throws IOException {
        if (entry.isSubvolume()) {
            Link to = new Link(pair.to(), entry.name());
            target.names().addSubvolume(to, entry.target());
            Link from = new Link(pair.from(), entry.name());
            subvolumes.add(new CopiedSubvolume(entry.target(), from, to));
            return;
        }
        Long known = multiplyLinked.get(entry.target());
        if (known != null) {
            target.link(known, pair.to(), entry.name());
            return;
        }
        Inode inode = source.inode(entry.target());
        long copy = create(inode, pair.to(), entry);
        if (inode.isDirectory()) {
            directories.push(new Pair(inode.number(), copy));
            return;
        }
        if (inode.links() > 1) {
            multiplyLinked.put(inode.number(), copy);
        }
        if (inode.isRegular() && inode.sizeBytes() > 0) {
            target.cloneRange(
                    source, inode.number(), 0, inode.sizeBytes(), new CloneTarget(copy, 0));
        }
        copyAttributes(inode, copy);
    }

    private long create(Inode inode, long directory, DirEntry entry) throws IOException {
        Attributes attributes =
                new Attributes(
                        inode.permissions(),
                        inode.uid(),
                        inode.gid(),
                        inode.accessTime(),
                        inode.modifyTime(),
                        inode.changeTime(),
                        inode.birthTime(),
                        inode.origin());
        return switch (inode.type()) {
            case DIRECTORY -> target.createDirectory(directory, entry.name(), attributes);
            case REGULAR -> target.createFile(directory, entry.name(), attributes);
            case SYMLINK ->
                    target.createSymlink(
                            directory,
                            entry.name(),
                            source.symlinkTarget(inode.number()),
                            attributes);
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
                    target.createNode(
                            directory, entry.name(), inode.type(), inode.rdev(), attributes);
        };
    }

    private void copyAttributes(Inode from, long to) throws IOException {
        target.setPermissions(to, from.permissions());
        target.setOwner(to, from.uid(), from.gid());
        target.setTimes(to, from.accessTime(), from.modifyTime(), from.changeTime());
        target.setBirthTime(to, from.birthTime());
        target.setFlags(to, from.flags());
        target.setOrigin(to, from.origin());
        for (XattrName name : source.xattrs(from.number())) {
            byte[] value = source.xattr(from.number(), name).orElseThrow();
            target.setXattr(to, name, value);
        }
    }
}
