package dev.varve.send;

import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// A directory of the machine as [TreeText] shows a tree.
final class DirectoryText {
    private final Map<Long, String> firstNames = new HashMap<>();
    private final Map<Path, Map<String, String>> xattrs;
    private final StringBuilder text = new StringBuilder();

    private DirectoryText(Map<Path, Map<String, String>> xattrs) {
        this.xattrs = xattrs;
    }

    static String of(Path directory) throws IOException {
        DirectoryText lines = new DirectoryText(readXattrs(directory));
        lines.add(directory, ".");
        return lines.text.toString();
    }

    private static Map<Path, Map<String, String>> readXattrs(Path directory) throws IOException {
        List<String> command =
                List.of(
                        "getfattr",
                        "-R",
                        "-P",
                        "-h",
                        "-d",
                        "-m",
                        "-",
                        "-e",
                        "hex",
                        "--absolute-names",
                        directory.toString());
        Map<Path, Map<String, String>> all = new HashMap<>();
        Path path = directory;
        for (String line : BtrfsMount.run(command).lines().toList()) {
            if (line.startsWith("# file: ")) {
                path = Path.of(line.substring("# file: ".length()));
            } else if (line.contains("=0x")) {
                int equals = line.indexOf("=0x");
                all.computeIfAbsent(path, _ -> new TreeMap<>())
                        .put(line.substring(0, equals), line.substring(equals + 3));
            }
        }
        return all;
    }

    private void add(Path path, String name) throws IOException {
        Inode inode = inode(path);
        String attributes = xattrs.containsKey(path) ? " " + xattrs.get(path) : "";
        text.append(
                TreeText.line(name, inode, content(path, inode), names(name, inode), attributes));
        if (inode.isDirectory()) {
            try (Stream<Path> children = Files.list(path)) {
                for (Path child : children.sorted().toList()) {
                    add(child, name + "/" + child.getFileName());
                }
            }
        }
    }

    private static Inode inode(Path path) throws IOException {
        Map<String, Object> stat = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        FileTime modified = (FileTime) Objects.requireNonNull(stat.get("lastModifiedTime"));
        Timestamp time = Timestamp.of(modified.toInstant());
        return new Inode(
                number(stat, "ino"),
                (int) number(stat, "mode"),
                number(stat, "uid"),
                number(stat, "gid"),
                number(stat, "nlink"),
                number(stat, "size"),
                number(stat, "rdev"),
                0,
                time,
                time,
                time,
                time,
                0,
                0);
    }

    private static long number(Map<String, Object> stat, String name) {
        return ((Number) Objects.requireNonNull(stat.get(name))).longValue();
    }

    private String names(String name, Inode inode) {
        if (inode.isDirectory() || inode.links() < 2) {
            return "";
        }
        firstNames.putIfAbsent(inode.number(), name);
        return " links=" + inode.links() + ":" + firstNames.get(inode.number());
    }

    private static String content(Path path, Inode inode) throws IOException {
        FileType type = inode.type();
        return switch (type) {
            case REGULAR -> inode.sizeBytes() + ":" + checksum(path);
            case SYMLINK -> "-> " + Files.readSymbolicLink(path);
            case CHARACTER_DEVICE, BLOCK_DEVICE -> "device " + inode.rdev();
            case DIRECTORY, FIFO, SOCKET -> "";
        };
    }

    private static String checksum(Path path) throws IOException {
        CRC32C crc = new CRC32C();
        byte[] buffer = new byte[64 << 10];
        try (InputStream in = Files.newInputStream(path)) {
            for (int length; (length = in.read(buffer)) > 0; ) {
                crc.update(buffer, 0, length);
            }
        }
        return Long.toHexString(crc.getValue());
    }
}
