package dev.varve.receive;

import dev.varve.engine.model.FileName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/// A path below a subvolume's root, every component a valid name; without components it is the
/// root.
final class StreamPath {
    /// As much as the kernel's sender writes.
    private static final int MAX_BYTES = 4096;

    private final byte[] bytes;
    private final List<FileName> names;

    private StreamPath(byte[] bytes, List<FileName> names) {
        this.bytes = bytes;
        this.names = names;
    }

    /// Checks a path from a stream. One slash at the end is let pass.
    ///
    /// @throws DataFormatException if it is too long, absolute, or has a component that is empty,
    ///   `.`, `..`, longer than 255 bytes or contains NUL
    static StreamPath parse(byte[] raw) throws DataFormatException {
        if (raw.length > MAX_BYTES) {
            throw new DataFormatException(
                    "a path of %d bytes; at most %d are allowed".formatted(raw.length, MAX_BYTES));
        }
        boolean slashAtEnd = raw.length > 1 && raw[raw.length - 1] == '/';
        byte[] bytes = slashAtEnd ? Arrays.copyOf(raw, raw.length - 1) : raw;
        List<FileName> names = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length && bytes.length > 0; i++) {
            if (i == bytes.length || bytes[i] == '/') {
                names.add(name(Arrays.copyOfRange(bytes, start, i), bytes));
                start = i + 1;
            }
        }
        return new StreamPath(bytes, names);
    }

    private static FileName name(byte[] component, byte[] path) throws DataFormatException {
        if (!FileName.isValid(component)) {
            throw new DataFormatException(
                    "path '%s' has the component '%s', which cannot name a file"
                            .formatted(text(path), text(component)));
        }
        return FileName.of(component);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    boolean isRoot() {
        return names.isEmpty();
    }

    List<FileName> names() {
        return names;
    }

    /// The last component; not for the root.
    FileName name() {
        return names.getLast();
    }

    /// The path of the directory that holds the last component; not for the root.
    StreamPath parent() {
        int length = Math.max(0, bytes.length - name().length() - 1);
        return new StreamPath(Arrays.copyOf(bytes, length), names.subList(0, names.size() - 1));
    }

    /// Whether this is `other` or lies below it.
    boolean startsWith(StreamPath other) {
        int length = other.bytes.length;
        return length == 0
                || (bytes.length >= length
                        && Arrays.equals(bytes, 0, length, other.bytes, 0, length)
                        && (bytes.length == length || bytes[length] == '/'));
    }

    /// The components with slashes between them; not to be changed.
    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StreamPath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return text(bytes);
    }
}
