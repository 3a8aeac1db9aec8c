package dev.varve.send;

import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Changes a tree by paths, as a shell would.
final class Scene {
    private static final Attributes PLAIN = Attributes.of(0644, new Timestamp(1_000, 0));

    private final TestTree tree;
    private byte fill = 1;

    Scene(TestTree tree) {
        this.tree = tree;
    }

    static Scene empty() {
        return new Scene(TestTree.empty());
    }

    TestTree snapshot(String name) {
        return tree.snapshot(name);
    }

    SubvolumeWriter tree() {
        return tree;
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

    Scene mkdir(String... paths) throws IOException {
        for (String path : paths) {
            tree.createDirectory(directory(path), name(path), PLAIN);
        }
        return this;
    }

    Scene touch(String... paths) throws IOException {
        for (String path : paths) {
            tree.createFile(directory(path), name(path), PLAIN);
        }
        return this;
    }

    Scene link(String existing, String path) throws IOException {
        tree.link(find(existing), directory(path), name(path));
        return this;
    }

    Scene mv(String from, String to) throws IOException {
        return rename(from, to, SubvolumeWriter.RenameMode.REPLACE);
    }

    Scene swap(String one, String other) throws IOException {
        return rename(one, other, SubvolumeWriter.RenameMode.EXCHANGE);
    }

    private Scene rename(String from, String to, SubvolumeWriter.RenameMode mode)
            throws IOException {
        tree.rename(directory(from), name(from), directory(to), name(to), mode);
        return this;
    }

    Scene rm(String... paths) throws IOException {
        for (String path : paths) {
            tree.unlink(directory(path), name(path));
        }
        return this;
    }

    Scene rmdir(String... paths) throws IOException {
        for (String path : paths) {
            tree.removeDirectory(directory(path), name(path));
        }
        return this;
    }

    /// Bytes that compress well and differ from all written before.
    Scene write(String path, long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, fill++);
        tree.write(find(path), offset, ByteBuffer.wrap(bytes));
        return this;
    }

    Scene reflink(String from, long offset, long length, String to, long target)
            throws IOException {
        tree.cloneRange(
                tree,
                find(from),
                offset,
                length,
                new SubvolumeWriter.CloneTarget(find(to), target));
        return this;
    }

    Scene xattr(String path, String name) throws IOException {
        tree.setXattr(find(path), XattrName.of(name), new byte[] {fill++});
        return this;
    }
}
