package dev.varve.send;

import com.github.luben.zstd.Zstd;
import dev.varve.engine.FileTree;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import dev.varve.stream.StreamCommand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Plays a stream as `btrfs receive` on Linux would, side effects included: names and writes set
/// times, owners clear set-id bits, changes drop capabilities, directories pass attributes on. It
/// is stricter where the kernel forgives: nothing is replaced, and a path that was written to must
/// not come to mean another file.
final class Player {
    private static final Timestamp PRESENT = new Timestamp(99, 99);
    private static final List<XattrName> PASSED_ON =
            List.of(XattrName.of("system.posix_acl_default"), XattrName.of("btrfs.compression"));

    private final TestTree tree;
    private final Map<UUID, FileTree> sources;
    private String writtenPath = "?";
    private long writtenInode;

    /// @param sources the trees that clones may refer to, without the one being received
    Player(TestTree tree, Map<UUID, FileTree> sources) {
        this.tree = tree;
        this.sources = sources;
    }

    private record Spot(long directory, FileName name) {}

    void play(StreamCommand command) throws IOException {
        switch (command) {
            case StreamCommand.Subvolume _, StreamCommand.Snapshot _, StreamCommand.End _ -> {}
            case StreamCommand.MakeFile c -> make(c.path(), FileType.REGULAR, 0);
            case StreamCommand.MakeDirectory c -> make(c.path(), FileType.DIRECTORY, 0);
            case StreamCommand.MakeNode c ->
                    make(c.path(), FileType.ofMode((int) c.mode()), c.rdev());
            case StreamCommand.MakeFifo c -> make(c.path(), FileType.FIFO, 0);
            case StreamCommand.MakeSocket c -> make(c.path(), FileType.SOCKET, 0);
            case StreamCommand.Symlink c -> {
                Spot spot = spot(c.path());
                tree.createSymlink(
                        spot.directory, spot.name, c.target(), Attributes.of(0777, PRESENT));
                name(spot);
            }
            case StreamCommand.Rename c -> rename(spot(c.path()), spot(c.pathTo()));
            case StreamCommand.Link c -> {
                Spot spot = spot(c.path());
                tree.link(inode(c.existing()), spot.directory, spot.name);
                name(spot);
            }
            case StreamCommand.Unlink c -> unlink(spot(c.path()));
            case StreamCommand.RemoveDirectory c -> {
                Spot spot = spot(c.path());
                tree.removeDirectory(spot.directory, spot.name);
                name(spot);
            }
            case StreamCommand.SetXattr c ->
                    tree.setXattr(inode(c.path()), XattrName.of(c.name()), c.value());
            case StreamCommand.RemoveXattr c -> removeXattr(inode(c.path()), c.name());
            case StreamCommand.Write c -> write(c.path(), c.offset(), c.data());
            case StreamCommand.Clone c -> share(c);
            case StreamCommand.Truncate c -> {
                tree.truncate(inode(c.path()), c.sizeBytes());
                changed(inode(c.path()));
            }
            case StreamCommand.Chmod c -> tree.setPermissions(inode(c.path()), (int) c.mode());
            case StreamCommand.Chown c -> chown(inode(c.path()), c.uid(), c.gid());
            case StreamCommand.Utimes c ->
                    tree.setTimes(inode(c.path()), c.access(), c.modify(), c.change());
            case StreamCommand.Fallocate c -> {
                require(c.mode() == 3, "fallocate mode " + c.mode());
                tree.punchHole(inode(c.path()), c.offset(), c.length());
                changed(inode(c.path()));
            }
            case StreamCommand.FileAttributes _ -> {}
            case StreamCommand.EncodedWrite c -> encoded(c);
            case StreamCommand.UpdateExtent _, StreamCommand.EnableVerity _ ->
                    throw new FileSystemException("unexpected " + command);
        }
    }

    private static void require(boolean condition, String message) throws FileSystemException {
        if (!condition) {
            throw new FileSystemException(message);
        }
    }

    private static Attributes fresh() {
        return Attributes.of(0600, PRESENT);
    }

    private Spot spot(byte[] path) throws IOException {
        String text = new String(path, StandardCharsets.UTF_8);
        int slash = text.lastIndexOf('/');
        long directory = slash < 0 ? Inode.ROOT : resolve(text.substring(0, slash));
        return new Spot(directory, FileName.of(text.substring(slash + 1)));
    }

    private long inode(byte[] path) throws IOException {
        return resolve(new String(path, StandardCharsets.UTF_8));
    }

