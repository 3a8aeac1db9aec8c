package dev.varve.stream;

import static dev.varve.stream.AttributeType.ATIME;
import static dev.varve.stream.AttributeType.CLONE_CTRANSID;
import static dev.varve.stream.AttributeType.CLONE_LEN;
import static dev.varve.stream.AttributeType.CLONE_OFFSET;
import static dev.varve.stream.AttributeType.CLONE_PATH;
import static dev.varve.stream.AttributeType.CLONE_UUID;
import static dev.varve.stream.AttributeType.COMPRESSION;
import static dev.varve.stream.AttributeType.CTIME;
import static dev.varve.stream.AttributeType.CTRANSID;
import static dev.varve.stream.AttributeType.ENCRYPTION;
import static dev.varve.stream.AttributeType.FALLOCATE_MODE;
import static dev.varve.stream.AttributeType.FILEATTR;
import static dev.varve.stream.AttributeType.FILE_OFFSET;
import static dev.varve.stream.AttributeType.GID;
import static dev.varve.stream.AttributeType.INO;
import static dev.varve.stream.AttributeType.MODE;
import static dev.varve.stream.AttributeType.MTIME;
import static dev.varve.stream.AttributeType.OTIME;
import static dev.varve.stream.AttributeType.PATH;
import static dev.varve.stream.AttributeType.PATH_LINK;
import static dev.varve.stream.AttributeType.PATH_TO;
import static dev.varve.stream.AttributeType.RDEV;
import static dev.varve.stream.AttributeType.SIZE;
import static dev.varve.stream.AttributeType.UID;
import static dev.varve.stream.AttributeType.UNENCODED_FILE_LEN;
import static dev.varve.stream.AttributeType.UNENCODED_LEN;
import static dev.varve.stream.AttributeType.UNENCODED_OFFSET;
import static dev.varve.stream.AttributeType.UUID;
import static dev.varve.stream.AttributeType.VERITY_ALGORITHM;
import static dev.varve.stream.AttributeType.VERITY_BLOCK_SIZE;
import static dev.varve.stream.AttributeType.VERITY_SALT_DATA;
import static dev.varve.stream.AttributeType.VERITY_SIG_DATA;
import static dev.varve.stream.AttributeType.XATTR_DATA;
import static dev.varve.stream.AttributeType.XATTR_NAME;

/// Puts commands into a [CommandBuffer], attributes in the order in which the kernel writes them.
final class CommandEncoder {
    private CommandEncoder() {}

    /// @return the command's length in bytes
    static int encode(StreamCommand command, CommandBuffer out) {
        switch (command) {
            case StreamCommand.Subvolume c -> put(c, out);
            case StreamCommand.Snapshot c -> put(c, out);
            case StreamCommand.MakeFile c -> inode(CommandType.MKFILE, c.path(), c.inode(), out);
            case StreamCommand.MakeDirectory c ->
                    inode(CommandType.MKDIR, c.path(), c.inode(), out);
            case StreamCommand.MakeNode c -> put(c, out);
            case StreamCommand.MakeFifo c -> put(c, out);
            case StreamCommand.MakeSocket c -> put(c, out);
            case StreamCommand.Symlink c -> put(c, out);
            case StreamCommand.Rename c -> put(c, out);
            case StreamCommand.Link c -> put(c, out);
            case StreamCommand.Unlink c -> path(CommandType.UNLINK, c.path(), out);
            case StreamCommand.RemoveDirectory c -> path(CommandType.RMDIR, c.path(), out);
            case StreamCommand.SetXattr c -> put(c, out);
            case StreamCommand.RemoveXattr c -> put(c, out);
            case StreamCommand.Write c -> put(c, out);
            case StreamCommand.Clone c -> put(c, out);
            case StreamCommand.Truncate c -> put(c, out);
            case StreamCommand.Chmod c -> put(c, out);
            case StreamCommand.Chown c -> put(c, out);
            case StreamCommand.Utimes c -> put(c, out);
            case StreamCommand.End _ -> out.start(CommandType.END);
            case StreamCommand.UpdateExtent c -> put(c, out);
            case StreamCommand.Fallocate c -> put(c, out);
            case StreamCommand.FileAttributes c -> put(c, out);
            case StreamCommand.EncodedWrite c -> put(c, out);
            case StreamCommand.EnableVerity c -> put(c, out);
        }
        return out.finish();
    }

    private static void path(CommandType type, byte[] path, CommandBuffer out) {
        out.start(type);
        out.bytes(PATH, path);
    }

    private static void inode(CommandType type, byte[] path, long inode, CommandBuffer out) {
        path(type, path, out);
        out.u64(INO, inode);
    }

    private static void put(StreamCommand.Subvolume c, CommandBuffer out) {
        out.start(CommandType.SUBVOL);
        out.bytes(PATH, c.path());
        out.uuid(UUID, c.uuid());
        out.u64(CTRANSID, c.ctransid());
    }

    private static void put(StreamCommand.Snapshot c, CommandBuffer out) {
        out.start(CommandType.SNAPSHOT);
        out.bytes(PATH, c.path());
        out.uuid(UUID, c.uuid());
        out.u64(CTRANSID, c.ctransid());
        out.uuid(CLONE_UUID, c.cloneUuid());
        out.u64(CLONE_CTRANSID, c.cloneCtransid());
    }

