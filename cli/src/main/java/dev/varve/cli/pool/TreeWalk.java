package dev.varve.cli.pool;

import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Everything below a directory, in order of names, nested subvolumes included; a directory comes
/// before its content and once more after it. Holds one open listing per level, never a listing's
/// content.
public final class TreeWalk implements Scan<TreeWalk.Step> {
    private final PathResolver resolver;
    private final Deque<Level> levels = new ArrayDeque<>();
    private final Location start;
    private boolean started;
    private Step current;

    /// A step of the walk.
    ///
    /// @param isLeaving whether this is a directory whose content has all been seen
    public record Step(Location location, boolean isLeaving) {}

    private record Level(Location directory, Scan<DirEntry> entries) {}

    /// @param start what to begin with; it is the first step itself
    public TreeWalk(PathResolver resolver, Location start) {
        this.resolver = resolver;
        this.start = start;
        this.current = new Step(start, false);
    }

    @Override
    public boolean advance() throws IOException {
        if (!started) {
            started = true;
            enter(start);
            return true;
        }
        if (levels.isEmpty()) {
            return false;
        }
        Level level = levels.getLast();
        if (!level.entries().advance()) {
            levels.removeLast();
            current = new Step(level.directory(), true);
            return true;
        }
        enter(resolver.child(level.directory(), level.entries().current()));
        return true;
    }

    private void enter(Location location) throws IOException {
        current = new Step(location, false);
        if (!location.isPlaceholder() && location.inode().isDirectory()) {
            levels.addLast(new Level(location, location.tree().list(location.number())));
        }
    }

    /// How many directories the current step lies below the start; a directory counts itself.
    public int depth() {
        return levels.size();
    }

    @Override
    public Step current() {
        return current;
    }
}
