package dev.varve.engine.file;

import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;

/// Copies of inodes with one thing changed.
final class Inodes {
    private Inodes() {}

    static Inode withSize(Inode i, long sizeBytes) {
        return new Inode(
                i.number(),
                i.mode(),
                i.uid(),
                i.gid(),
                i.links(),
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
        return new Inode(
                i.number(),
                i.mode(),
                i.uid(),
                i.gid(),
                links,
                i.sizeBytes(),
                i.rdev(),
                i.flags(),
                i.accessTime(),
                i.modifyTime(),
                i.changeTime(),
                i.birthTime(),
                i.generation(),
                i.origin());
    }

    static Inode withPermissions(Inode i, int permissions) {
        return new Inode(
                i.number(),
                i.type().modeBits() | permissions,
                i.uid(),
                i.gid(),
                i.links(),
                i.sizeBytes(),
                i.rdev(),
                i.flags(),
                i.accessTime(),
                i.modifyTime(),
                i.changeTime(),
                i.birthTime(),
                i.generation(),
                i.origin());
    }

    static Inode withOwner(Inode i, long uid, long gid) {
        return new Inode(
                i.number(),
                i.mode(),
                uid,
                gid,
                i.links(),
                i.sizeBytes(),
                i.rdev(),
                i.flags(),
                i.accessTime(),
                i.modifyTime(),
                i.changeTime(),
                i.birthTime(),
                i.generation(),
                i.origin());
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

    static Inode withBirth(Inode i, Timestamp birth) {
        return new Inode(
                i.number(),
                i.mode(),
                i.uid(),
                i.gid(),
                i.links(),
                i.sizeBytes(),
                i.rdev(),
                i.flags(),
                i.accessTime(),
                i.modifyTime(),
                i.changeTime(),
                birth,
                i.generation(),
                i.origin());
    }

    static Inode withFlags(Inode i, long flags) {
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
                i.birthTime(),
                i.generation(),
                i.origin());
    }

    static Inode withOrigin(Inode i, long origin) {
        return new Inode(
                i.number(),
                i.mode(),
                i.uid(),
                i.gid(),
                i.links(),
                i.sizeBytes(),
                i.rdev(),
                i.flags(),
                i.accessTime(),
                i.modifyTime(),
                i.changeTime(),
                i.birthTime(),
                i.generation(),
                origin);
    }
}
