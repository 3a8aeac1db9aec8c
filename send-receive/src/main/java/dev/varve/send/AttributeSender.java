package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.XattrName;
import dev.varve.stream.StreamCommand;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;

/// Sends owners, modes, flags, times and extended attributes.
final class AttributeSender {
    /// Any change of content or owner makes Linux drop it, so it is sent after them.
    static final XattrName CAPABILITY = XattrName.of("security.capability");

    /// Room in the 64 KiB that a command of version 1 may have, beside names and value.
    private static final int MAX_XATTR_COMMAND_BYTES = (64 << 10) - 64;

    private static final int SET_IDS = 06000;

    private final CommandSink sink;
    private final FileTree tree;
    private final SendOptions options;

    AttributeSender(CommandSink sink, FileTree tree, SendOptions options) {
        this.sink = sink;
        this.tree = tree;
        this.options = options;
    }

    /// Sends all extended attributes of a new inode but the capability.
    void allXattrs(byte[] path, long inode) throws IOException {
        for (XattrName name : tree.xattrs(inode)) {
            if (!name.equals(CAPABILITY)) {
                xattr(path, inode, name);
            }
        }
    }

    /// Sends an extended attribute if the inode has it.
    void xattr(byte[] path, long inode, XattrName name) throws IOException {
        Optional<byte[]> value = tree.xattr(inode, name);
        if (value.isEmpty()) {
            return;
        }
        byte[] nameBytes = name.bytes();
        if (path.length + nameBytes.length + value.get().length > MAX_XATTR_COMMAND_BYTES) {
            throw new FileSystemException(
                    Paths.text(path),
                    null,
                    "extended attribute %s of %d bytes is too long for a send stream"
                            .formatted(name, value.get().length));
        }
        sink.put(new StreamCommand.SetXattr(path, nameBytes, value.get()));
    }

    void removeXattr(byte[] path, XattrName name) throws IOException {
        sink.put(new StreamCommand.RemoveXattr(path, name.bytes()));
    }

    /// What comes after the content of a new inode.
    void ofNew(byte[] path, Inode now) throws IOException {
        sink.put(new StreamCommand.Chown(path, now.uid(), now.gid()));
        chmod(path, now);
        if (now.flags() != 0) {
            flags(path, now);
        }
        xattr(path, now.number(), CAPABILITY);
    }

    /// What comes after the content of an inode that the receiver has.
    ///
    /// @param hasNewContent whether bytes or size were sent
    /// @param hasNewCapability whether the capability itself changed
    void ofKept(byte[] path, Inode was, Inode now, boolean hasNewContent, boolean hasNewCapability)
            throws IOException {
        boolean isGiven = was.uid() != now.uid() || was.gid() != now.gid();
        if (isGiven) {
            sink.put(new StreamCommand.Chown(path, now.uid(), now.gid()));
        }
        boolean losesIds = (isGiven || hasNewContent) && (now.permissions() & SET_IDS) != 0;
        if (isGiven || losesIds || was.permissions() != now.permissions()) {
            chmod(path, now);
        }
        if (was.flags() != now.flags()) {
            flags(path, now);
        }
        if (isGiven || hasNewContent || hasNewCapability) {
            xattr(path, now.number(), CAPABILITY);
        }
    }

    /// Links have no mode of their own.
    private void chmod(byte[] path, Inode now) throws IOException {
        if (now.type() != FileType.SYMLINK) {
            sink.put(new StreamCommand.Chmod(path, now.permissions()));
        }
    }

    private void flags(byte[] path, Inode now) throws IOException {
        if (options.hasVersion2()) {
            sink.put(new StreamCommand.FileAttributes(path, now.flags()));
        }
    }

    void times(byte[] path, Inode now) throws IOException {
        sink.put(
                new StreamCommand.Utimes(
                        path,
                        now.accessTime(),
                        now.modifyTime(),
                        now.changeTime(),
                        options.hasVersion2() ? Optional.of(now.birthTime()) : Optional.empty()));
    }
}
