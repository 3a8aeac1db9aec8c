package dev.varve.cli.command;

import dev.varve.cli.output.Console;
import dev.varve.cli.pool.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/// Where a tar goes that must be worked for first. Used by one thread.
sealed interface TarTarget {
    /// The name of standard output.
    String OUTPUT = "-";

    /// Where there is to be room for the work: on the file system that the tar itself will be on,
    /// if there is one.
    Path workplace();

    /// Opens it for writing, before the work as a shell would, so that what is wrong with it is
    /// told early.
    ///
    /// @param temporary a free name at the workplace, in a directory that nobody else can look into
    OutputStream open(Path temporary) throws IOException;

    /// Puts a tar that is complete and closed into its place.
    ///
    /// @param temporary the name it was opened with
    void publish(Path temporary) throws IOException;

    /// The target that a user named: a file of this machine or `-`.
    static TarTarget of(Invocation call, String named) throws IOException {
        if (named.equals(OUTPUT)) {
            return new Standard(call, temporaryDirectory(call));
        }
        Path file = Invocation.localPath(named).toAbsolutePath();
        if (Files.isDirectory(file)) {
            throw new FileSystemException(named, null, "is a directory");
        }
        if (!Files.exists(file)) {
            return new Whole(file, parent(file));
        }
        if (!Files.isRegularFile(file)) {
            return new Special(file, temporaryDirectory(call));
        }
        Path real = file.toRealPath();
        return new Whole(real, parent(real));
    }

    private static Path parent(Path file) throws NoSuchFileException {
        Path parent = file.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new NoSuchFileException(String.valueOf(parent));
        }
        return parent;
    }

    /// @param option that names a file instead
    /// @throws UsageException if standard output cannot take a tar
    static void requireOutput(Invocation call, String option) throws UsageException {
        if (call.console().isTerminal(Console.Stream.OUT) || call.output().isJson()) {
            throw new UsageException(
                    call.words()
                            + ": the archive takes standard output, and not a terminal; redirect"
                            + " it, or name a file with "
                            + option);
        }
    }

    /// What becomes of a tar whose reader has gone.
    static IOException incomplete() {
        return new FileSystemException(
                "standard output", null, "closed; the archive is incomplete");
    }

    private static Path temporaryDirectory(Invocation call) throws IOException {
        String named = call.console().environment().getOrDefault("TMPDIR", "");
        Path directory =
                Invocation.localPath(
                        named.isEmpty() ? System.getProperty("java.io.tmpdir") : named);
        if (!Files.isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        return directory;
    }

    /// Standard output.
    record Standard(Invocation call, Path workplace) implements TarTarget {
        @Override
        public OutputStream open(Path temporary) {
            return call.output().bytes();
        }

        @Override
        public void publish(Path temporary) {}
    }

    /// A pipe or a device: written as it is.
    record Special(Path file, Path workplace) implements TarTarget {
        @Override
        public OutputStream open(Path temporary) throws IOException {
            return Files.newOutputStream(file, StandardOpenOption.WRITE);
        }

        @Override
        public void publish(Path temporary) {}
    }

    /// A file that appears, or changes, when the tar is complete.
    record Whole(Path file, Path workplace) implements TarTarget {
        /// Whoever could not read what it replaces cannot read this.
        @Override
        public OutputStream open(Path temporary) throws IOException {
            OutputStream out = Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW);
            try {
                if (Files.exists(file)) {
                    keepAccess(temporary);
                }
                return out;
            } catch (FileSystemException e) {
                out.close();
                throw new FileSystemException(
                        file.toString(),
                        null,
                        "cannot be replaced by one of the same owner, group and permissions: "
                                + e.getReason());
            }
        }

        private void keepAccess(Path temporary) throws IOException {
            PosixFileAttributeView made =
                    Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
            if (made == null) {
                return;
            }
            PosixFileAttributes there = Files.readAttributes(file, PosixFileAttributes.class);
            PosixFileAttributes now = made.readAttributes();
            if (!there.group().equals(now.group())) {
                made.setGroup(there.group());
            }
            if (!there.owner().equals(now.owner())) {
                made.setOwner(there.owner());
            }
            if (!there.permissions().equals(now.permissions())) {
                made.setPermissions(there.permissions());
            }
        }

        @Override
        public void publish(Path temporary) throws IOException {
            try (FileChannel tar = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                tar.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
