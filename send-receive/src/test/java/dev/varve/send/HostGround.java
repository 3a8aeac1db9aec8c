package dev.varve.send;

import dev.varve.engine.SubvolumeWriter.RenameMode;
import dev.varve.engine.model.FileType;
import dev.varve.posix.Directory;
import dev.varve.posix.FileTimes;
import dev.varve.posix.OpenFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A directory of the machine that is changed by paths.
final class HostGround implements Ground, Closeable {
    private final Directory root;
    private final List<OpenFile> open = new ArrayList<>();

    HostGround(Path root) throws IOException {
        this.root = Directory.open(root);
    }

    private interface Use {
        void use(Directory directory, byte[] name) throws IOException;
    }

    private interface Edit {
        void apply(OpenFile file) throws IOException;
    }

    private void at(String path, Use use) throws IOException {
        int slash = path.lastIndexOf('/');
        byte[] name = bytes(path.isEmpty() ? "." : path.substring(slash + 1));
        if (slash < 0) {
            use.use(root, name);
            return;
        }
        try (Directory parent = root.openBeneath(bytes(path.substring(0, slash)))) {
            use.use(parent, name);
        }
    }

    private void edit(String path, Edit edit) throws IOException {
        at(
                path,
                (in, name) -> {
                    try (OpenFile file = in.openForWriting(name)) {
                        edit.apply(file);
                    }
                });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void makeFile(String path) throws IOException {
        at(path, (in, name) -> in.createFile(name, 0644).close());
    }

    @Override
    public void makeDirectory(String path) throws IOException {
        at(path, (in, name) -> in.makeDirectory(name, 0755));
    }

    @Override
    public void makeSymlink(String path, String target) throws IOException {
        at(path, (in, name) -> in.makeSymlink(name, bytes(target)));
    }

    @Override
    public void makeNode(String path, FileType type, long rdev) throws IOException {
        at(path, (in, name) -> in.makeNode(name, type.modeBits() | 0644, rdev));
    }

    @Override
    public void link(String existing, String path) throws IOException {
        at(existing, (in, name) -> at(path, (to, newName) -> in.link(name, to, newName)));
    }

    @Override
    public void rename(String from, String to, RenameMode mode) throws IOException {
        Directory.Rename how =
                switch (mode) {
                    case REPLACE -> Directory.Rename.REPLACE;
                    case NO_REPLACE -> Directory.Rename.NO_REPLACE;
                    case EXCHANGE -> Directory.Rename.EXCHANGE;
                };
        at(from, (in, name) -> at(to, (out, newName) -> in.rename(name, out, newName, how)));
    }

    @Override
    public void unlink(String path) throws IOException {
        at(path, Directory::unlink);
    }

    @Override
    public void unlinkOpen(String path) throws IOException {
        at(path, (in, name) -> open.add(in.openForWriting(name)));
        unlink(path);
    }

    @Override
    public void removeDirectory(String path) throws IOException {
        at(path, Directory::removeDirectory);
    }

    @Override
    public void write(String path, long offset, byte[] bytes) throws IOException {
        ByteBuffer data = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        edit(path, file -> file.write(data, offset));
    }

    @Override
    public void truncate(String path, long sizeBytes) throws IOException {
        edit(path, file -> file.truncate(sizeBytes));
    }

    @Override
    public void punch(String path, long offset, long length) throws IOException {
        edit(path, file -> file.punchHole(offset, length));
    }

    @Override
    public void allocate(String path, long offset, long length) throws IOException {
        edit(path, file -> file.allocate(offset, length));
    }

    @Override
    public void share(String from, long offset, long length, String to, long target)
            throws IOException {
        at(
                from,
                (in, name) -> {
                    try (OpenFile source = in.openForReading(name)) {
                        edit(to, file -> file.cloneRange(source, offset, length, target));
                    }
                });
    }

    @Override
    public void setXattr(String path, String name, byte[] value) throws IOException {
        at(path, (in, file) -> in.setXattr(file, bytes(name), value));
    }

    @Override
    public void removeXattr(String path, String name) throws IOException {
        at(path, (in, file) -> in.removeXattr(file, bytes(name)));
    }

    @Override
    public void chmod(String path, int permissions) throws IOException {
        at(path, (in, name) -> in.setPermissions(name, permissions));
    }

    @Override
    public void chown(String path, long uid, long gid) throws IOException {
        at(path, (in, name) -> in.setOwner(name, uid, gid));
    }

    @Override
    public void setModifyTime(String path, long seconds) throws IOException {
        at(path, (in, name) -> in.setTimes(name, new FileTimes(seconds, 7, seconds, 7)));
    }

    @Override
    public void close() throws IOException {
        for (OpenFile file : open) {
            file.close();
        }
        root.close();
    }
}
