package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Inode;
import dev.varve.stream.StreamCommand;
import java.io.IOException;
import java.util.Optional;

/// Makes inodes that the receiver does not have, and fills them.
final class NewInodes {
    private final CommandSink sink;
    private final FileTree tree;
    private final FileSender files;
    private final AttributeSender attributes;
    private final SharedData shared;

    /// Number of the first clone source in [SharedData] that may have the same inodes.
    private final int firstTwin;

    NewInodes(
            CommandSink sink,
            FileTree tree,
            FileSender files,
            AttributeSender attributes,
            SharedData shared,
            int firstTwin) {
        this.sink = sink;
        this.tree = tree;
        this.files = files;
        this.attributes = attributes;
        this.shared = shared;
        this.firstTwin = firstTwin;
    }

    /// Makes an empty inode of the right type.
    void create(byte[] path, Inode inode) throws IOException {
        long number = inode.number();
        sink.put(
                switch (inode.type()) {
                    case REGULAR -> new StreamCommand.MakeFile(path, number);
                    case DIRECTORY -> new StreamCommand.MakeDirectory(path, number);
                    case SYMLINK ->
                            new StreamCommand.Symlink(path, number, tree.symlinkTarget(number));
                    case FIFO ->
                            new StreamCommand.MakeFifo(path, number, inode.rdev(), inode.mode());
                    case SOCKET ->
                            new StreamCommand.MakeSocket(path, number, inode.rdev(), inode.mode());
                    case CHARACTER_DEVICE, BLOCK_DEVICE ->
                            new StreamCommand.MakeNode(path, number, inode.rdev(), inode.mode());
                });
    }

    /// Sends content and attributes of an inode that was made, without its times.
    void fill(byte[] path, Inode inode) throws IOException {
        attributes.allXattrs(path, inode.number());
        if (inode.isRegular()) {
            shared.addTwins(inode, firstTwin);
            files.begin(path, inode, Optional.empty());
            files.send(0, inode.sizeBytes());
            files.end();
        }
        attributes.ofNew(path, inode);
    }
}
