package dev.varve.stream;

import static dev.varve.stream.AttributeType.*;

/// Puts commands into a [CommandBuffer], attributes in the order in which the kernel writes them.
final class CommandEncoder {
    private CommandEncoder() {}

    static void encode(StreamCommand command, CommandBuffer out) {
        switch (command) {
            case StreamCommand.Subvolume c -> {
                out.start(CommandType.SUBVOL);
                out.bytes(PATH, c.path());
                out.uuid(UUID, c.uuid());
                out.u64(CTRANSID, c.ctransid());
            }
            case StreamCommand.Snapshot c -> snapshot(c, out);
            case StreamCommand.MakeFile c -> inode(CommandType.MKFILE, c.path(), c.inode(), out);
            case StreamCommand.MakeDirectory c ->
                    inode(CommandType.MKDIR, c.path(), c.inode(), out);
            case StreamCommand.MakeNode c -> {
                inode(CommandType.MKNOD, c.path(), c.inode(), out);
                node(c.rdev(), c.mode(), out);
            }
            case StreamCommand.MakeFifo c -> {
                inode(CommandType.MKFIFO, c.path(), c.inode(), out);
                node(c.rdev(), c.mode(), out);
            }
            case StreamCommand.MakeSocket c -> {
                inode(CommandType.MKSOCK, c.path(), c.inode(), out);
                node(c.rdev(), c.mode(), out);
            }
            case StreamCommand.Symlink c -> {
                inode(CommandType.SYMLINK, c.path(), c.inode(), out);
                out.bytes(PATH_LINK, c.target());
            }
            case StreamCommand.Rename c -> {
                path(CommandType.RENAME, c.path(), out);
                out.bytes(PATH_TO, c.pathTo());
            }
            case StreamCommand.Link c -> {
                path(CommandType.LINK, c.path(), out);
                out.bytes(PATH_LINK, c.existing());
            }
            case StreamCommand.Unlink c -> path(CommandType.UNLINK, c.path(), out);
            case StreamCommand.RemoveDirectory c -> path(CommandType.RMDIR, c.path(), out);
            case StreamCommand.SetXattr c -> {
                path(CommandType.SET_XATTR, c.path(), out);
                out.bytes(XATTR_NAME, c.name());
                out.bytes(XATTR_DATA, c.value());
            }
            case StreamCommand.RemoveXattr c -> {
                path(CommandType.REMOVE_XATTR, c.path(), out);
                out.bytes(XATTR_NAME, c.name());
            }
            case StreamCommand.Write c -> {
                path(CommandType.WRITE, c.path(), out);
                out.u64(FILE_OFFSET, c.offset());
                out.data(c.data());
            }
            case StreamCommand.Clone c -> clone(c, out);
            case StreamCommand.Truncate c -> {
                path(CommandType.TRUNCATE, c.path(), out);
                out.u64(SIZE, c.sizeBytes());
            }
            case StreamCommand.UpdateExtent c -> {
                path(CommandType.UPDATE_EXTENT, c.path(), out);
                out.u64(FILE_OFFSET, c.offset());
                out.u64(SIZE, c.length());
            }
            case StreamCommand.Fallocate c -> fallocate(c, out);
            case StreamCommand.EncodedWrite c -> encodedWrite(c, out);
            case StreamCommand.Chmod c -> {
                path(CommandType.CHMOD, c.path(), out);
                out.u64(MODE, c.mode());
            }
            case StreamCommand.Chown c -> {
                path(CommandType.CHOWN, c.path(), out);
                out.u64(UID, c.uid());
                out.u64(GID, c.gid());
            }
            case StreamCommand.Utimes c -> utimes(c, out);
            case StreamCommand.FileAttributes c -> {
                path(CommandType.FILEATTR, c.path(), out);
                out.u64(FILEATTR, c.flags());
            }
            case StreamCommand.EnableVerity c -> verity(c, out);
            case StreamCommand.End _ -> out.start(CommandType.END);
        }
        out.finish();
    }

    private static void path(CommandType type, byte[] path, CommandBuffer out) {
        out.start(type);
        out.bytes(PATH, path);
    }

    private static void inode(CommandType type, byte[] path, long inode, CommandBuffer out) {
        path(type, path, out);
        out.u64(INO, inode);
    }

    private static void node(long rdev, long mode, CommandBuffer out) {
        out.u64(RDEV, rdev);
        out.u64(MODE, mode);
    }

    private static void snapshot(StreamCommand.Snapshot c, CommandBuffer out) {
        out.start(CommandType.SNAPSHOT);
        out.bytes(PATH, c.path());
        out.uuid(UUID, c.uuid());
        out.u64(CTRANSID, c.ctransid());
        out.uuid(CLONE_UUID, c.cloneUuid());
        out.u64(CLONE_CTRANSID, c.cloneCtransid());
    }

    private static void clone(StreamCommand.Clone c, CommandBuffer out) {
        out.start(CommandType.CLONE);
        out.u64(FILE_OFFSET, c.offset());
        out.u64(CLONE_LEN, c.length());
        out.bytes(PATH, c.path());
        out.uuid(CLONE_UUID, c.source().uuid());
        out.u64(CLONE_CTRANSID, c.source().ctransid());
        out.bytes(CLONE_PATH, c.source().path());
        out.u64(CLONE_OFFSET, c.source().offset());
    }

    private static void fallocate(StreamCommand.Fallocate c, CommandBuffer out) {
        path(CommandType.FALLOCATE, c.path(), out);
        out.u32(FALLOCATE_MODE, c.mode());
        out.u64(FILE_OFFSET, c.offset());
        out.u64(SIZE, c.length());
    }

    private static void encodedWrite(StreamCommand.EncodedWrite c, CommandBuffer out) {
        path(CommandType.ENCODED_WRITE, c.path(), out);
        out.u64(FILE_OFFSET, c.offset());
        out.u64(UNENCODED_FILE_LEN, c.encoding().fileLength());
        out.u64(UNENCODED_LEN, c.encoding().unencodedLength());
        out.u64(UNENCODED_OFFSET, c.encoding().unencodedOffset());
        out.u32(COMPRESSION, c.encoding().compression());
        c.encoding().encryption().ifPresent(encryption -> out.u32(ENCRYPTION, encryption));
        out.data(c.data());
    }

    private static void utimes(StreamCommand.Utimes c, CommandBuffer out) {
        path(CommandType.UTIMES, c.path(), out);
        out.time(ATIME, c.access());
        out.time(MTIME, c.modify());
        out.time(CTIME, c.change());
        c.birth().ifPresent(birth -> out.time(OTIME, birth));
    }

    private static void verity(StreamCommand.EnableVerity c, CommandBuffer out) {
        path(CommandType.ENABLE_VERITY, c.path(), out);
        out.u8(VERITY_ALGORITHM, c.algorithm());
        out.u32(VERITY_BLOCK_SIZE, (int) c.blockSize());
        out.bytes(VERITY_SALT_DATA, c.salt());
        out.bytes(VERITY_SIG_DATA, c.signature());
    }
}
