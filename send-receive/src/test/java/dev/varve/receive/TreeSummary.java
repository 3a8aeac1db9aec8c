package dev.varve.receive;

import dev.varve.engine.model.FileType;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A tree as text, one line per name, in the words of the corpus's `.tree` files: path, type, mode,
/// owner, modification time in nanoseconds, size and content hash or target or device, the first
/// name and number of its links, attributes. The root's time is left out: kernels often do not send
/// it.
public final class TreeSummary {
    private static final int BLOCK_BYTES = 4096;
    private static final long LARGE_BYTES = 1 << 26;

    /// A tree to be summed up.
    public interface Source<N> {
        N root() throws IOException;

        Node node(N at) throws IOException;

        /// Children in any order.
        List<Child<N>> children(N directory) throws IOException;

        byte[] target(N symlink) throws IOException;

        Map<String, byte[]> xattrs(N at) throws IOException;

        /// Reads up to a block; zeros are expected for holes.
        byte[] read(N file, long offset, int length) throws IOException;

        /// Offsets of blocks that may hold data, in order.
        List<Long> dataBlocks(N file) throws IOException;
    }

    public record Child<N>(byte[] name, N at) {}

    public record Node(
            FileType type,
            int permissions,
            long uid,
            long gid,
            long seconds,
            int nanos,
            long sizeBytes,
            long rdev,
            long links,
            long inode) {}

    private final List<String> lines = new ArrayList<>();
    private final Map<Long, String> linked = new HashMap<>();

    private TreeSummary() {}

    public static <N> List<String> of(Source<N> source) throws IOException {
        TreeSummary summary = new TreeSummary();
        summary.walk(source, source.root(), new byte[0]);
        return summary.lines;
    }

    private <N> void walk(Source<N> source, N at, byte[] path) throws IOException {
        Node node = source.node(at);
        StringBuilder line = new StringBuilder(path.length == 0 ? "." : escape(path));
        line.append(' ').append(letter(node.type()));
        line.append(" %04o %d:%d".formatted(node.permissions(), node.uid(), node.gid()));
        line.append(" m=").append(path.length == 0 ? "-" : nanoseconds(node));
        switch (node.type()) {
            case REGULAR -> {
                line.append(" size=").append(node.sizeBytes());
                line.append(' ').append(hash(source, at, node.sizeBytes()));
            }
            case SYMLINK -> line.append(" ->").append(escape(source.target(at)));
            case CHARACTER_DEVICE, BLOCK_DEVICE -> line.append(device(node.rdev()));
            default -> {}
        }
        if (node.type() != FileType.DIRECTORY && node.links() > 1) {
            String first = linked.computeIfAbsent(node.inode(), _ -> escape(path));
            line.append(" link=").append(first).append(" n=").append(node.links());
        }
        List<String> attributes = new ArrayList<>();
        new TreeMap<>(source.xattrs(at))
                .forEach((name, value) -> attributes.add(name + "=" + sha1(value)));
        if (!attributes.isEmpty()) {
            line.append(" x=").append(String.join(";", attributes));
        }
        lines.add(line.toString());
        if (node.type() == FileType.DIRECTORY) {
            List<Child<N>> children = new ArrayList<>(source.children(at));
            children.sort((a, b) -> Arrays.compareUnsigned(a.name(), b.name()));
            for (Child<N> child : children) {
                walk(source, child.at(), join(path, child.name()));
            }
        }
    }

    private static byte[] join(byte[] path, byte[] name) {
        if (path.length == 0) {
            return name;
        }
        byte[] joined = Arrays.copyOf(path, path.length + 1 + name.length);
        joined[path.length] = '/';
        System.arraycopy(name, 0, joined, path.length + 1, name.length);
        return joined;
    }

    private static char letter(FileType type) {
        return switch (type) {
            case REGULAR -> 'f';
            case DIRECTORY -> 'd';
            case SYMLINK -> 'l';
            case FIFO -> 'p';
            case SOCKET -> 's';
            case CHARACTER_DEVICE -> 'c';
            case BLOCK_DEVICE -> 'b';
        };
    }

    private static BigInteger nanoseconds(Node node) {
        return BigInteger.valueOf(node.seconds())
                .multiply(BigInteger.valueOf(1_000_000_000))
                .add(BigInteger.valueOf(node.nanos()));
    }

    private static String device(long rdev) {
        long major = (rdev >> 8) & 0xfff;
        long minor = (rdev & 0xff) | ((rdev >> 12) & 0xfff00);
        return " dev=" + major + "," + minor;
    }

    private static <N> String hash(Source<N> source, N at, long sizeBytes) throws IOException {
        MessageDigest digest = digest("SHA-256");
        if (sizeBytes <= LARGE_BYTES) {
            for (long offset = 0; offset < sizeBytes; offset += BLOCK_BYTES) {
                digest.update(source.read(at, offset, BLOCK_BYTES));
            }
        } else {
            for (long offset : source.dataBlocks(at)) {
                int length = (int) Math.min(BLOCK_BYTES, sizeBytes - offset);
                byte[] block = length <= 0 ? new byte[0] : source.read(at, offset, length);
                if (!Arrays.equals(block, new byte[block.length])) {
                    digest.update((offset + ":").getBytes(StandardCharsets.US_ASCII));
                    digest.update(block);
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }

    private static String sha1(byte[] value) {
        return HexFormat.of().formatHex(digest("SHA-1").digest(value)).substring(0, 10);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String escape(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            switch (b) {
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                case '\\' -> text.append("\\\\");
                default -> {
                    if (b > ' ' && b < 127) {
                        text.append((char) b);
                    } else {
                        text.append("\\x%02x".formatted(b & 0xff));
                    }
                }
            }
        }
        return text.toString();
    }

    /// Compares line by line, so that a failure shows the one that differs.
    public static void assertEqual(List<String> expected, List<String> actual, String what) {
        List<String> missing = new ArrayList<>(expected);
        missing.removeAll(actual);
        List<String> extra = new ArrayList<>(actual);
        extra.removeAll(expected);
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw new AssertionError(
                    what + "\nmissing:\n  " + first(missing) + "\nextra:\n  " + first(extra));
        }
        if (!expected.equals(actual)) {
            throw new AssertionError(what + ": other order");
        }
    }

    private static String first(List<String> list) {
        return String.join(
                "\n  ", list.stream().sorted(Comparator.naturalOrder()).limit(10).toList());
    }
}
