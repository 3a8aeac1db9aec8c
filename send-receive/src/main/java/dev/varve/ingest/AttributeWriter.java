package dev.varve.ingest;

import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import dev.varve.posix.FileStatus;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;

/// Gives inodes of the pool the attributes that the source shows; sets only what differs.
record AttributeWriter(SubvolumeWriter tree) {

    /// What a new inode starts with.
    static Attributes attributes(FileStatus status) {
        return new Attributes(
                status.permissions(),
                status.uid(),
                status.gid(),
                SourceEntry.accessTime(status),
                SourceEntry.modifyTime(status),
                SourceEntry.changeTime(status),
                SourceEntry.birthTime(status),
                status.inode());
    }

    /// Brings mode, owner, times and origin up to date.
    void apply(Inode inode, FileStatus status) throws IOException {
        long number = inode.number();
        if (inode.permissions() != status.permissions()) {
            tree.setPermissions(number, status.permissions());
        }
        if (inode.uid() != status.uid() || inode.gid() != status.gid()) {
            tree.setOwner(number, status.uid(), status.gid());
        }
        Timestamp access = SourceEntry.accessTime(status);
        Timestamp modify = SourceEntry.modifyTime(status);
        Timestamp change = SourceEntry.changeTime(status);
        if (!inode.accessTime().equals(access)
                || !inode.modifyTime().equals(modify)
                || !inode.changeTime().equals(change)) {
            tree.setTimes(number, access, modify, change);
        }
        identify(inode, status);
    }

    /// Sets what an inode is recognised by.
    void identify(Inode inode, FileStatus status) throws IOException {
        long number = inode.number();
        Timestamp birth = SourceEntry.birthTime(status);
        if (!inode.birthTime().equals(birth)) {
            tree.setBirthTime(number, birth);
        }
        if (inode.origin() != status.inode()) {
            tree.setOrigin(number, status.inode());
        }
    }

    /// @param flags btrfs inode flags
    void applyFlags(Inode inode, long flags) throws IOException {
        if (inode.flags() != flags) {
            tree.setFlags(inode.number(), flags);
        }
    }

    void applyXattrs(long inode, SortedMap<XattrName, byte[]> wanted) throws IOException {
        for (XattrName name : tree.xattrs(inode)) {
            if (!wanted.containsKey(name)) {
                tree.removeXattr(inode, name);
            }
        }
        for (Map.Entry<XattrName, byte[]> xattr : wanted.entrySet()) {
            byte[] value = xattr.getValue();
            boolean isSame =
                    tree.xattr(inode, xattr.getKey())
                            .filter(present -> Arrays.equals(present, value))
                            .isPresent();
            if (!isSame) {
                tree.setXattr(inode, xattr.getKey(), value);
            }
        }
    }
}
