package dev.varve.engine;

import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.tree.TreeCursor;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWriter;
import java.io.IOException;
import java.util.Optional;

/// A catalog as a tree of its own.
record StoredCatalog(SubvolumeId subvolume, String name, TreeWriter tree) implements Catalog {
    private static final int MAX_KEY_BYTES = 1024;
    private static final int MAX_VALUE_BYTES = 4096;

    /// Dirty nodes beyond this are written out in the middle of a transaction.
    private static final long SPILL_BYTES = 8L << 20;

    @Override
    public Optional<byte[]> get(byte[] key) throws IOException {
        return Optional.ofNullable(tree.get(key));
    }

    @Override
    public void put(byte[] key, byte[] value) throws IOException {
        if (key.length == 0 || key.length > MAX_KEY_BYTES || value.length > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(
                    "catalog item of " + key.length + " and " + value.length + " bytes");
        }
        tree.put(key, value);
        tree.spillBeyond(SPILL_BYTES);
    }

    @Override
    public void remove(byte[] key) throws IOException {
        tree.remove(key);
    }

    @Override
    public void clear() throws IOException {
        TreeCursor cursor = tree.cursor();
        for (boolean on = cursor.seekFirst(); on; on = cursor.next()) {
            tree.remove(cursor.key());
        }
    }

    TreeRoot flush() throws IOException {
        return tree.flush();
    }
}
