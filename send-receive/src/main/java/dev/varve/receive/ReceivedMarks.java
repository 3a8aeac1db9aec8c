package dev.varve.receive;

import dev.varve.posix.Directory;
import dev.varve.posix.Errno;
import dev.varve.posix.FileStatus;
import dev.varve.posix.OpenFile;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/// Remembers which directory was received under which UUID, so that increments find their parent: a
/// file `.varve-received/UUID` beside the directories, with the inode number of the directory in
/// decimal, a blank, and its name. Whoever changes a received directory must remove its mark.
final class ReceivedMarks {
    static final String DIRECTORY = ".varve-received";

    private static final byte[] DIRECTORY_NAME = DIRECTORY.getBytes(StandardCharsets.US_ASCII);
    private static final int DIRECTORY_PERMISSIONS = 0700;
    private static final int FILE_PERMISSIONS = 0600;
    private static final int MAX_MARK_BYTES = 512;

    private final Directory parent;

    ReceivedMarks(Directory parent) {
        this.parent = parent;
    }

    private static byte[] fileName(UUID uuid) {
        return uuid.toString().getBytes(StandardCharsets.US_ASCII);
    }

    void put(UUID uuid, long inode, byte[] name) throws PosixException {
        if (parent.findStatus(DIRECTORY_NAME).isEmpty()) {
            parent.makeDirectory(DIRECTORY_NAME, DIRECTORY_PERMISSIONS);
        }
        byte[] start = (inode + " ").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer mark = ByteBuffer.allocateDirect(start.length + name.length);
        mark.put(start).put(name).flip();
        byte[] fileName = fileName(uuid);
        try (Directory directory = parent.openDirectory(DIRECTORY_NAME)) {
            if (directory.findStatus(fileName).isPresent()) {
                directory.unlink(fileName);
            }
            try (OpenFile file = directory.createFile(fileName, FILE_PERMISSIONS)) {
                file.write(mark, 0);
                file.sync();
            }
        }
    }

    /// Opens the directory received under this UUID; empty if there is none, or if its name is
    /// another directory's by now. The caller closes it.
    Optional<Directory> open(UUID uuid) throws IOException {
        ByteBuffer mark = ByteBuffer.allocateDirect(MAX_MARK_BYTES);
        try (Directory directory = parent.openDirectory(DIRECTORY_NAME);
                OpenFile file = directory.openForReading(fileName(uuid))) {
            file.read(mark, 0);
        } catch (PosixException e) {
            if (e.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
        byte[] bytes = new byte[mark.flip().remaining()];
        mark.get(bytes);
        return open(bytes);
    }

    private Optional<Directory> open(byte[] mark) throws PosixException {
        int blank = 0;
        while (blank < mark.length && mark[blank] != ' ') {
            blank++;
        }
        if (blank >= mark.length - 1) {
            return Optional.empty();
        }
        String inode = new String(mark, 0, blank, StandardCharsets.US_ASCII);
        byte[] name = Arrays.copyOfRange(mark, blank + 1, mark.length);
        Optional<FileStatus> status = parent.findStatus(name);
        boolean isSame =
                status.filter(FileStatus::isDirectory)
                        .filter(found -> inode.equals(Long.toString(found.inode())))
                        .isPresent();
        return isSame ? Optional.of(parent.openDirectory(name)) : Optional.empty();
    }
}