    private static void put(StreamCommand.MakeNode c, CommandBuffer out) {
        inode(CommandType.MKNOD, c.path(), c.inode(), out);
        out.u64(RDEV, c.rdev());
        out.u64(MODE, c.mode());
    }

    private static void put(StreamCommand.MakeFifo c, CommandBuffer out) {
        inode(CommandType.MKFIFO, c.path(), c.inode(), out);
        out.u64(RDEV, c.rdev());
        out.u64(MODE, c.mode());
    }

    private static void put(StreamCommand.MakeSocket c, CommandBuffer out) {
        inode(CommandType.MKSOCK, c.path(), c.inode(), out);
        out.u64(RDEV, c.rdev());
        out.u64(MODE, c.mode());
    }

    private static void put(StreamCommand.Symlink c, CommandBuffer out) {
        inode(CommandType.SYMLINK, c.path(), c.inode(), out);
        out.bytes(PATH_LINK, c.target());
    }

    private static void put(StreamCommand.Rename c, CommandBuffer out) {
        path(CommandType.RENAME, c.path(), out);
        out.bytes(PATH_TO, c.pathTo());
    }

    private static void put(StreamCommand.Link c, CommandBuffer out) {
        path(CommandType.LINK, c.path(), out);
        out.bytes(PATH_LINK, c.existing());
    }

    private static void put(StreamCommand.SetXattr c, CommandBuffer out) {
        path(CommandType.SET_XATTR, c.path(), out);
        out.bytes(XATTR_NAME, c.name());
        out.bytes(XATTR_DATA, c.value());
    }

    private static void put(StreamCommand.RemoveXattr c, CommandBuffer out) {
        path(CommandType.REMOVE_XATTR, c.path(), out);
        out.bytes(XATTR_NAME, c.name());
    }

    private static void put(StreamCommand.Write c, CommandBuffer out) {
        path(CommandType.WRITE, c.path(), out);
        out.u64(FILE_OFFSET, c.offset());
        out.data(c.data());
    }

    private static void put(StreamCommand.Clone c, CommandBuffer out) {
        out.start(CommandType.CLONE);
        out.u64(FILE_OFFSET, c.offset());
        out.u64(CLONE_LEN, c.length());
        out.bytes(PATH, c.path());
        out.uuid(CLONE_UUID, c.source().uuid());
        out.u64(CLONE_CTRANSID, c.source().ctransid());
        out.bytes(CLONE_PATH, c.source().path());
        out.u64(CLONE_OFFSET, c.source().offset());
    }

    private static void put(StreamCommand.Truncate c, CommandBuffer out) {
        path(CommandType.TRUNCATE, c.path(), out);
        out.u64(SIZE, c.sizeBytes());
    }

    private static void put(StreamCommand.Chmod c, CommandBuffer out) {
        path(CommandType.CHMOD, c.path(), out);
        out.u64(MODE, c.mode());
    }

    private static void put(StreamCommand.Chown c, CommandBuffer out) {
        path(CommandType.CHOWN, c.path(), out);
        out.u64(UID, c.uid());
        out.u64(GID, c.gid());
    }

    private static void put(StreamCommand.Utimes c, CommandBuffer out) {
        path(CommandType.UTIMES, c.path(), out);
        out.time(ATIME, c.access());
        out.time(MTIME, c.modify());
        out.time(CTIME, c.change());
        c.birth().ifPresent(birth -> out.time(OTIME, birth));
    }

    private static void put(StreamCommand.UpdateExtent c, CommandBuffer out) {
        path(CommandType.UPDATE_EXTENT, c.path(), out);
        out.u64(FILE_OFFSET, c.offset());
        out.u64(SIZE, c.length());
    }

    private static void put(StreamCommand.Fallocate c, CommandBuffer out) {
        path(CommandType.FALLOCATE, c.path(), out);
        out.u32(FALLOCATE_MODE, c.mode());
        out.u64(FILE_OFFSET, c.offset());
        out.u64(SIZE, c.length());
    }

    private static void put(StreamCommand.FileAttributes c, CommandBuffer out) {
        path(CommandType.FILEATTR, c.path(), out);
        out.u64(FILEATTR, c.flags());
    }

    private static void put(StreamCommand.EncodedWrite c, CommandBuffer out) {
        path(CommandType.ENCODED_WRITE, c.path(), out);
        out.u64(FILE_OFFSET, c.offset());
        out.u64(UNENCODED_FILE_LEN, c.encoding().fileLength());
        out.u64(UNENCODED_LEN, c.encoding().unencodedLength());
        out.u64(UNENCODED_OFFSET, c.encoding().unencodedOffset());
        out.u32(COMPRESSION, c.encoding().compression());
        c.encoding().encryption().ifPresent(encryption -> out.u32(ENCRYPTION, encryption));
        out.data(c.data());
    }

    private static void put(StreamCommand.EnableVerity c, CommandBuffer out) {
        path(CommandType.ENABLE_VERITY, c.path(), out);
        out.u8(VERITY_ALGORITHM, c.algorithm());
        out.u32(VERITY_BLOCK_SIZE, (int) c.blockSize());
        out.bytes(VERITY_SALT_DATA, c.salt());
        out.bytes(VERITY_SIG_DATA, c.signature());
    }
}
