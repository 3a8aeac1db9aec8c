package dev.varve.receive;

import dev.varve.engine.model.FileType;
import dev.varve.engine.model.XattrName;
import dev.varve.receive.SubvolumeSink.Allocation;
import dev.varve.receive.SubvolumeSink.CloneSource;
import dev.varve.receive.SubvolumeSink.Times;
import dev.varve.stream.StreamCommand;
import java.io.Closeable;
import java.io.IOException;
import java.util.zip.DataFormatException;

/// Checks commands and turns them into calls of a sink. Nothing reaches the sink unchecked.
final class CommandPlayer implements Closeable {
    private static final long MAX_U32 = 0xffff_ffffL;
    private static final int MAX_SYMLINK_BYTES = 4095;
    private static final int MAX_VERITY_SALT_BYTES = 32;
    private static final int MAX_VERITY_SIGNATURE_BYTES = 16_128;

    private static final int KEEP_SIZE = 0x01;
    private static final int PUNCH_HOLE = 0x02;
    private static final int ZERO_RANGE = 0x10;

    private final ContentDecoder decoder;

    CommandPlayer(int maxExtentBytes) {
        decoder = new ContentDecoder(maxExtentBytes);
    }

    /// Plays one command other than SUBVOL, SNAPSHOT and END.
    ///
    /// @return whether the sink has a place for what it says
    /// @throws DataFormatException if the command may not be played at all
    boolean play(StreamCommand command, SubvolumeSink sink)
            throws IOException, DataFormatException {
        if (command instanceof StreamCommand.EnableVerity c) {
            return sink.enableVerity(path(c.path()), verity(c));
        }
        apply(command, sink);
        return true;
    }

    private void apply(StreamCommand command, SubvolumeSink sink)
            throws IOException, DataFormatException {
        switch (command) {
            case StreamCommand.MakeFile c -> sink.createFile(path(c.path()), c.inode());
            case StreamCommand.MakeDirectory c -> sink.createDirectory(path(c.path()), c.inode());
            case StreamCommand.MakeNode c -> makeNode(c, sink);
            case StreamCommand.MakeFifo c ->
                    sink.createNode(path(c.path()), FileType.FIFO, 0, c.inode());
            case StreamCommand.MakeSocket c ->
                    sink.createNode(path(c.path()), FileType.SOCKET, 0, c.inode());
            case StreamCommand.Symlink c -> symlink(c, sink);
            case StreamCommand.Rename c -> sink.rename(path(c.path()), path(c.pathTo()));
            case StreamCommand.Link c -> sink.link(path(c.existing()), path(c.path()));
            case StreamCommand.Unlink c -> sink.unlink(path(c.path()));
            case StreamCommand.RemoveDirectory c -> sink.removeDirectory(path(c.path()));
            case StreamCommand.SetXattr c ->
                    sink.setXattr(path(c.path()), xattrName(c.name()), c.value());
            case StreamCommand.RemoveXattr c ->
                    sink.removeXattr(path(c.path()), xattrName(c.name()));
            case StreamCommand.Write c -> write(c, sink);
            case StreamCommand.Clone c -> cloneRange(c, sink);
            case StreamCommand.Truncate c ->
                    sink.truncate(path(c.path()), positive("size", c.sizeBytes()));
            case StreamCommand.Chmod c ->
                    sink.setPermissions(path(c.path()), permissions(c.mode()));
            case StreamCommand.Chown c ->
                    sink.setOwner(path(c.path()), u32("uid", c.uid()), u32("gid", c.gid()));
            case StreamCommand.Utimes c ->
                    sink.setTimes(
                            path(c.path()),
                            new Times(c.access(), c.modify(), c.change(), c.birth()));
            case StreamCommand.Fallocate c -> fallocate(c, sink);
            case StreamCommand.FileAttributes c -> sink.setFlags(path(c.path()), c.flags());
            case StreamCommand.EncodedWrite c -> encodedWrite(c, sink);
            case StreamCommand.UpdateExtent _ ->
                    throw new DataFormatException(
                            "the stream was made without data (--no-data) and cannot be received");
            case StreamCommand.Subvolume _,
                    StreamCommand.Snapshot _,
                    StreamCommand.EnableVerity _,
                    StreamCommand.End _ ->
                    throw new IllegalArgumentException(command.toString());
        }
    }

    private static StreamPath path(byte[] raw) throws DataFormatException {
        return StreamPath.parse(raw);
    }

    private static XattrName xattrName(byte[] raw) throws DataFormatException {
        if (!XattrName.isValid(raw)) {
            throw new DataFormatException("not a name of an extended attribute");
        }
        return XattrName.of(raw);
    }

    private static long positive(String what, long value) throws DataFormatException {
        if (value < 0) {
            throw new DataFormatException(
                    "%s %s, at most %d is possible"
                            .formatted(what, Long.toUnsignedString(value), Long.MAX_VALUE));
        }
        return value;
    }

