package dev.varve.receive;

import dev.varve.engine.model.FileType;
import dev.varve.posix.Directory;
import dev.varve.posix.DirectoryEntry;
import dev.varve.posix.FileStatus;
import dev.varve.posix.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A directory of the host, to be summed up. Opens everything anew from the root: slow and simple.
public final class HostTree implements TreeSummary.Source<List<byte[]>> {
    private final Path root;

    public HostTree(Path root) {
        this.root = root;
    }

    private interface Use<R> {
        R use(Directory directory, byte[] name) throws IOException;
    }

    /// Opens the directory that holds the last name; the root is `.` in itself.
    private <R> R at(List<byte[]> path, Use<R> use) throws IOException {
        Directory directory = Directory.open(root);
        for (int i = 0; i < path.size() - 1; i++) {
            try (Directory parent = directory) {
                directory = parent.openDirectory(path.get(i));
            }
        }
        try (Directory last = directory) {
            return use.use(last, path.isEmpty() ? new byte[] {'.'} : path.getLast());
        }
    }

    @Override
    public List<byte[]> root() {
        return List.of();
    }

    @Override
    public TreeSummary.Node node(List<byte[]> path) throws IOException {
        FileStatus status = at(path, Directory::status);
        return new TreeSummary.Node(
                FileType.ofMode(status.mode()),
                status.permissions(),
                status.uid(),
                status.gid(),
                status.modifySeconds(),
                status.modifyNanos(),
                status.sizeBytes(),
                status.rdev(),
                status.links(),
                status.inode());
    }

    @Override
    public List<TreeSummary.Child<List<byte[]>>> children(List<byte[]> path) throws IOException {
        return at(
                path,
                (parent, name) -> {
                    List<TreeSummary.Child<List<byte[]>>> children = new ArrayList<>();
                    try (Directory directory = parent.openDirectory(name)) {
                        List<DirectoryEntry> entries = directory.nextEntries();
                        while (!entries.isEmpty()) {
                            for (DirectoryEntry entry : entries) {
                                List<byte[]> child = new ArrayList<>(path);
                                child.add(entry.name());
                                children.add(new TreeSummary.Child<>(entry.name(), child));
                            }
                            entries = directory.nextEntries();
                        }
                    }
                    return children;
                });
    }

    @Override
    public byte[] target(List<byte[]> path) throws IOException {
        return at(path, Directory::readLink);
    }

    @Override
    public Map<String, byte[]> xattrs(List<byte[]> path) throws IOException {
        return at(
                path,
                (directory, name) -> {
                    Map<String, byte[]> values = new HashMap<>();
                    for (byte[] attribute : directory.xattrs(name)) {
                        values.put(
                                new String(attribute, StandardCharsets.UTF_8),
                                directory.xattr(name, attribute).orElseThrow());
                    }
                    return values;
                });
    }

    @Override
    public byte[] read(List<byte[]> path, long offset, int length) throws IOException {
        return at(
                path,
                (directory, name) -> {
                    try (OpenFile file = directory.openForReading(name)) {
                        ByteBuffer buffer = ByteBuffer.allocateDirect(length);
                        file.read(buffer, offset);
                        byte[] bytes = new byte[buffer.flip().remaining()];
                        buffer.get(bytes);
                        return bytes;
                    }
                });
    }

    @Override
    public List<Long> dataBlocks(List<byte[]> path) throws IOException {
        return at(
                path,
                (directory, name) -> {
                    List<Long> blocks = new ArrayList<>();
                    try (OpenFile file = directory.openForReading(name)) {
                        Optional<Long> data = file.nextData(0);
                        while (data.isPresent()) {
                            long end = file.nextHole(data.get());
                            for (long at = data.get() & -4096; at < end; at += 4096) {
                                blocks.add(at);
                            }
                            data = file.nextData(end);
                        }
                    }
                    return blocks;
                });
    }
}
