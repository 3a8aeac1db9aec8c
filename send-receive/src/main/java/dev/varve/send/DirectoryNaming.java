package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.stream.StreamCommand;
import java.io.IOException;

/// Brings the directories of the receiver's tree to their new names. A directory that moved is
/// first parked in the root and placed when every directory exists; so no order among moves is
/// needed, and neither cycles nor occupied names can arise.
final class DirectoryNaming {
    private final CommandSink sink;
    private final Whereabouts where;
    private final FileTree older;
    private final FileTree newer;
    private final ChangeSource changes;

    DirectoryNaming(CommandSink sink, Whereabouts where, ChangeSource changes) {
        this.sink = sink;
        this.where = where;
        this.older = where.older().tree();
        this.newer = where.newer().tree();
        this.changes = changes;
    }

    private interface Step {
        void directory(long number) throws IOException;
    }

    /// Visits the directories of one fate that have changes, in the order of their numbers.
    private void forEach(ChangedInodes.Fate fate, Step step) throws IOException {
        ChangedInodes inodes = new ChangedInodes(older, newer, changes);
        while (inodes.advance()) {
            boolean isWanted = inodes.isDirectory() && inodes.number() != Inode.ROOT;
            if (isWanted && inodes.fate() == fate) {
                step.directory(inodes.number());
            }
        }
    }

    /// Phase 1: moved directories go to the root, or to their new names where these are free.
    void park() throws IOException {
        forEach(
                ChangedInodes.Fate.KEPT,
                number -> {
                    Link was = where.older().require(number);
                    Link now = where.newer().require(number);
                    if (was.equals(now)) {
                        return;
                    }
                    byte[] from = Paths.join(where.pathBefore(was.directory(), number), was.name());
                    byte[] to =
                            where.isFree(now)
                                    ? Paths.join(where.newer().path(now.directory()), now.name())
                                    : temporaryPath(number);
                    sink.put(new StreamCommand.Rename(from, to));
                });
    }

    private byte[] temporaryPath(long number) throws IOException {
        return where.temporaryName(number).bytes();
    }

    /// Phase 3: deleted directories go, each after those in it.
    void remove() throws IOException {
        forEach(
                ChangedInodes.Fate.DELETED,
                number -> {
                    Link was = where.older().require(number);
                    if (isGone(was.directory())) {
                        return;
                    }
                    byte[] parent = where.pathBefore(was.directory(), Whereabouts.ALL);
                    DirectoryWalk.visit(
                            older, number, Paths.join(parent, was.name()), new Removal());
                });
    }

    /// Phase 4, first half: new directories are made, each before those in it.
    void make() throws IOException {
        forEach(
                ChangedInodes.Fate.CREATED,
                number -> {
                    Link now = where.newer().require(number);
                    if (isNew(now.directory())) {
                        return;
                    }
                    byte[] parent = where.pathAfter(now.directory(), 0);
                    byte[] path = Paths.join(parent, now.name());
                    makeAt(number, now.directory(), path);
                    DirectoryWalk.visit(newer, number, path, new Making());
                });
    }

    private void makeAt(long number, long parent, byte[] path) throws IOException {
        if (where.inheritance().isLeftBy(parent)) {
            byte[] temporary = temporaryPath(number);
            sink.put(new StreamCommand.MakeDirectory(temporary, number));
            sink.put(new StreamCommand.Rename(temporary, path));
        } else {
            sink.put(new StreamCommand.MakeDirectory(path, number));
        }
    }

    /// Phase 4, second half: parked directories go to their new names. Their new parents exist, and
    /// may themselves still be parked.
    void place() throws IOException {
        forEach(
                ChangedInodes.Fate.KEPT,
                number -> {
                    Link was = where.older().require(number);
                    Link now = where.newer().require(number);
                    if (was.equals(now) || where.isFree(now)) {
                        return;
                    }
                    byte[] parent = where.pathAfter(now.directory(), number);
                    sink.put(
                            new StreamCommand.Rename(
                                    temporaryPath(number), Paths.join(parent, now.name())));
                });
    }

    private boolean isGone(long directory) throws IOException {
        return directory != Inode.ROOT && where.newer().find(directory).isEmpty();
    }

    private boolean isNew(long directory) throws IOException {
        return directory != Inode.ROOT && where.older().find(directory).isEmpty();
    }

    /// Surviving subdirectories of a deleted one have been moved away before.
    private final class Removal implements DirectoryWalk.Visitor {
        @Override
        public boolean enter(DirEntry directory, byte[] path) throws IOException {
            return isGone(directory.target());
        }

        @Override
        public void file(long directory, byte[] directoryPath, DirEntry entry) {}

        @Override
        public void leave(long directory, byte[] path) throws IOException {
            sink.put(new StreamCommand.RemoveDirectory(path));
        }
    }

    private final class Making implements DirectoryWalk.Visitor {
        @Override
        public boolean enter(DirEntry directory, byte[] path) throws IOException {
            if (!isNew(directory.target())) {
                return false;
            }
            sink.put(new StreamCommand.MakeDirectory(path, directory.target()));
            return true;
        }

        @Override
        public void file(long directory, byte[] directoryPath, DirEntry entry) {}

        @Override
        public void leave(long directory, byte[] path) {}
    }
}
