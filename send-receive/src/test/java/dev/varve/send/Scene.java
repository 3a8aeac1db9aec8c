package dev.varve.send;

import dev.varve.engine.SubvolumeWriter.RenameMode;
import dev.varve.engine.model.FileType;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Changes a tree by paths, as a shell would.
final class Scene {
    private final Ground ground;
    private final @Nullable TestTree tree;
    private byte fill;

    /// @param fill what data written begins with; each scene of one history has its own
    Scene(Ground ground, int fill) {
        this(ground, null, fill);
    }

    private Scene(Ground ground, @Nullable TestTree tree, int fill) {
        this.ground = ground;
        this.tree = tree;
        this.fill = (byte) fill;
    }

    /// On a tree on the heap.
    static Scene empty() {
        TestTree tree = TestTree.empty();
        return new Scene(new TreeGround(tree), tree, 1);
    }

    TestTree snapshot(String name) {
        return tree().snapshot(name);
    }

    TestTree tree() {
        return Objects.requireNonNull(tree);
    }

    long find(String path) throws IOException {
        return new TreeGround(tree()).find(path);
    }

    Scene mkdir(String... paths) throws IOException {
        for (String path : paths) {
            ground.makeDirectory(path);
        }
        return this;
    }

    Scene touch(String... paths) throws IOException {
        for (String path : paths) {
            ground.makeFile(path);
        }
        return this;
    }

    Scene symlink(String target, String path) throws IOException {
        ground.makeSymlink(path, target);
        return this;
    }

    Scene node(String path, FileType type, long rdev) throws IOException {
        ground.makeNode(path, type, rdev);
        return this;
    }

    Scene link(String existing, String path) throws IOException {
        ground.link(existing, path);
        return this;
    }

    Scene mv(String from, String to) throws IOException {
        ground.rename(from, to, RenameMode.REPLACE);
        return this;
    }

    Scene swap(String one, String other) throws IOException {
        ground.rename(one, other, RenameMode.EXCHANGE);
        return this;
    }

    Scene rm(String... paths) throws IOException {
        for (String path : paths) {
            ground.unlink(path);
        }
        return this;
    }

    /// Removes a file that stays open where it can.
    Scene rmOpen(String path) throws IOException {
        ground.unlinkOpen(path);
        return this;
    }

    Scene rmdir(String... paths) throws IOException {
        for (String path : paths) {
            ground.removeDirectory(path);
        }
        return this;
    }

    /// Bytes that compress well and differ from all written before.
    Scene write(String path, long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, fill++);
        ground.write(path, offset, bytes);
        return this;
    }

    /// Bytes that do not compress and differ from all written before.
    Scene noise(String path, long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(fill++).nextBytes(bytes);
        ground.write(path, offset, bytes);
        return this;
    }

    Scene zeros(String path, long offset, int length) throws IOException {
        ground.write(path, offset, new byte[length]);
        return this;
    }

    Scene truncate(String path, long sizeBytes) throws IOException {
        ground.truncate(path, sizeBytes);
        return this;
    }

    Scene punch(String path, long offset, long length) throws IOException {
        ground.punch(path, offset, length);
        return this;
    }

    Scene allocate(String path, long offset, long length) throws IOException {
        ground.allocate(path, offset, length);
        return this;
    }

    Scene reflink(String from, long offset, long length, String to, long target)
            throws IOException {
        ground.share(from, offset, length, to, target);
        return this;
    }

    Scene xattr(String path, String name) throws IOException {
        return xattr(path, name, new byte[] {fill++});
    }

    Scene xattr(String path, String name, byte[] value) throws IOException {
        ground.setXattr(path, name, value);
        return this;
    }

    Scene rmXattr(String path, String name) throws IOException {
        ground.removeXattr(path, name);
        return this;
    }

    Scene chmod(String path, int permissions) throws IOException {
        ground.chmod(path, permissions);
        return this;
    }

    Scene chown(String path, long uid, long gid) throws IOException {
        ground.chown(path, uid, gid);
        return this;
    }

    Scene date(String path, long seconds) throws IOException {
        ground.setModifyTime(path, seconds);
        return this;
    }
}
