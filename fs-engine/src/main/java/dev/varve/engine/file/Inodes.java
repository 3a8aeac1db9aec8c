package dev.varve.engine.file;

import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import java.util.function.Consumer;

/// Copies of inodes with one thing changed.
final class Inodes {
    private Inodes() {}

    static Inode withSize(Inode inode, long sizeBytes) {
        return with(inode, draft -> draft.sizeBytes = sizeBytes);
    }

    static Inode withLinks(Inode inode, long links) {
        return with(inode, draft -> draft.links = links);
    }

    static Inode withPermissions(Inode inode, int permissions) {
        return with(inode, draft -> draft.mode = inode.type().modeBits() | permissions);
    }

    static Inode withOwner(Inode inode, long uid, long gid) {
        return with(
                inode,
                draft -> {
                    draft.uid = uid;
                    draft.gid = gid;
                });
    }

    static Inode withTimes(Inode inode, Timestamp access, Timestamp modify, Timestamp change) {
        return with(
                inode,
                draft -> {
                    draft.accessTime = access;
                    draft.modifyTime = modify;
                    draft.changeTime = change;
                });
    }

    static Inode withBirth(Inode inode, Timestamp birth) {
        return with(inode, draft -> draft.birthTime = birth);
    }

    static Inode withFlags(Inode inode, long flags) {
        return with(inode, draft -> draft.flags = flags);
    }

    static Inode withOrigin(Inode inode, long origin) {
        return with(inode, draft -> draft.origin = origin);
    }

    private static Inode with(Inode inode, Consumer<Draft> change) {
        Draft draft = new Draft(inode);
        change.accept(draft);
        return draft.inode();
    }

    /// An inode whose fields can be set. Number and generation never change.
    private static final class Draft {
        final long number;
        final long generation;
        int mode;
        long uid;
        long gid;
        long links;
        long sizeBytes;
        final long rdev;
        long flags;
        Timestamp accessTime;
        Timestamp modifyTime;
        Timestamp changeTime;
        Timestamp birthTime;
        long origin;

        Draft(Inode inode) {
            number = inode.number();
            mode = inode.mode();
            uid = inode.uid();
            gid = inode.gid();
            links = inode.links();
            sizeBytes = inode.sizeBytes();
            rdev = inode.rdev();
            flags = inode.flags();
            accessTime = inode.accessTime();
            modifyTime = inode.modifyTime();
            changeTime = inode.changeTime();
            birthTime = inode.birthTime();
            generation = inode.generation();
            origin = inode.origin();
        }

        Inode inode() {
            return new Inode(
                    number,
                    mode,
                    uid,
                    gid,
                    links,
                    sizeBytes,
                    rdev,
                    flags,
                    accessTime,
                    modifyTime,
                    changeTime,
                    birthTime,
                    generation,
                    origin);
        }
    }
}
