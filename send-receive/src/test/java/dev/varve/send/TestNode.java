package dev.varve.send;

import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// An inode of a [TestTree] with all that belongs to it.
final class TestNode {
    final long number;
    final long rdev;
    final long generation;
    int mode;
    long uid;
    long gid;
    long sizeBytes;
    long flags;
    Timestamp access;
    Timestamp modify;
    Timestamp change;
    final Timestamp birth;
    byte[] target = new byte[0];
    final NavigableMap<FileName, DirEntry> entries = new TreeMap<>();
    final TreeSet<Link> links =
            new TreeSet<>(Comparator.comparingLong(Link::directory).thenComparing(Link::name));
    final NavigableMap<XattrName, byte[]> xattrs = new TreeMap<>();
    final NavigableMap<Long, Extent> extents = new TreeMap<>();

    TestNode(long number, FileType type, long rdev, long generation, Attributes attributes) {
        this.number = number;
        this.rdev = rdev;
        this.generation = generation;
        mode = type.modeBits() | attributes.permissions();
        uid = attributes.uid();
        gid = attributes.gid();
        access = attributes.accessTime();
        modify = attributes.modifyTime();
        change = attributes.changeTime();
        birth = attributes.birthTime();
    }

    private TestNode(TestNode other) {
        number = other.number;
        rdev = other.rdev;
        generation = other.generation;
        mode = other.mode;
        uid = other.uid;
        gid = other.gid;
        sizeBytes = other.sizeBytes;
        flags = other.flags;
        access = other.access;
        modify = other.modify;
        change = other.change;
        birth = other.birth;
        target = other.target;
        entries.putAll(other.entries);
        links.addAll(other.links);
        xattrs.putAll(other.xattrs);
        extents.putAll(other.extents);
    }

    TestNode copy() {
        return new TestNode(this);
    }

    FileType type() {
        return FileType.ofMode(mode);
    }

    Inode inode() {
        return new Inode(
                number,
                mode,
                uid,
                gid,
                type() == FileType.DIRECTORY ? 1 : links.size(),
                sizeBytes,
                rdev,
                flags,
                access,
                modify,
                change,
                birth,
                generation,
                0);
    }
}
