package dev.varve.send;

import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.SubvolumeWriter.CloneTarget;
import dev.varve.engine.SubvolumeWriter.RenameMode;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A tree that is changed by paths.
final class TreeGround implements Ground {
    private static final Attributes PLAIN = Attributes.of(0644, new Timestamp(1_000, 0));
    private static final Attributes SYMLINK = Attributes.of(0777, new Timestamp(1_000, 0));

    private final SubvolumeWriter tree;

    TreeGround(SubvolumeWriter tree) {
        this.tree = tree;
    }

    long find(String path) throws IOException {
        long at = Inode.ROOT;
        for (String name : path.isEmpty() ? new String[0] : path.split("/", -1)) {
            at = tree.lookup(at, FileName.of(name)).orElseThrow().target();
        }
        return at;
    }

    private long directory(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? Inode.ROOT : find(path.substring(0, slash));
    }

    private static FileName name(String path) {
        return FileName.of(path.substring(path.lastIndexOf('/') + 1));
    }

    @Override
    public void makeFile(String path) throws IOException {
        tree.createFile(directory(path), name(path), PLAIN);
    }

    @Override
    public void makeDirectory(String path) throws IOException {
        tree.createDirectory(directory(path), name(path), PLAIN);
    }

    @Override
    public void makeSymlink(String path, String target) throws IOException {
        byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
        tree.createSymlink(directory(path), name(path), bytes, SYMLINK);
    }

    @Override
    public void makeNode(String path, FileType type, long rdev) throws IOException {
        tree.createNode(directory(path), name(path), type, rdev, PLAIN);
    }

    @Override
    public void link(String existing, String path) throws IOException {
        tree.link(find(existing), directory(path), name(path));
    }

    @Override
    public void rename(String from, String to, RenameMode mode) throws IOException {
        tree.rename(directory(from), name(from), directory(to), name(to), mode);
    }

    @Override
    public void unlink(String path) throws IOException {
        tree.unlink(directory(path), name(path));
    }

    @Override
    public void unlinkOpen(String path) throws IOException {
        unlink(path);
    }

    @Override
    public void removeDirectory(String path) throws IOException {
        tree.removeDirectory(directory(path), name(path));
    }

    @Override
    public void write(String path, long offset, byte[] bytes) throws IOException {
        tree.write(find(path), offset, ByteBuffer.wrap(bytes));
    }

    @Override
    public void truncate(String path, long sizeBytes) throws IOException {
        tree.truncate(find(path), sizeBytes);
    }

    @Override
    public void punch(String path, long offset, long length) throws IOException {
        tree.punchHole(find(path), offset, length);
    }

    @Override
    public void allocate(String path, long offset, long length) throws IOException {
        tree.allocate(find(path), offset, length, true);
    }

    @Override
    public void share(String from, long offset, long length, String to, long target)
            throws IOException {
        tree.cloneRange(tree, find(from), offset, length, new CloneTarget(find(to), target));
    }

    @Override
    public void setXattr(String path, String name, byte[] value) throws IOException {
        tree.setXattr(find(path), XattrName.of(name), value);
    }

    @Override
    public void removeXattr(String path, String name) throws IOException {
        tree.removeXattr(find(path), XattrName.of(name));
    }

    @Override
    public void chmod(String path, int permissions) throws IOException {
        tree.setPermissions(find(path), permissions);
    }

    @Override
    public void chown(String path, long uid, long gid) throws IOException {
        tree.setOwner(find(path), uid, gid);
    }

    @Override
    public void setModifyTime(String path, long seconds) throws IOException {
        Timestamp time = new Timestamp(seconds, 7);
        tree.setTimes(find(path), time, time, time);
    }
}
