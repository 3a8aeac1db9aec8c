package dev.varve.cli.command;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A directory for the time of one command, which nobody but this user can look into. Closing it
/// deletes it with all that is in it. If the process is told to end and the command does not close
/// it, because it hangs in a pipe that nobody reads, the end of the process deletes it; only a kill
/// that cannot be caught leaves it behind.
final class ScratchDirectory implements Closeable {
    /// What its name starts with, for who must look for one that was left behind.
    static final String PREFIX = ".varve-scratch-";

    /// Shorter than the process waits for its command.
    private static final int PATIENCE_SECONDS = 5;

    private static final int TRIES = 10;

    private final Path path;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread atTheEnd = new Thread(this::deleteAtTheEnd, "scratch");

    private ScratchDirectory(Path path) {
        this.path = path;
    }

    /// @param place an existing directory
    static ScratchDirectory in(Path place) throws IOException {
        FileAttribute<?>[] mine =
                place.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rwx------"))
                        }
                        : new FileAttribute<?>[0];
        ScratchDirectory made =
                new ScratchDirectory(
                        Files.createTempDirectory(place.toAbsolutePath(), PREFIX, mine));
        try {
            Runtime.getRuntime().addShutdownHook(made.atTheEnd);
        } catch (IllegalStateException _) {
            // The process is ending: the command is interrupted and closes this.
        }
        return made;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() throws IOException {
        delete(path);
        closed.countDown();
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(atTheEnd);
        } catch (IllegalStateException _) {
            // It runs, and finds this closed.
        }
    }

    private void deleteAtTheEnd() {
        try {
            if (closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            // At once, then.
        }
        for (int left = TRIES; left > 0; left--) {
            try {
                delete(path);
                return;
            } catch (IOException _) {
                // The command made something meanwhile. Nobody is left to be told.
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, IOException e)
                            throws IOException {
                        if (e != null) {
                            throw e;
                        }
                        Files.deleteIfExists(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
