package dev.varve.engine.file;

import dev.varve.engine.model.Scan;
import dev.varve.engine.tree.TreeCursor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A pass over the items whose keys start with a prefix.
final class ItemScan<T> implements Scan<T> {
    /// Decodes the item under a cursor.
    interface Decoder<T> {
        T decode(TreeCursor cursor) throws IOException;
    }

    private final TreeCursor cursor;
    private final byte[] prefix;
    private final Decoder<T> decoder;
    private final byte[] start;
    private boolean started;
    private @Nullable T current;

    /// @param start where to begin: the prefix itself, or a key behind it
    ItemScan(TreeCursor cursor, byte[] prefix, byte[] start, Decoder<T> decoder) {
        this.cursor = cursor.within(prefix);
        this.prefix = prefix;
        this.start = start;
        this.decoder = decoder;
    }

    @Override
    public boolean advance() throws IOException {
        boolean found = started ? cursor.next() : cursor.seek(start);
        started = true;
        if (!found || !cursor.keyStartsWith(prefix)) {
            current = null;
            return false;
        }
        current = decoder.decode(cursor);
        return true;
    }

    @Override
    public T current() {
        if (current == null) {
            throw new IllegalStateException("no current item");
        }
        return current;
    }
}
