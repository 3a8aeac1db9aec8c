package dev.varve.engine.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/// The medium that is there: the file system below.
record Disk() implements Medium {
    /// The JDK copies a heap buffer to a direct one of the same size, kept per thread; pieces bound
    /// that, and buffered writes cost least at about this size: the copy stays in a core's cache,
    /// and the kernel takes no folios that it must look for.
    private static final int PIECE_BYTES = 64 << 10;

    /// Far more often than a directory is removed while it is being made.
    private static final int REMOVALS = 100;

    @Override
    public NewFile create(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        return new ChannelFile(channel);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                Files.createDirectory(directory);
                return;
            } catch (FileAlreadyExistsException _) {
                // Another process may remove it meanwhile.
            }
            try {
                if (Files.readAttributes(directory, BasicFileAttributes.class).isDirectory()) {
                    return;
                }
                throw new NotDirectoryException(directory.toString());
            } catch (NoSuchFileException e) {
                // To be made after all, if it is not a link to nowhere.
                if (tries == REMOVALS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void link(Path file, Path name) throws IOException {
        Files.createLink(name, file);
    }

    @Override
    public void rename(Path file, Path name) throws IOException {
        Files.move(file, name, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public boolean removeDirectory(Path directory) throws IOException {
        try {
            Files.delete(directory);
            return true;
        } catch (DirectoryNotEmptyException | NoSuchFileException _) {
            return false;
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private record ChannelFile(FileChannel channel) implements NewFile {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            ByteBuffer rest = bytes.duplicate();
            while (rest.hasRemaining()) {
                int length = Math.min(PIECE_BYTES, rest.remaining());
                ByteBuffer piece = rest.slice(rest.position(), length);
                while (piece.hasRemaining()) {
                    channel.write(piece);
                }
                rest.position(rest.position() + length);
            }
        }

        @Override
        public void read(ByteBuffer into, long offset) throws IOException {
            long at = offset;
            while (into.hasRemaining()) {
                int count = channel.read(into, at);
                if (count < 0) {
                    break;
                }
                at += count;
            }
        }

        @Override
        public void sync() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
