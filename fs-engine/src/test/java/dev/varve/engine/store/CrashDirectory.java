package dev.varve.engine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// A [DirectoryStore] whose every write, name and sync is remembered, so that a test can make the
/// directory that a power cut between any two of them might leave.
public final class CrashDirectory {
    private final Path parent;
    private final RecordingMedium medium = new RecordingMedium(true, true);

    /// @param parent an empty directory
    public CrashDirectory(Path parent) {
        this.parent = parent;
    }

    public DirectoryStore store() {
        return new DirectoryStore(parent.resolve("pool"), medium);
    }

    /// How many points in time there are to cut the power at, besides the beginning.
    public int points() {
        return medium.points();
    }

    /// What a cut just after the first `point` steps leaves; by chance one of many.
    ///
    /// @param to a directory to be made
    public DirectoryStore imageAt(int point, Random random, Path to) throws IOException {
        Files.createDirectory(to);
        medium.imageAt(point, random, parent, to);
        return new DirectoryStore(to.resolve("pool"));
    }
}
