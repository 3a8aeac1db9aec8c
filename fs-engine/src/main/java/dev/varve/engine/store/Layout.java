package dev.varve.engine.store;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a [DirectoryStore] keeps its objects: `root/<name>`, except that packs fan out by their
/// name's beginning, so that no directory grows with the pool and a listing stays sorted by walking
/// directories in order:
///
/// ```
/// packs/000001-00a3c7   →   packs/000001-00a3XX/000001-00a3c7
/// ```
///
/// Capitals stand in no object name, so a directory of the fan-out never hides an object.
record Layout(Path root) {
    private static final Pattern PACK =
            Pattern.compile("packs/(([0-9a-f]{6}-[0-9a-f]{4})[0-9a-f]{2})");
    private static final String FAN_OUT = "XX";

    /// The file of an object.
    Path file(String name) {
        Matcher pack = PACK.matcher(name);
        if (pack.matches()) {
            return root.resolve("packs", pack.group(2) + FAN_OUT, pack.group(1));
        }
        return root.resolve(name);
    }

    /// The directory that a file of the store is in.
    Path directoryOf(Path file) {
        Path parent = file.getParent();
        return parent == null ? root : parent;
    }

    /// Files being written.
    Path temporary() {
        return root.resolve(ObjectName.TEMPORARY);
    }

    /// The file the writer locks.
    Path lock() {
        return root.resolve(ObjectName.LOCK);
    }

    /// Whether a directory is part of a fan-out.
    boolean isFanOut(Path directory) {
        Path name = directory.getFileName();
        return name != null && !directory.equals(root) && isFanOut(name.toString());
    }

    /// Whether a directory is part of a fan-out, not of its objects' names.
    static boolean isFanOut(String directoryName) {
        return directoryName.endsWith(FAN_OUT);
    }

    /// What all names in a directory of a fan-out start with.
    static String fanOutPrefix(String directoryName) {
        return directoryName.substring(0, directoryName.length() - FAN_OUT.length());
    }
}
