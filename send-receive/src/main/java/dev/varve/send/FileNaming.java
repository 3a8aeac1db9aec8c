package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.stream.StreamCommand;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Brings everything that is no directory to its new names: first all old names go, then all new
/// ones come, so that no name is ever taken twice.
final class FileNaming {
    private final CommandSink sink;
    private final Whereabouts where;
    private final NewInodes newInodes;
    private final ChangeSource changes;

    FileNaming(CommandSink sink, Whereabouts where, NewInodes newInodes, ChangeSource changes) {
        this.sink = sink;
        this.where = where;
        this.newInodes = newInodes;
        this.changes = changes;
    }

    private interface Step {
        void file(ChangedInodes inodes) throws IOException;
    }

    private void forEach(Step step) throws IOException {
        FileTree older = where.older().tree();
        FileTree newer = where.newer().tree();
        ChangedInodes inodes = new ChangedInodes(older, newer, changes);
        while (inodes.advance()) {
            if (!inodes.isDirectory()) {
                step.file(inodes);
            }
        }
    }

    /// Phase 2: names go. If an inode lives on and would have no name left, the last one becomes a
    /// temporary one, or at once the new one where that is free.
    void clear() throws IOException {
        forEach(this::clear);
    }

    private void clear(ChangedInodes inodes) throws IOException {
        Link last = null;
        Optional<Link> firstNew = Optional.empty();
        while (inodes.advanceChange()) {
            if (inodes.change() instanceof Change.Linked linked) {
                firstNew = firstNew.isEmpty() ? Optional.of(linked.link()) : firstNew;
            } else if (inodes.change() instanceof Change.Unlinked gone) {
                if (last != null) {
                    unlink(last);
                }
                last = gone.link();
            }
        }
        if (last == null) {
            return;
        }
        boolean mustStay =
                inodes.fate() == ChangedInodes.Fate.KEPT
                        && where.keptLink(inodes.number()).isEmpty();
        if (!mustStay) {
            unlink(last);
            return;
        }
        Link next = firstNew.orElseThrow(() -> where.newer().nameless(inodes.number()));
        byte[] to = where.isFree(next) ? pathAfter(next) : temporaryPath(inodes.number());
        sink.put(new StreamCommand.Rename(pathBefore(last), to));
    }

    private void unlink(Link link) throws IOException {
        sink.put(new StreamCommand.Unlink(pathBefore(link)));
    }

    private byte[] pathBefore(Link link) throws IOException {
        return Paths.join(where.pathBefore(link.directory(), Whereabouts.ALL), link.name());
    }

    private byte[] pathAfter(Link link) throws IOException {
        return Paths.join(where.pathAfter(link.directory(), Whereabouts.ALL), link.name());
    }

    private byte[] temporaryPath(long number) throws IOException {
        return where.temporaryName(number).bytes();
    }

    /// Phase 5: names come. All directories are in place.
    void place() throws IOException {
        forEach(this::place);
    }

    private void place(ChangedInodes inodes) throws IOException {
        byte @Nullable [] anchor = null;
        while (inodes.advanceChange()) {
            if (!(inodes.change() instanceof Change.Linked linked)) {
                continue;
            }
            byte[] path = pathAfter(linked.link());
            if (anchor == null) {
                anchor = keptPath(inodes);
                if (anchor == null) {
                    first(inodes, linked.link(), path);
                    anchor = path;
                    continue;
                }
            }
            sink.put(new StreamCommand.Link(path, anchor));
        }
    }

    private byte @Nullable [] keptPath(ChangedInodes inodes) throws IOException {
        if (inodes.fate() != ChangedInodes.Fate.KEPT) {
            return null;
        }
        Optional<Link> kept = where.keptLink(inodes.number());
        return kept.isPresent() ? pathAfter(kept.get()) : null;
    }

    /// Gives an inode without a name its first one; it may have it from phase 2 already.
    private void first(ChangedInodes inodes, Link link, byte[] path) throws IOException {
        if (inodes.fate() == ChangedInodes.Fate.CREATED) {
            create(inodes.now().orElseThrow(), link.directory(), path);
        } else if (!where.isFree(link)) {
            sink.put(new StreamCommand.Rename(temporaryPath(inodes.number()), path));
        }
    }

    private void create(Inode inode, long directory, byte[] path) throws IOException {
        if (where.inheritance().isLeftBy(directory)) {
            byte[] temporary = temporaryPath(inode.number());
            newInodes.create(temporary, inode);
            sink.put(new StreamCommand.Rename(temporary, path));
        } else {
            newInodes.create(path, inode);
        }
    }
}
