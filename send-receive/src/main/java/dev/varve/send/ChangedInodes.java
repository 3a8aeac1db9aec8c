package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One pass over the changes, inode by inode.
///
/// ```java
/// while (inodes.advance()) {
///     use(inodes.fate());
///     while (inodes.advanceChange()) {
///         use(inodes.change());
///     }
/// }
/// ```
final class ChangedInodes {
    /// What became of an inode. One without a name (unlinked while it was open) counts as not
    /// there.
    enum Fate {
        CREATED,
        DELETED,
        KEPT,
        NEVER
    }

    private final FileTree older;
    private final FileTree newer;
    private final Scan<Change> changes;

    /// The change read last that has not been handed out, if any.
    private @Nullable Change next;

    private @Nullable Change current;
    private long number;
    private @Nullable Inode was;
    private @Nullable Inode now;

    ChangedInodes(FileTree older, FileTree newer, ChangeSource source) throws IOException {
        this.older = older;
        this.newer = newer;
        this.changes = source.open();
        step();
    }

    private void step() throws IOException {
        next = changes.advance() ? changes.current() : null;
    }

    /// Goes to the next inode, past what is left of this one.
    boolean advance() throws IOException {
        while (advanceChange()) {
            // Not wanted by the caller.
        }
        Change first = next;
        if (first == null) {
            return false;
        }
        number = first.inode();
        switch (first) {
            case Change.Created created -> load(null, created.now());
            case Change.Deleted deleted -> load(deleted.was(), null);
            case Change.AttributesChanged changed -> load(changed.was(), changed.now());
            default ->
                    load(
                            older.findInode(number).orElse(null),
                            newer.findInode(number).orElse(null));
        }
        return true;
    }

    private void load(@Nullable Inode inOlder, @Nullable Inode inNewer) throws IOException {
        was = named(inOlder);
        now = named(inNewer);
        if (was != null && now != null) {
            requireSameFile(was, now);
        }
    }

    private static @Nullable Inode named(@Nullable Inode inode) {
        boolean hasName = inode != null && (inode.links() > 0 || inode.number() == Inode.ROOT);
        return hasName ? inode : null;
    }

    /// Numbers are never used twice, so a difference means that the trees have no common past.
    private void requireSameFile(Inode old, Inode present) throws FileSystemException {
        if (old.type() != present.type() || old.generation() != present.generation()) {
            throw new FileSystemException(
                    newer.info().path(),
                    older.info().path(),
                    "cannot be a parent: inode %d is another file there".formatted(number));
        }
    }

    /// Goes to the next change of this inode.
    boolean advanceChange() throws IOException {
        Change change = next;
        if (change == null || change.inode() != number) {
            current = null;
            return false;
        }
        current = change;
        step();
        return true;
    }

    Change change() {
        if (current == null) {
            throw new IllegalStateException("no current change");
        }
        return current;
    }

    long number() {
        return number;
    }

    Fate fate() {
        if (was == null) {
            return now == null ? Fate.NEVER : Fate.CREATED;
        }
        return now == null ? Fate.DELETED : Fate.KEPT;
    }

    Optional<Inode> was() {
        return Optional.ofNullable(was);
    }

    Optional<Inode> now() {
        return Optional.ofNullable(now);
    }

    boolean isDirectory() {
        Inode any = now != null ? now : was;
        return any != null && any.isDirectory();
    }
}
