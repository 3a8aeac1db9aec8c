package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// A tree as text, one line for each name, with all that a receiver on Linux can keep: path, type
/// and mode, owner, modify time, content or target or device, names of the same inode, attributes.
final class TreeText {
    private final FileTree tree;
    private final Map<Long, String> firstNames = new HashMap<>();
    private final StringBuilder text = new StringBuilder();

    private TreeText(FileTree tree) {
        this.tree = tree;
    }

    static String of(FileTree tree) throws IOException {
        TreeText lines = new TreeText(tree);
        lines.add(Inode.ROOT, ".");
        return lines.text.toString();
    }

    private void add(long number, String path) throws IOException {
        Inode inode = tree.inode(number);
        text.append(line(path, inode, content(inode), names(path, inode), xattrs(number)));
        if (inode.isDirectory()) {
            for (Scan<DirEntry> entries = tree.list(number); entries.advance(); ) {
                add(entries.current().target(), path + "/" + entries.current().name());
            }
        }
    }

    static String line(String path, Inode inode, String content, String names, String xattrs) {
        return "%s %o %d:%d %d.%09d %s%s%s%n"
                .formatted(
                        path,
                        inode.mode(),
                        inode.uid(),
                        inode.gid(),
                        inode.modifyTime().seconds(),
                        inode.modifyTime().nanos(),
                        content,
                        names,
                        xattrs);
    }

    private String names(String path, Inode inode) {
        if (inode.isDirectory() || inode.links() < 2) {
            return "";
        }
        firstNames.putIfAbsent(inode.number(), path);
        return " links=" + inode.links() + ":" + firstNames.get(inode.number());
    }

    private String content(Inode inode) throws IOException {
        return switch (inode.type()) {
            case REGULAR -> inode.sizeBytes() + ":" + checksum(inode);
            case SYMLINK ->
                    "-> " + new String(tree.symlinkTarget(inode.number()), StandardCharsets.UTF_8);
            case CHARACTER_DEVICE, BLOCK_DEVICE -> "device " + inode.rdev();
            case DIRECTORY, FIFO, SOCKET -> "";
        };
    }

    private String checksum(Inode inode) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        for (long at = 0; tree.read(inode.number(), at, buffer.clear()) > 0; ) {
            at += buffer.position();
            crc.update(buffer.flip());
        }
        return Long.toHexString(crc.getValue());
    }

    private String xattrs(long number) throws IOException {
        Map<String, String> values = new TreeMap<>();
        for (XattrName name : tree.xattrs(number)) {
            byte[] value = tree.xattr(number, name).orElseThrow();
            values.put(name.toString(), HexFormat.of().formatHex(value));
        }
        return values.isEmpty() ? "" : " " + values;
    }

    /// The first lines that are in one text only.
    static String difference(String expected, String actual) {
        List<String> left = expected.lines().filter(line -> !actual.contains(line)).toList();
        List<String> right = actual.lines().filter(line -> !expected.contains(line)).toList();
        return "only expected: " + left + "\nonly actual: " + right;
    }
}
