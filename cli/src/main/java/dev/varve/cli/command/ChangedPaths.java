package dev.varve.cli.command;

import dev.varve.cli.pool.InodePaths;
import dev.varve.cli.pool.PoolPath;
import dev.varve.engine.FileTree;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Link;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The lines of `diff` that one changed inode makes: a kind and one or two paths.
final class ChangedPaths {
    private final InodePaths olderPaths;
    private final InodePaths newerPaths;

    ChangedPaths(FileTree older, FileTree newer) {
        olderPaths = new InodePaths(older);
        newerPaths = new InodePaths(newer);
    }

    /// What a line of `diff` tells.
    enum Kind {
        ADDED('+'),
        REMOVED('-'),
        RENAMED('R'),
        MODIFIED('M'),
        METADATA('U'),
        TIMES('T');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        char letter() {
            return letter;
        }
    }

    /// @param from the older path of a renamed one; `path` for everything else
    record Line(Kind kind, PoolPath path, PoolPath from) {}

    /// All lines about one inode; [Kind#TIMES] if nothing but times differs.
    List<Line> of(InodeChange change) throws IOException {
        List<Line> lines = new ArrayList<>();
        names(change, lines);
        nested(change, lines);
        boolean survives = !change.isCreated() && !change.isDeleted();
        if (survives && change.hasContentChanged()) {
            add(lines, Kind.MODIFIED, change);
        } else if (survives && change.hasMetadataChanged()) {
            add(lines, Kind.METADATA, change);
        } else if (survives && lines.isEmpty() && change.hasTimesChanged()) {
            add(lines, Kind.TIMES, change);
        }
        return lines;
    }

    private void names(InodeChange change, List<Line> lines) throws IOException {
        List<Link> gone = change.unlinked();
        List<Link> come = change.linked();
        int renamed = Math.min(gone.size(), come.size());
        for (int i = 0; i < come.size(); i++) {
            PoolPath path = newerPaths.of(come.get(i));
            PoolPath from = i < renamed ? olderPaths.of(gone.get(i)) : path;
            lines.add(new Line(i < renamed ? Kind.RENAMED : Kind.ADDED, path, from));
        }
        for (Link link : gone.subList(renamed, gone.size())) {
            PoolPath path = olderPaths.of(link);
            lines.add(new Line(Kind.REMOVED, path, path));
        }
    }

    private void nested(InodeChange change, List<Line> lines) throws IOException {
        for (FileName name : change.subvolumesUnlinked()) {
            PoolPath path = olderPaths.of(new Link(change.inode(), name));
            lines.add(new Line(Kind.REMOVED, path, path));
        }
        for (FileName name : change.subvolumesLinked()) {
            PoolPath path = newerPaths.of(new Link(change.inode(), name));
            lines.add(new Line(Kind.ADDED, path, path));
        }
    }

    private void add(List<Line> lines, Kind kind, InodeChange change) throws IOException {
        newerPaths.of(change.inode()).ifPresent(path -> lines.add(new Line(kind, path, path)));
    }
}
