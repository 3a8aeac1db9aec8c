package dev.varve.cli.command;

import dev.varve.engine.model.Change;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All that changed about one inode, gathered from the engine's finer changes. Holds names, which
/// are few, and sums up ranges, which may be many.
final class InodeChange {
    private final long inode;
    private Optional<Inode> was = Optional.empty();
    private Optional<Inode> now = Optional.empty();
    private boolean created;
    private boolean deleted;
    private final List<Link> unlinked = new ArrayList<>();
    private final List<Link> linked = new ArrayList<>();
    private final List<FileName> subvolumesUnlinked = new ArrayList<>();
    private final List<FileName> subvolumesLinked = new ArrayList<>();
    private int xattrs;
    private long changedBytes;

    InodeChange(long inode) {
        this.inode = inode;
    }

    void add(Change change) {
        switch (change) {
            case Change.Created c -> {
                created = true;
                now = Optional.of(c.now());
            }
            case Change.Deleted c -> {
                deleted = true;
                was = Optional.of(c.was());
            }
            case Change.AttributesChanged c -> {
                was = Optional.of(c.was());
                now = Optional.of(c.now());
            }
            case Change.Unlinked c -> unlinked.add(c.link());
            case Change.Linked c -> linked.add(c.link());
            case Change.XattrSet _, Change.XattrRemoved _ -> xattrs++;
            case Change.DataChanged c -> changedBytes += c.length();
            case Change.SubvolumeUnlinked c -> subvolumesUnlinked.add(c.name());
            case Change.SubvolumeLinked c -> subvolumesLinked.add(c.name());
        }
    }

    long inode() {
        return inode;
    }

    boolean isCreated() {
        return created;
    }

    boolean isDeleted() {
        return deleted;
    }

    /// Names only the older snapshot has.
    List<Link> unlinked() {
        return unlinked;
    }

    /// Names only the newer snapshot has.
    List<Link> linked() {
        return linked;
    }

    List<FileName> subvolumesUnlinked() {
        return subvolumesUnlinked;
    }

    List<FileName> subvolumesLinked() {
        return subvolumesLinked;
    }

    /// Whether it is a directory, as far as the changes tell.
    boolean isDirectory() {
        return now.or(() -> was).map(Inode::isDirectory).orElse(false);
    }

    boolean hasContentChanged() {
        return !created && !deleted && (changedBytes > 0 || sizeDiffers());
    }

    /// Bytes in changed ranges.
    long changedBytes() {
        return changedBytes;
    }

    private boolean sizeDiffers() {
        return was.isPresent()
                && now.isPresent()
                && was.get().isRegular()
                && was.get().sizeBytes() != now.get().sizeBytes();
    }

    /// Whether mode, owner, device, flags or extended attributes differ.
    boolean hasMetadataChanged() {
        return xattrs > 0
                || (was.isPresent()
                        && now.isPresent()
                        && (was.get().mode() != now.get().mode()
                                || was.get().uid() != now.get().uid()
                                || was.get().gid() != now.get().gid()
                                || was.get().rdev() != now.get().rdev()
                                || was.get().flags() != now.get().flags()));
    }

    /// Whether times differ.
    boolean hasTimesChanged() {
        return was.isPresent()
                && now.isPresent()
                && !(was.get().modifyTime().equals(now.get().modifyTime())
                        && was.get().changeTime().equals(now.get().changeTime())
                        && was.get().accessTime().equals(now.get().accessTime())
                        && was.get().birthTime().equals(now.get().birthTime()));
    }
}
