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
import static dev.varve.stream.AttributeType.DATA;
import static dev.varve.stream.AttributeType.ENCRYPTION;
import static dev.varve.stream.AttributeType.FALLOCATE_MODE;
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

import dev.varve.stream.StreamCommand.Encoding;
import dev.varve.stream.StreamCommand.Source;
import java.util.Optional;

/// Makes commands of attributes. An attribute that a command does not use is let pass.
final class CommandDecoder {
    private CommandDecoder() {}

    static StreamCommand decode(CommandType type, AttributeTable table)
            throws MalformedStreamException {
        return switch (type) {
            case UNSPECIFIED -> throw table.malformed("command number 0");
            case SUBVOL ->
                    new StreamCommand.Subvolume(
                            table.bytes(PATH), table.uuid(UUID), table.u64(CTRANSID));
            case SNAPSHOT -> snapshot(table);
            case MKFILE, MKDIR, MKNOD, MKFIFO, MKSOCK, SYMLINK -> creation(type, table);
            case RENAME -> new StreamCommand.Rename(table.bytes(PATH), table.bytes(PATH_TO));
            case LINK -> new StreamCommand.Link(table.bytes(PATH), table.bytes(PATH_LINK));
            case UNLINK -> new StreamCommand.Unlink(table.bytes(PATH));
            case RMDIR -> new StreamCommand.RemoveDirectory(table.bytes(PATH));
            case WRITE, CLONE, TRUNCATE, UPDATE_EXTENT, FALLOCATE, ENCODED_WRITE ->
                    content(type, table);
            case SET_XATTR, REMOVE_XATTR, CHMOD, CHOWN, UTIMES, FILEATTR, ENABLE_VERITY ->
                    metadata(type, table);
            case END -> new StreamCommand.End();
        };
    }

    private static StreamCommand snapshot(AttributeTable table) throws MalformedStreamException {
        return new StreamCommand.Snapshot(
                table.bytes(PATH),
                table.uuid(UUID),
                table.u64(CTRANSID),
                table.uuid(CLONE_UUID),
                table.u64(CLONE_CTRANSID));
    }

    private static StreamCommand creation(CommandType type, AttributeTable table)
            throws MalformedStreamException {
        byte[] path = table.bytes(PATH);
        long inode = table.u64(INO);
        return switch (type) {
            case MKFILE -> new StreamCommand.MakeFile(path, inode);
            case MKDIR -> new StreamCommand.MakeDirectory(path, inode);
            case MKNOD -> new StreamCommand.MakeNode(path, inode, table.u64(RDEV), table.u64(MODE));
            case MKFIFO ->
                    new StreamCommand.MakeFifo(
                            path, inode, table.u64OrZero(RDEV), table.u64OrZero(MODE));
            case MKSOCK ->
                    new StreamCommand.MakeSocket(
                            path, inode, table.u64OrZero(RDEV), table.u64OrZero(MODE));
            case SYMLINK -> new StreamCommand.Symlink(path, inode, table.bytes(PATH_LINK));
            default -> throw new IllegalArgumentException(type.name());
        };
    }

    private static StreamCommand content(CommandType type, AttributeTable table)
            throws MalformedStreamException {
        byte[] path = table.bytes(PATH);
        return switch (type) {
            case WRITE -> new StreamCommand.Write(path, table.u64(FILE_OFFSET), table.slice(DATA));
            case CLONE ->
                    new StreamCommand.Clone(
                            path,
                            table.u64(FILE_OFFSET),
                            table.u64(CLONE_LEN),
                            new Source(
                                    table.uuid(CLONE_UUID),
                                    table.u64(CLONE_CTRANSID),
                                    table.bytes(CLONE_PATH),
                                    table.u64(CLONE_OFFSET)));
            case TRUNCATE -> new StreamCommand.Truncate(path, table.u64(SIZE));
            case UPDATE_EXTENT ->
                    new StreamCommand.UpdateExtent(path, table.u64(FILE_OFFSET), table.u64(SIZE));
            case FALLOCATE ->
                    new StreamCommand.Fallocate(
                            path,
                            table.u32(FALLOCATE_MODE),
                            table.u64(FILE_OFFSET),
                            table.u64(SIZE));
            case ENCODED_WRITE ->
                    new StreamCommand.EncodedWrite(
                            path, table.u64(FILE_OFFSET), encoding(table), table.slice(DATA));
            default -> throw new IllegalArgumentException(type.name());
        };
    }

    private static Encoding encoding(AttributeTable table) throws MalformedStreamException {
        return new Encoding(
                table.u64(UNENCODED_FILE_LEN),
                table.u64(UNENCODED_LEN),
                table.u64(UNENCODED_OFFSET),
                table.has(COMPRESSION) ? table.u32(COMPRESSION) : 0,
                table.has(ENCRYPTION) ? Optional.of(table.u32(ENCRYPTION)) : Optional.empty());
    }

    private static StreamCommand metadata(CommandType type, AttributeTable table)
            throws MalformedStreamException {
        byte[] path = table.bytes(PATH);
        return switch (type) {
            case SET_XATTR ->
                    new StreamCommand.SetXattr(
                            path, table.bytes(XATTR_NAME), table.bytes(XATTR_DATA));
            case REMOVE_XATTR -> new StreamCommand.RemoveXattr(path, table.bytes(XATTR_NAME));
            case CHMOD -> new StreamCommand.Chmod(path, table.u64(MODE));
            case CHOWN -> new StreamCommand.Chown(path, table.u64(UID), table.u64(GID));
            case UTIMES ->
                    new StreamCommand.Utimes(
                            path,
                            table.time(ATIME),
                            table.time(MTIME),
                            table.time(CTIME),
                            table.timeIfPresent(OTIME));
            case FILEATTR ->
                    new StreamCommand.FileAttributes(path, table.u64(AttributeType.FILEATTR));
            case ENABLE_VERITY ->
                    new StreamCommand.EnableVerity(
                            path,
                            table.u8(VERITY_ALGORITHM),
                            Integer.toUnsignedLong(table.u32(VERITY_BLOCK_SIZE)),
                            table.bytes(VERITY_SALT_DATA),
                            table.bytes(VERITY_SIG_DATA));
            default -> throw new IllegalArgumentException(type.name());
        };
    }
}
