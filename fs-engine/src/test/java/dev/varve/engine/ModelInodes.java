package dev.varve.engine;

import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;

/// Copies of inodes with something changed, the model's own.
final class ModelInodes {
    private ModelInodes() {}

    private static Inode of(Inode i, int mode, long uid, long gid, long links, long sizeBytes) {
        return new Inode(
                i.number(),
                mode,
                uid,
                gid,
                links,
                sizeBytes,
                i.rdev(),
                i.flags(),
                i.accessTime(),
                i.modifyTime(),
                i.changeTime(),
                i.birthTime(),
                i.generation(),
                i.origin());
    }

    static Inode withLinks(Inode i, long links) {
        return of(i, i.mode(), i.uid(), i.gid(), links, i.sizeBytes());
    }

    static Inode withSize(Inode i, long sizeBytes) {
        return of(i, i.mode(), i.uid(), i.gid(), i.links(), sizeBytes);
    }

    static Inode withPermissions(Inode i, int permissions) {
        int mode = i.type().modeBits() | permissions;
        return of(i, mode, i.uid(), i.gid(), i.links(), i.sizeBytes());
    }

    static Inode withOwner(Inode i, long uid, long gid) {
        return of(i, i.mode(), uid, gid, i.links(), i.sizeBytes());
    }

    static Inode withTimes(Inode i, Timestamp access, Timestamp modify, Timestamp change) {
        return new Inode(
                i.number(),
                i.mode(),
                i.uid(),
                i.gid(),
                i.links(),
                i.sizeBytes(),
                i.rdev(),
                i.flags(),
                access,
                modify,
                change,
                i.birthTime(),
                i.generation(),
                i.origin());
    }

    static Inode withRest(Inode i, Timestamp birth, long flags, long origin) {
        return new Inode(
                i.number(),
                i.mode(),
                i.uid(),
                i.gid(),
                i.links(),
                i.sizeBytes(),
                i.rdev(),
                flags,
                i.accessTime(),
                i.modifyTime(),
                i.changeTime(),
                birth,
                i.generation(),
                origin);
    }
}
