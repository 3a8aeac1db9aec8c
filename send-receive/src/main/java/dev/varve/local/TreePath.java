package dev.varve.local;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A path of bytes below some root, as a chain of names; joined only when somebody needs it.
public final class TreePath {
    /// The root itself.
    public static final TreePath ROOT = new TreePath(null, new byte[0]);

    private final @Nullable TreePath parent;
    private final byte[] name;
    private final int depth;

    private TreePath(@Nullable TreePath parent, byte[] name) {
        this.parent = parent;
        this.name = name;
        this.depth = parent == null ? 0 : parent.depth + 1;
    }

    /// The path of an entry in this directory.
    ///
    /// @param childName not copied
    public TreePath child(byte[] childName) {
        return new TreePath(this, childName);
    }

    /// The names from the root down; none for the root.
    public byte[][] names() {
        byte[][] names = new byte[depth][];
        TreePath at = this;
        for (int i = depth - 1; i >= 0 && at != null; i--) {
            names[i] = at.name;
            at = at.parent;
        }
        return names;
    }

    /// The names joined by `/`; empty for the root.
    public byte[] bytes() {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] each : names()) {
            if (joined.size() > 0) {
                joined.write('/');
            }
            joined.writeBytes(each);
        }
        return joined.toByteArray();
    }

    /// The path decoded for people; `.` for the root.
    @Override
    public String toString() {
        return depth == 0 ? "." : new String(bytes(), StandardCharsets.UTF_8);
    }
}