    private long resolve(String path) throws IOException {
        long at = Inode.ROOT;
        for (String name : path.isEmpty() ? new String[0] : path.split("/")) {
            Optional<DirEntry> entry = tree.lookup(at, FileName.of(name));
            at = entry.orElseThrow(() -> new NoSuchFileException(path)).target();
        }
        return at;
    }

    private void name(Spot spot) throws IOException {
        tree.setTimes(spot.directory, PRESENT, PRESENT, PRESENT);
    }

    private void make(byte[] path, FileType type, long rdev) throws IOException {
        Spot spot = spot(path);
        long inode =
                switch (type) {
                    case REGULAR -> tree.createFile(spot.directory, spot.name, fresh());
                    case DIRECTORY -> tree.createDirectory(spot.directory, spot.name, fresh());
                    default -> tree.createNode(spot.directory, spot.name, type, rdev, fresh());
                };
        for (XattrName name : PASSED_ON) {
            Optional<byte[]> value = tree.xattr(spot.directory, name);
            if (value.isPresent()) {
                tree.setXattr(inode, name, value.get());
            }
        }
        name(spot);
    }

    private void rename(Spot from, Spot to) throws IOException {
        tree.rename(
                from.directory,
                from.name,
                to.directory,
                to.name,
                SubvolumeWriter.RenameMode.NO_REPLACE);
        name(from);
        name(to);
    }

    private void unlink(Spot spot) throws IOException {
        tree.unlink(spot.directory, spot.name);
        name(spot);
    }

    private void removeXattr(long inode, byte[] name) throws IOException {
        XattrName attribute = XattrName.of(name);
        require(tree.xattr(inode, attribute).isPresent(), "no attribute " + attribute);
        tree.removeXattr(inode, attribute);
    }

    private void changed(long inode) throws IOException {
        tree.setTimes(inode, PRESENT, PRESENT, PRESENT);
        tree.removeXattr(inode, AttributeSender.CAPABILITY);
    }

    private void chown(long inode, long uid, long gid) throws IOException {
        tree.setOwner(inode, uid, gid);
        tree.setPermissions(inode, tree.inode(inode).permissions() & 01777);
        tree.removeXattr(inode, AttributeSender.CAPABILITY);
    }

    private void write(byte[] path, long offset, ByteBuffer data) throws IOException {
        long inode = inode(path);
        String text = new String(path, StandardCharsets.UTF_8);
        require(
                !text.equals(writtenPath) || inode == writtenInode,
                text + " was written to when it was another file");
        writtenPath = text;
        writtenInode = inode;
        tree.write(inode, offset, data.duplicate());
        changed(inode);
    }

    private void encoded(StreamCommand.EncodedWrite c) throws IOException {
        StreamCommand.Encoding encoding = c.encoding();
        long end = c.offset() + encoding.fileLength();
        require(c.offset() % 4096 == 0, "encoded write at " + c.offset());
        require(
                end % 4096 == 0 || end >= tree.inode(inode(c.path())).sizeBytes(),
                "encoded write ends at " + end);
        require(encoding.unencodedLength() <= 128 << 10, "long encoded write");
        require(c.data().remaining() < encoding.unencodedLength(), "encoding does not shrink");
        byte[] frame = new byte[c.data().remaining()];
        c.data().duplicate().get(frame);
        byte[] raw = new byte[(int) encoding.unencodedLength()];
        long length = Zstd.decompress(raw, frame);
        int from = (int) encoding.unencodedOffset();
        require(from % 4096 == 0, "encoded write from inside a sector");
        require(length - from >= encoding.fileLength(), "decoded to " + length);
        write(c.path(), c.offset(), ByteBuffer.wrap(raw, from, (int) encoding.fileLength()));
    }

    private void share(StreamCommand.Clone c) throws IOException {
        FileTree source = sources.getOrDefault(c.source().uuid(), tree);
        long from =
                source == tree
                        ? inode(c.source().path())
                        : new Player((TestTree) source, Map.of()).inode(c.source().path());
        long to = inode(c.path());
        long sourceEnd = c.source().offset() + c.length();
        long end = c.offset() + c.length();
        require(c.offset() % 4096 == 0 && c.source().offset() % 4096 == 0, "unaligned clone");
        require(sourceEnd <= source.inode(from).sizeBytes(), "clone from behind the end");
        require(
                c.length() % 4096 == 0
                        || (sourceEnd == source.inode(from).sizeBytes()
                                && end >= tree.inode(to).sizeBytes()),
                "unaligned end of clone");
        require(
                source != tree || from != to || sourceEnd <= c.offset(),
                "clone overlaps its source");
        tree.cloneRange(
                source,
                from,
                c.source().offset(),
                c.length(),
                new SubvolumeWriter.CloneTarget(to, c.offset()));
        changed(to);
    }
}