    private static void requireRange(long offset, long length) throws DataFormatException {
        positive("offset", offset);
        positive("length", length);
        if (length > Long.MAX_VALUE - offset) {
            throw new DataFormatException(
                    "offset %d and length %d reach too far".formatted(offset, length));
        }
    }

    private static void requireNotEmpty(long length) throws DataFormatException {
        if (length == 0) {
            throw new DataFormatException("length 0");
        }
    }

    private static long u32(String what, long value) throws DataFormatException {
        if (value < 0 || value > MAX_U32) {
            throw new DataFormatException(
                    "%s %s, at most %d is possible"
                            .formatted(what, Long.toUnsignedString(value), MAX_U32));
        }
        return value;
    }

    private static int permissions(long mode) throws DataFormatException {
        if (mode < 0 || mode > (FileType.MODE_MASK | 07777)) {
            throw new DataFormatException("mode 0" + Long.toOctalString(mode));
        }
        return (int) mode & 07777;
    }

    private static void makeNode(StreamCommand.MakeNode c, SubvolumeSink sink)
            throws IOException, DataFormatException {
        permissions(c.mode());
        int typeBits = (int) c.mode() & FileType.MODE_MASK;
        for (FileType type : FileType.values()) {
            boolean isNode =
                    switch (type) {
                        case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE, SOCKET -> true;
                        case DIRECTORY, REGULAR, SYMLINK -> false;
                    };
            if (isNode && type.modeBits() == typeBits) {
                sink.createNode(path(c.path()), type, u32("device", c.rdev()), c.inode());
                return;
            }
        }
        throw new DataFormatException("no node has mode 0" + Long.toOctalString(c.mode()));
    }

    private static void symlink(StreamCommand.Symlink c, SubvolumeSink sink)
            throws IOException, DataFormatException {
        byte[] target = c.target();
        boolean hasNul = false;
        for (byte b : target) {
            hasNul |= b == 0;
        }
        if (hasNul || target.length == 0 || target.length > MAX_SYMLINK_BYTES) {
            throw new DataFormatException(
                    hasNul
                            ? "a symbolic link's target contains NUL"
                            : "a symbolic link's target of %d bytes; 1 to %d are possible"
                                    .formatted(target.length, MAX_SYMLINK_BYTES));
        }
        sink.createSymlink(path(c.path()), target, c.inode());
    }

    private static void write(StreamCommand.Write c, SubvolumeSink sink)
            throws IOException, DataFormatException {
        requireRange(c.offset(), c.data().remaining());
        sink.write(path(c.path()), c.offset(), c.data());
    }

    private void encodedWrite(StreamCommand.EncodedWrite c, SubvolumeSink sink)
            throws IOException, DataFormatException {
        requireRange(c.offset(), c.encoding().fileLength());
        sink.write(path(c.path()), c.offset(), decoder.decode(c.encoding(), c.data()));
    }

    private static void cloneRange(StreamCommand.Clone c, SubvolumeSink sink)
            throws IOException, DataFormatException {
        requireRange(c.offset(), c.length());
        requireRange(c.source().offset(), c.length());
        requireNotEmpty(c.length());
        CloneSource source =
                new CloneSource(c.source().uuid(), path(c.source().path()), c.source().offset());
        sink.cloneRange(path(c.path()), c.offset(), c.length(), source);
    }

    private static void fallocate(StreamCommand.Fallocate c, SubvolumeSink sink)
            throws IOException, DataFormatException {
        requireRange(c.offset(), c.length());
        requireNotEmpty(c.length());
        boolean keepSize = (c.mode() & KEEP_SIZE) != 0;
        switch (c.mode()) {
            case PUNCH_HOLE | KEEP_SIZE -> sink.punchHole(path(c.path()), c.offset(), c.length());
            case 0, KEEP_SIZE, ZERO_RANGE, ZERO_RANGE | KEEP_SIZE -> {
                boolean zero = (c.mode() & ZERO_RANGE) != 0;
                sink.allocate(
                        path(c.path()), new Allocation(c.offset(), c.length(), zero, keepSize));
            }
            default -> throw new DataFormatException("unknown fallocate mode " + c.mode());
        }
    }

    private static SubvolumeSink.Verity verity(StreamCommand.EnableVerity c)
            throws DataFormatException {
        boolean isSane =
                c.blockSize() >= 1 << 10
                        && c.blockSize() <= 1 << 16
                        && Long.bitCount(c.blockSize()) == 1
                        && c.salt().length <= MAX_VERITY_SALT_BYTES
                        && c.signature().length <= MAX_VERITY_SIGNATURE_BYTES;
        if (!isSane) {
            throw new DataFormatException(
                    "fs-verity with blocks of %d bytes, a salt of %d and a signature of %d"
                            .formatted(c.blockSize(), c.salt().length, c.signature().length));
        }
        return new SubvolumeSink.Verity(
                c.algorithm(), (int) c.blockSize(), c.salt(), c.signature());
    }

    @Override
    public void close() {
        decoder.close();
    }
}
