package dev.varve.cli.command;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The files the demo plays with.
final class DemoFiles {
    private static final int MOST_FILES = 500;
    private static final long MOST_BYTES = 24 << 20;
    private static final long MOST_BYTES_OF_A_FILE = 4 << 20;

    private DemoFiles() {}

    /// Copies some regular files and links, with their directories; gives a line about it.
    static String copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        Copier copier = new Copier(from, to);
        Files.walkFileTree(from, copier);
        return "(only " + copier.files + " files of it)";
    }

    private static final class Copier extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;
        private int files;
        private long bytes;

        Copier(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            boolean fits = attributes.size() <= MOST_BYTES_OF_A_FILE;
            if (fits && !attributes.isOther() && Files.isReadable(file)) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(
                        file,
                        target,
                        LinkOption.NOFOLLOW_LINKS,
                        StandardCopyOption.COPY_ATTRIBUTES);
                files++;
                bytes += attributes.size();
            }
            return files < MOST_FILES && bytes < MOST_BYTES
                    ? FileVisitResult.CONTINUE
                    : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }

    /// Appends to a file, moves one and removes one; gives the lines of it.
    static String change(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(directory)) {
            found.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .forEach(files::add);
        }
        Path changed = files.get(files.size() / 4);
        Path moved = files.get(files.size() / 2);
        Path removed = files.getLast();
        Files.writeString(changed, "changed\n", StandardOpenOption.APPEND);
        Files.move(moved, directory.resolve("moved"));
        if (!removed.equals(changed) && !removed.equals(moved)) {
            Files.delete(removed);
        }
        return "changed " + changed + "\nmoved " + moved + "\nremoved " + removed;
    }

    /// Compares two directories by names, types, content and modification times.
    static String compare(Path expected, Path actual) throws IOException {
        List<Path> left = names(expected);
        if (!left.equals(names(actual))) {
            throw new IOException(actual + " has other names than " + expected);
        }
        for (Path name : left) {
            if (!isSame(expected.resolve(name), actual.resolve(name))) {
                throw new IOException(actual.resolve(name) + " differs");
            }
        }
        return "identical";
    }

    private static List<Path> names(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            return found.map(directory::relativize).sorted().toList();
        }
    }

    private static boolean isSame(Path expected, Path actual) throws IOException {
        boolean sameTime =
                Files.getLastModifiedTime(expected, LinkOption.NOFOLLOW_LINKS)
                        .equals(Files.getLastModifiedTime(actual, LinkOption.NOFOLLOW_LINKS));
        if (Files.isSymbolicLink(expected)) {
            return sameTime
                    && Files.isSymbolicLink(actual)
                    && Files.readSymbolicLink(expected).equals(Files.readSymbolicLink(actual));
        }
        return sameTime
                && Files.isDirectory(expected) == Files.isDirectory(actual)
                && (Files.isDirectory(expected) || Files.mismatch(expected, actual) < 0);
    }

    /// Removes a directory with all that is in it.
    static void delete(Path directory) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> found = Files.walk(directory)) {
            found.sorted(Comparator.reverseOrder()).forEach(paths::add);
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
